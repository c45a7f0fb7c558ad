/** The import of each bundle in a new process, as Lambda does it before a first call, next to an empty module. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { readStacks } from '../../deployment/terraform-json';
import { projectFolders } from '../../stacks/folders';
import type { BenchResult } from './result';

const ROOT = join(__dirname, '..', '..');
const BUNDLES = projectFolders(ROOT).bundles;
const ROUNDS = 5;
const HOST = `
const startedAt = performance.now();
require(process.argv[1]);
process.stdout.write(String(performance.now() - startedAt));
process.exit();`;

export async function bench(): Promise<BenchResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'cdc-bench-cold-start-'));
  const environments = readEnvironments();
  try {
    const empty = join(folder, 'empty.js');
    writeFileSync(empty, 'exports.handler = () => undefined;\n');
    const floorSeconds = bestImport(empty, {});
    const names = readdirSync(BUNDLES).filter((file) => file.endsWith('.zip'));
    return names.map((file) => {
      const zip = join(BUNDLES, file);
      const name = file.slice(0, -4);
      const seconds = bestImport(unpack(zip, join(folder, name)), environments.get(name) ?? {});
      const kilobytes = Math.round(statSync(zip).size / 1024);
      return {
        name: 'cold-start',
        shape: `${name}, ${kilobytes} KB, ${Math.round(seconds * 1000)} ms`,
        unit: 'imports',
        rows: 1,
        seconds,
        rowsPerSecond: 1 / seconds,
        floor: 'an empty module',
        floorRowsPerSecond: 1 / floorSeconds,
        ratio: floorSeconds / seconds,
      };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A reference to another stack has no value here; what is checked at import is its form. */
const resolved = ([name, value]: readonly [string, string]): readonly [string, string] => {
  if (!value.includes('${')) return [name, value];
  if (name.endsWith('PORT')) return [name, '3306'];
  return [name, name.endsWith('ARN') ? 'arn:aws:service:eu-central-1:123456789012:name' : value];
};

/**
 * What a stack gives to each handler, by the handler's name; Lambda's file of authorities is not here.
 */
function readEnvironments(): Map<string, Record<string, string>> {
  const found = new Map<string, Record<string, string>>();
  for (const { resources } of readStacks(process.env.CDKTF_OUTDIR ?? join(ROOT, 'cdktf.out'))) {
    for (const { type, body } of resources) {
      if (type !== 'aws_lambda_function') continue;
      const { function_name: name, environment } = body as {
        function_name: string;
        environment?: { variables?: Record<string, string> };
      };
      const { NODE_EXTRA_CA_CERTS: _, ...variables } = environment?.variables ?? {};
      found.set(
        name.replace(/^[^-]+-[^-]+-/, ''),
        Object.fromEntries(Object.entries(variables).map(resolved)),
      );
    }
  }
  return found;
}

function unpack(zip: string, folder: string): string {
  mkdirSync(folder);
  for (const [name, bytes] of Object.entries(unzipSync(readFileSync(zip))))
    writeFileSync(join(folder, name), bytes);
  return join(folder, 'index.js');
}

/** In seconds. The first round fills the disk's cache. */
function bestImport(file: string, variables: Readonly<Record<string, string>>): number {
  const env = { PATH: process.env.PATH, AWS_REGION: 'eu-central-1', ...variables };
  const times = Array.from({ length: ROUNDS }, () =>
    Number(execFileSync(process.execPath, ['-e', HOST, file], { env, encoding: 'utf8' }).split('\n').at(-1)),
  );
  return Math.min(...times) / 1000;
}
