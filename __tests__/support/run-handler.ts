/**
 * Runs a handler as Lambda does: bundled to one file, in a process of its own, which knows its environment alone and
 * trusts what NODE_EXTRA_CA_CERTS names.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { CATALOGUE_FILES } from '../../pipeline/catalogue-files';
import type { HandlerEnvironment, HandlerName } from '../../pipeline/handler-environment';
import type { CatalogueFiles } from '../../pipeline/values/catalogue';

export interface HandlerRun {
  /** What the handler returned; undefined when it failed. */
  readonly result: unknown;
  /** The message of what it threw. */
  readonly failure?: string;
  /** Every line that it logged, metrics included. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  /** All that it wrote. */
  readonly output: string;
}

export interface BundledHandler<Name extends HandlerName> {
  run(
    environment: HandlerEnvironment<Name>,
    others: Readonly<Record<string, string>>,
    event?: unknown,
  ): Promise<HandlerRun>;
  remove(): void;
}

const MARK = 'handler ended ';
const HOST = `
const { handler } = require(process.argv[1]);
const context = { functionName: 'cdc-dev', awsRequestId: require('node:crypto').randomUUID(), getRemainingTimeInMillis: () => 60000 };
handler(JSON.parse(process.argv[2]), context).then(
  (result) => console.log(${JSON.stringify(MARK)} + JSON.stringify({ result })),
  (error) => console.log(${JSON.stringify(MARK)} + JSON.stringify({ failure: error.message })),
);`;

/** As scripts/bundle.mjs does it: a bundle has no `tables/` folder beside it. */
const embeddedCatalogue = (files: CatalogueFiles): Plugin => ({
  name: 'embedded-catalogue',
  setup: ({ onLoad }) => {
    onLoad({ filter: /pipeline[\\/]catalogue-files\.ts$/ }, () => ({
      contents: `export const CATALOGUE_FILES = ${JSON.stringify(files)};`,
    }));
  },
});

/** The handler and all that it needs, as one file. */
export async function writeBundle(
  name: HandlerName,
  outfile: string,
  files: CatalogueFiles = CATALOGUE_FILES,
): Promise<void> {
  await build({
    entryPoints: [join(__dirname, '../../handlers', `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    plugins: [embeddedCatalogue(files)],
  });
}

export async function bundleHandler<Name extends HandlerName>(name: Name): Promise<BundledHandler<Name>> {
  const folder = mkdtempSync(join(tmpdir(), 'cdc-handler-'));
  const outfile = join(folder, 'index.js');
  await writeBundle(name, outfile);
  return {
    run: (environment, others, event = {}) =>
      new Promise((resolve) => {
        const env = {
          PATH: process.env.PATH,
          AWS_REGION: 'eu-central-1',
          AWS_ACCESS_KEY_ID: 'test',
          AWS_SECRET_ACCESS_KEY: 'test',
          POWERTOOLS_METRICS_NAMESPACE: 'cdc',
          ...environment,
          ...others,
        };
        const args = ['-e', HOST, outfile, JSON.stringify(event)];
        execFile(process.execPath, args, { env, maxBuffer: 64 * 1024 * 1024 }, (_error, stdout, stderr) => {
          resolve(readRun(stdout, stderr));
        });
      }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function readRun(stdout: string, stderr: string): HandlerRun {
  const output = stdout + stderr;
  const all = output.split('\n');
  const ending = all.find((line) => line.startsWith(MARK));
  if (ending === undefined) throw new Error(`the handler ended without a result:\n${output}`);
  const lines = all.flatMap((line) =>
    line.startsWith('{') ? [JSON.parse(line) as Record<string, unknown>] : [],
  );
  return { ...(JSON.parse(ending.slice(MARK.length)) as { result: unknown }), lines, output };
}
