/**
 * Bundles each handler to `dist/handlers/<name>.zip`: one file and its source map. The same sources give the
 * same bytes on every machine, so that a plan shows a changed function only when its code changed.
 *
 *     node scripts/bundle.mjs [--force]
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './run.mjs';

const outputFolder = join(root, 'dist', 'handlers');
const fingerprintFile = join(outputFolder, 'sources.sha256');
/** The first time that a zip file can hold. A fixed one, for the same bytes. */
const ZIP_EPOCH = new Date(1980, 0, 1);

/** What the bundles are made of; node_modules is fixed by the lock file. */
function fingerprint() {
  const hash = createHash('sha256');
  const sources = ['handlers', 'pipeline'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join(folder, file)),
  );
  for (const file of [...sources.sort(), 'package-lock.json', 'scripts/bundle.mjs']) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

async function bundleHandler(name) {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: { index: join('handlers', `${name}.ts`) },
    outdir: 'dist/bundle',
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    mainFields: ['module', 'main'],
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    sourcemap: 'linked',
    sourcesContent: false,
  });
  return outputFiles.map(({ path, contents }) => ({
    name: path.endsWith('.map') ? 'index.js.map' : 'index.js',
    contents,
  }));
}

async function zip(files) {
  const { zipSync } = await import('fflate');
  const sorted = files.sort((a, b) => a.name.localeCompare(b.name));
  // os 3 with mode 0644: the attributes of a plain file, whatever the umask here.
  const options = { level: 9, mtime: ZIP_EPOCH, os: 3, attrs: 0o100644 << 16 };
  return zipSync(Object.fromEntries(sorted.map(({ name, contents }) => [name, [contents, options]])));
}

/** Makes the bundles anew when a source changed. */
export async function bundle({ force = false } = {}) {
  const current = fingerprint();
  const names = readdirSync(join(root, 'handlers'))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -3));
  const complete = names.every((name) => existsSync(join(outputFolder, `${name}.zip`)));
  const known = existsSync(fingerprintFile) ? readFileSync(fingerprintFile, 'utf8') : '';
  if (!force && complete && known === current) return;
  mkdirSync(outputFolder, { recursive: true });
  rmSync(fingerprintFile, { force: true });
  for (const name of names) {
    const archive = await zip(await bundleHandler(name));
    writeFileSync(join(outputFolder, `${name}.zip`), archive);
    console.error(`bundled ${name} (${Math.ceil(archive.length / 1024)} KB)`);
  }
  writeFileSync(fingerprintFile, current);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await bundle({ force: process.argv.includes('--force') });
}
