/** `npm run synth`: synthesizes the four stacks to `cdktf.out`; bundles handlers first if one changed. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { bundle } from './bundle.mjs';
import { demandProject } from './check-project.mjs';
import { root, run } from './run.mjs';
import { readTypescript } from './typescript.cjs';

/** In which they are deployed. */
const ORDER = ['network', 'storage', 'warehouse', 'pipeline'];

/** @param {{ flags: { env?: string } }} given */
export async function command({ flags: { env } }) {
  if (env !== undefined) process.env.CDC_ENVIRONMENT = env;
  demandProject();
  await bundle();
  run(process.execPath, [...readTypescript, 'main.ts']);
  console.log(describeStacks());
  return 0;
}

function describeStacks() {
  const out = process.env.CDKTF_OUTDIR ?? join(root, 'cdktf.out');
  const { context } = JSON.parse(readFileSync(join(root, 'cdktf.json'), 'utf8'));
  const environment = process.env.CDC_ENVIRONMENT || context.environment;
  const { stacks } = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8'));
  const inOrder = Object.values(stacks).sort(
    (one, other) => ORDER.indexOf(one.name) - ORDER.indexOf(other.name),
  );
  const lines = inOrder.map(({ name, synthesizedStackPath }) => {
    const file = join(out, synthesizedStackPath);
    const { resource = {} } = JSON.parse(readFileSync(file, 'utf8'));
    const count = Object.values(resource).flatMap((ofType) => Object.keys(ofType)).length;
    const size = `${Math.ceil(statSync(file).size / 1024)} KB`;
    return `  ${name.padEnd(12)} ${String(count).padStart(4)} resources  ${size.padStart(7)}  ${relative(process.cwd(), file)}`;
  });
  const handlers = sizeOf(join(out, 'stacks'), /\.zip$/);
  return [
    `${environment}: ${lines.length} stacks in ${relative(process.cwd(), out) || '.'}`,
    ...lines,
    ...(handlers === 0 ? [] : [`  bundles of the functions: ${Math.ceil(handlers / 1024)} KB`]),
  ].join('\n');
}

const sizeOf = (folder, pattern) =>
  readdirSync(folder, { recursive: true })
    .filter((file) => pattern.test(file))
    .reduce((bytes, file) => bytes + statSync(join(folder, file)).size, 0);
