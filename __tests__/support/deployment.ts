/** A synthesis of its own for each test file, to be edited as a change in a stack would edit it. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { readTypescript } from '../../scripts/typescript.cjs';

const root = join(__dirname, '..', '..');

// biome-ignore lint/suspicious/noExplicitAny: a stack's JSON is edited at places that only the test knows
type StackJson = any;

export interface EditableDeployment {
  /** What `cdktf.out` would be. */
  readonly folder: string;
  /** Changes a stack's JSON in place. */
  edit(stack: string, change: (json: StackJson) => void): void;
  /** Changes a file beside a stack's JSON, and the hash that names it. */
  replaceSeed(table: 'txns' | 'trades', content: string | Buffer): void;
  /** Another one, for other edits. */
  copy(): EditableDeployment;
  remove(): void;
}

/** What `main.ts` synthesizes, from the bundles of today's sources. Once for each run of the tests, then a copy. */
export function synthesize(environment = 'dev'): EditableDeployment {
  const kept = join(tmpdir(), `cdc-synthesis-of-${environment}`);
  if (!existsSync(kept)) runMain(environment, kept);
  return deploymentIn(kept).copy();
}

/**
 * The same with a catalogue in another folder, which every later command of this test file takes as well.
 * @param options `hasApi`: with an API in front of the sources
 */
export function synthesizeWith(
  catalogue: string,
  { hasApi = false }: { readonly hasApi?: boolean } = {},
): EditableDeployment {
  process.env.CDC_TABLES = catalogue;
  const { context } = JSON.parse(readFileSync(join(root, 'cdktf.json'), 'utf8'));
  if (hasApi) context.environments.dev.api = { ...context.environments.everything.api, waf: undefined };
  const folder = bundleAndSynthesize({
    CDC_ENVIRONMENT: 'dev',
    CDKTF_CONTEXT_JSON: JSON.stringify(context),
  });
  // Its bundles are copied into the deployment; scripts/bundle-folder.mjs names where they were made.
  const bundles = relative(root, resolve(catalogue)).replaceAll(/[^A-Za-z0-9]+/g, '-');
  rmSync(join(root, 'dist', bundles), { recursive: true });
  return deploymentIn(folder);
}

/** @returns a new folder, as `cdktf.out` would be */
function bundleAndSynthesize(variables: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'cdc-synthesis-'));
  const env = { ...process.env, ...variables, CDKTF_OUTDIR: folder, NODE_NO_WARNINGS: '1' };
  for (const args of [['scripts/bundle.mjs'], [...readTypescript, 'main.ts']])
    execFileSync(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'ignore', 'inherit'] });
  return folder;
}

function runMain(environment: string, kept: string): void {
  const folder = bundleAndSynthesize({ CDC_ENVIRONMENT: environment });
  try {
    renameSync(folder, kept);
  } catch {
    // Another worker was quicker: its synthesis says the same.
    rmSync(folder, { recursive: true, force: true });
  }
}

function deploymentIn(folder: string): EditableDeployment {
  const stackFile = (stack: string): string => join(folder, 'stacks', stack, 'cdk.tf.json');
  const edit: EditableDeployment['edit'] = (stack, change) => {
    const json: StackJson = JSON.parse(readFileSync(stackFile(stack), 'utf8'));
    change(json);
    writeFileSync(stackFile(stack), JSON.stringify(json));
  };
  return {
    folder,
    edit,
    replaceSeed: (table, content) =>
      edit('storage', (json) => {
        const object = json.resource.aws_s3_object[`seed_${table}`];
        writeFileSync(join(folder, 'stacks', 'storage', object.source), content);
        object.source_hash = createHash('sha256').update(content).digest('hex');
      }),
    copy: () => {
      const other = mkdtempSync(join(tmpdir(), 'cdc-synthesis-'));
      cpSync(folder, other, { recursive: true });
      return deploymentIn(other);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
