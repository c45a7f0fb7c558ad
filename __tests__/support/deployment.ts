/** A synthesis of its own for each test file, to be edited as a change in a stack would edit it. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

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

/** Runs `main.ts`; the bundles must be there. */
export function synthesize(environment = 'dev'): EditableDeployment {
  const folder = mkdtempSync(join(tmpdir(), 'cdc-synthesis-'));
  execFileSync(process.execPath, ['--import', 'tsx', 'main.ts'], {
    cwd: root,
    env: { ...process.env, CDKTF_OUTDIR: folder, CDC_ENVIRONMENT: environment, NODE_NO_WARNINGS: '1' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return deploymentIn(folder);
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
