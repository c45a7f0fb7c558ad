import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '..', '..', '..');

function run(command: string, ...args: string[]): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join('scripts', 'cdc.mjs'), command, ...args],
    { cwd: root, encoding: 'utf8', env: { ...process.env, CDKTF_OUTDIR: join(root, 'no-such-folder') } },
  );
  return { code: status, stdout, stderr };
}

describe('a command', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'cdc-commands-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('with an unknown flag says which flags there are and ends with 2', () => {
    const { code, stdout, stderr } = run('start', '--onse');
    expect(code).toBe(2);
    expect(stderr).toContain('start has no flag --onse. Did you mean --once? Its flags: --once, --fresh');
    expect(stdout).toBe('');
  });

  it('without a synthesis says how to make one, and leaves nothing locked', () => {
    const dataDir = join(folder, 'state');
    const { code, stderr } = run('pipeline', '--once', '--data-dir', dataDir);
    expect(code).toBe(1);
    expect(stderr).toMatch(/manifest\.json is not there.*npm run synth/);
    expect(existsSync(join(dataDir, 'lock'))).toBe(false);
  });

  it('that asks a warehouse which is not there says so and makes no folder', () => {
    const dataDir = join(folder, 'nothing');
    const { code, stderr } = run('sql', 'select 1', '--data-dir', dataDir);
    expect(code).toBe(1);
    expect(stderr).toContain(`there is no warehouse in ${dataDir}`);
    expect(existsSync(dataDir)).toBe(false);
  });

  it('takes a table out of the catalogue, also one whose entry is damaged, and knows no other', () => {
    writeFileSync(join(folder, 'orders.json'), '{ "source": "mysql", ');
    const { code, stdout } = run('remove-table', 'orders', '--tables', folder);
    expect([code, existsSync(join(folder, 'orders.json'))]).toEqual([0, false]);
    expect(stdout).toContain(`removed ${join(folder, 'orders.json')}.\nIts entry was damaged`);
    expect(run('remove-table', 'orders', '--tables', folder)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`there is no ${join(folder, 'orders.json')}; there are: none`),
    });
  });

  it('that takes a table out says what stays in the warehouse, and how to drop it', () => {
    cpSync(join(root, '__tests__', 'support', 'tables', 'trades.json'), join(folder, 'trades.json'));
    expect(run('remove-table', 'trade', '--tables', folder).stderr).toContain('Did you mean trades?');
    const { stdout } = run('remove-table', 'trades', '--tables', folder);
    expect(stdout).toContain('  DROP TABLE "market"."trades";\n  DROP TABLE "cdc"."trades_tombstones";\n');
    expect(stdout).toContain(`DELETE FROM "cdc"."sweeps" WHERE "table_name" = 'trades';`);
  });

  it('that compares what is not there says so and makes no folder', () => {
    const dataDir = join(folder, 'mistyped');
    const { code, stderr } = run('reconcile', '--data-dir', dataDir);
    expect(code).toBe(1);
    expect(stderr).toContain(`there is no pipeline in ${dataDir}`);
    expect(existsSync(dataDir)).toBe(false);
  });
});
