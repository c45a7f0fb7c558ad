/**
 * Bundles each handler to `dist/handlers/<name>.zip` (`dist/<catalogue>/handlers` for another one): one file and its source map. The same sources give the
 * same bytes on every machine, so that a plan shows a changed function only when its code changed. Beside each zip is
 * `<name>.cdx.json`, its bill of materials. `npm run bundle` prints modules, sizes and licences.
 *
 *     node scripts/bundle.mjs [--force]
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  buildBillOfMaterials,
  bundledPackages,
  describeBundles,
  readBillOfMaterials,
} from './bundle-contents.mjs';
import { bundleFolder as outputFolder, tablesFolder } from './bundle-folder.mjs';
import { root } from './run.mjs';

const fingerprintFile = join(outputFolder, 'sources.sha256');
/** AWS Lambda developer guide, "Lambda quotas". */
const MAX_ZIP_BYTES = 50 * 1024 * 1024;
/** Where esbuild thinks that it writes: source maps have paths from there. */
const OUTPUT = 'dist/bundle';
/** The earliest time that a zip file can store. Fixed, so that the bytes are the same. */
const ZIP_EPOCH = new Date(1980, 0, 1);

/** What goes into the bundles; node_modules is fixed by the lock file. */
function fingerprint() {
  const hash = createHash('sha256');
  const sources = ['handlers', 'pipeline'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join(folder, file)),
  );
  for (const file of [
    ...sources.sort(),
    ...catalogueFiles(),
    'package-lock.json',
    'scripts/bundle.mjs',
    'scripts/bundle-contents.mjs',
  ]) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

/** `tables/*.json`: in a bundle there is no folder to read them from. */
const catalogueFiles = () =>
  readdirSync(tablesFolder)
    .filter((file) => file.endsWith('.json') && file !== 'table.schema.json')
    .sort()
    .map((file) => join(relative(root, tablesFolder), file));

/** Puts what `pipeline/catalogue-files.ts` would read in its place. */
const embeddedCatalogue = {
  name: 'embedded-catalogue',
  setup: (build) =>
    build.onLoad({ filter: /[\\/]pipeline[\\/]catalogue-files\.ts$/ }, () => {
      const files = catalogueFiles().map((file) => [
        basename(file, '.json'),
        JSON.parse(readFileSync(join(root, file), 'utf8')),
      ]);
      return {
        contents: `export const CATALOGUE_FILES = ${JSON.stringify(Object.fromEntries(files))};`,
        loader: 'js',
      };
    }),
};

/**
 * A function's credentials are in its environment (AWS Lambda developer guide, "Using Lambda environment variables"):
 * the SDK's chain of profiles, single sign-on and instance metadata would be a fifth of a bundle, and parsed at each
 * cold start.
 */
const environmentCredentials = {
  name: 'environment-credentials',
  setup: (build) =>
    build.onLoad(
      { filter: /[\\/]@aws-sdk[\\/]credential-provider-node[\\/]dist-es[\\/]index\.js$/ },
      ({ path }) => ({
        contents: "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';",
        loader: 'js',
        resolveDir: dirname(path),
      }),
    ),
};

/** In one build: what the handlers share is parsed once, which halves the time. */
async function bundleHandlers(names) {
  const { build } = await import('esbuild');
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(names.map((name) => [`${name}/index`, join('handlers', `${name}.ts`)])),
    outdir: OUTPUT,
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
    metafile: true,
    plugins: [embeddedCatalogue, environmentCredentials],
  });
  const contents = new Map(
    outputFiles.map((file) => [relative(join(root, OUTPUT), file.path), file.contents]),
  );
  return names.map((name) => ({
    name,
    files: ['index.js', 'index.js.map'].map((file) => ({
      name: file,
      contents: contents.get(join(name, file)),
    })),
    packages: bundledPackages(metafile.outputs[`${OUTPUT}/${name}/index.js`]),
  }));
}

async function zip(files) {
  const { zipSync } = await import('fflate');
  const sorted = files.sort((a, b) => a.name.localeCompare(b.name));
  // os 3 with mode 0644: the attributes of a plain file, whatever the umask here.
  const options = { level: 9, mtime: ZIP_EPOCH, os: 3, attrs: 0o100644 << 16 };
  return zipSync(Object.fromEntries(sorted.map(({ name, contents }) => [name, [contents, options]])));
}

const handlerNames = () =>
  readdirSync(join(root, 'handlers'))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -3));

const zipFile = (name) => join(outputFolder, `${name}.zip`);
const billOfMaterialsFile = (name) => join(outputFolder, `${name}.cdx.json`);

/** A bundle as it is on disk. */
function readBundle(name) {
  const packages = readBillOfMaterials(readFileSync(billOfMaterialsFile(name), 'utf8'));
  return { name, zipBytes: statSync(zipFile(name)).size, packages };
}

/** Another process that bundles the same sources, or reads them, never sees a part of a file. */
function writeWhole(file, content) {
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, content);
  renameSync(unfinished, file);
}

/** Recreates the bundles when a source changed. */
export async function bundle({ force = false } = {}) {
  const current = fingerprint();
  const names = handlerNames();
  const complete = names.every((name) => existsSync(zipFile(name)) && existsSync(billOfMaterialsFile(name)));
  const known = existsSync(fingerprintFile) ? readFileSync(fingerprintFile, 'utf8') : '';
  if (!force && complete && known === current) return;
  mkdirSync(outputFolder, { recursive: true });
  rmSync(fingerprintFile, { force: true });
  for (const { name, files, packages } of await bundleHandlers(names)) {
    const archive = await zip(files);
    if (archive.length > MAX_ZIP_BYTES)
      throw new Error(
        `the bundle of ${name}: got ${archive.length} bytes, Lambda takes ${MAX_ZIP_BYTES} of a zip that is uploaded directly. Usual cause: a new dependency; npm run bundle shows the share of each`,
      );
    writeWhole(zipFile(name), archive);
    writeWhole(billOfMaterialsFile(name), buildBillOfMaterials(name, packages));
    console.error(`bundled ${name} (${Math.ceil(archive.length / 1024)} KB)`);
  }
  writeWhole(fingerprintFile, current);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await bundle({ force: process.argv.includes('--force') });
  console.log(describeBundles(handlerNames().map(readBundle)));
}
