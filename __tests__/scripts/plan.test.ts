import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'cdc-plan-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** An earlier synthesis of dev with one stack, which had one queue that is no longer declared. */
function writeEarlier(): void {
  const stack = join(folder, 'stacks', 'network');
  mkdirSync(stack, { recursive: true });
  const provider = { aws: [{ region: 'us-east-1', default_tags: [{ tags: { environment: 'dev' } }] }] };
  const resource = { aws_sqs_queue: { gone: { name: 'gone' } } };
  writeFileSync(join(stack, 'cdk.tf.json'), JSON.stringify({ provider, resource }));
  const entry = {
    name: 'network',
    synthesizedStackPath: 'stacks/network/cdk.tf.json',
    workingDirectory: 'stacks/network',
    dependencies: [],
  };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ stacks: { network: entry } }));
}

it('fails with exit code 1 and names what it was to refuse, after it has printed the whole comparison', () => {
  writeEarlier();
  const args = ['plan', '--from', folder, '--env', 'dev', '--refuse', 'replaced,destroyed', '--json'];
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/cdc.mjs', ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NODE_NO_WARNINGS: '1' },
  });
  // What is bundled for it is said before.
  expect(stderr.trimEnd().split('\n').at(-1)).toBe('dev: network/aws_sqs_queue.gone would be destroyed');
  expect(status).toBe(1);
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines).toContainEqual(
    expect.objectContaining({ address: 'aws_sqs_queue.gone', outcome: 'destroyed' }),
  );
  expect(lines.filter(({ outcome }) => outcome === 'created').length).toBeGreaterThan(100);
}, 60_000);
