/** The four stacks as Terraform will read them, made in a temporary folder from tiny bundles. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Deployment, readDeployment } from '../../deployment/deployment';
import { HANDLER_NAMES } from '../../pipeline/handler-environment';
import type { Folders } from '../../stacks/folders';

export const STACKS = ['network', 'storage', 'warehouse', 'pipeline'] as const;
export type StackName = (typeof STACKS)[number];

/** A block's arguments; what is asked of them is up to each test. */
// biome-ignore lint/suspicious/noExplicitAny: JSON that each test reads in its own way
export type Arguments = Record<string, any>;

export interface SynthesizedResource {
  readonly stack: string;
  readonly type: string;
  readonly name: string;
  readonly address: string;
  readonly config: Arguments;
}

export interface Synthesis {
  readonly deployment: Deployment;
  /** The text of each stack's `cdk.tf.json`. */
  readonly texts: Readonly<Record<StackName, string>>;
  readonly stacks: Readonly<Record<StackName, Arguments>>;
  readonly resources: readonly SynthesizedResource[];
  readonly manifest: Arguments;
  /** All of one type, or the one of that name. */
  of(type: string): SynthesizedResource[];
  one(type: string, name: string): Arguments;
}

export const projectFolder = join(__dirname, '..', '..');

export const context = (): Arguments =>
  JSON.parse(readFileSync(join(projectFolder, 'cdktf.json'), 'utf8')).context;

export interface SynthesisOptions {
  readonly environment?: string;
  /** Changes the context before it is parsed. */
  readonly change?: (context: Arguments) => void;
  /** Changes the files that go with the stacks. */
  readonly prepare?: (folders: Folders) => void;
}

/** What nothing changes is synthesized once for each run of the tests, which takes longer than most of what is asked of it. */
export function synthesize(options: SynthesisOptions = {}): Synthesis {
  const { environment = 'dev', change, prepare } = options;
  if (change === undefined && prepare === undefined) return readSynthesis(keptSynthesis(environment));
  const folder = mkdtempSync(join(tmpdir(), 'stacks-'));
  try {
    return readSynthesis(runApp(folder, options));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns the folder of a synthesis that the test files of this run share; nothing is written into it */
function keptSynthesis(environment: string): string {
  const catalogue = createHash('sha256')
    .update(process.env.CDC_TABLES ?? '')
    .digest('hex')
    .slice(0, 12);
  const kept = join(tmpdir(), `cdc-synthesis-of-stacks-${environment}-${catalogue}`);
  if (existsSync(kept)) return kept;
  const folder = mkdtempSync(join(tmpdir(), 'stacks-'));
  const output = runApp(folder, { environment });
  try {
    renameSync(output, kept);
  } catch {
    // Another worker was quicker: its synthesis says the same.
  }
  rmSync(folder, { recursive: true, force: true });
  return kept;
}

/** @returns what `cdktf.out` would be, within a folder */
function runApp(folder: string, { environment = 'dev', change, prepare }: SynthesisOptions): string {
  // The library and the stacks take a second to load, which a file that only reads does without.
  const { App } = require('cdktf') as typeof import('cdktf');
  const { addStacks } = require('../../stacks/deployment') as typeof import('../../stacks/deployment');
  const { parseSettings } = require('../../stacks/settings') as typeof import('../../stacks/settings');
  const folders = writeFiles(folder);
  prepare?.(folders);
  const given = context();
  change?.(given);
  const app = new App({ outdir: join(folder, 'out') });
  addStacks(app, parseSettings(given, environment), folders);
  app.synth();
  return join(folder, 'out');
}

function writeFiles(folder: string): Folders {
  const folders = { bundles: join(folder, 'bundles'), seedData: join(folder, 'seed-data') };
  for (const path of Object.values(folders)) mkdirSync(path);
  for (const name of HANDLER_NAMES) writeFileSync(join(folders.bundles, `${name}.zip`), `bundle of ${name}`);
  writeFileSync(join(folders.seedData, 'txns.csv'), 'header\n');
  writeFileSync(join(folders.seedData, 'trades.json'), '{"data": []}\n');
  return folders;
}

function readSynthesis(output: string): Synthesis {
  const read = (path: string): string => readFileSync(join(output, path), 'utf8');
  const deployment = readDeployment(output);
  const byStack = <T>(value: (stack: StackName) => T): Record<StackName, T> =>
    Object.fromEntries(STACKS.map((stack) => [stack, value(stack)])) as Record<StackName, T>;
  const resources: readonly SynthesizedResource[] = deployment.resources;
  return {
    deployment,
    texts: byStack((stack) => read(`stacks/${stack}/cdk.tf.json`)),
    stacks: byStack((stack) => deployment.stacks.find(({ name }) => name === stack)!.json),
    resources,
    manifest: JSON.parse(read('manifest.json')),
    of: (type) => resources.filter((resource) => resource.type === type),
    one: (type, name) => {
      const found = resources.filter((resource) => resource.type === type && resource.name === name);
      if (found.length !== 1) throw new Error(`expected one ${type}.${name}, got ${found.length}`);
      return found[0]!.config;
    },
  };
}
