/** What the pipeline does when the machine fails it: it says so, stops in order, and leaves nothing running. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EditableDeployment, synthesize } from '../support/deployment';
import { LaptopRun, runOnce } from '../support/laptop-run';
import { waitUntilGone } from '../support/process-table';

jest.setTimeout(400_000);

const GONE_MS = 45_000;

describe('a running pipeline', () => {
  let deployment: EditableDeployment;
  let folder: string;
  beforeAll(() => {
    deployment = synthesize();
  });
  afterAll(() => deployment.remove());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cdc-fault-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const place = (dataDir: string) => ({ deployment: deployment.folder, dataDir });

  it('whose database server is killed says so immediately and fails with exit code 1; the next one ends equal', async () => {
    for (const [name, title] of [
      ['mysql', 'MySQL server'],
      ['dynamodb', 'DynamoDB Local'],
    ] as const) {
      const run = LaptopRun.start(place(folder));
      await run.waitForLine(/running at the rate/, 180_000);
      process.kill(Number(readFileSync(join(folder, name, 'server.pid'), 'utf8')), 'SIGKILL');
      await run.waitForLine(
        new RegExp(`failed +${title} +${title} ended \\(signal SIGKILL\\); log .*server\\.log`),
      );
      await expect(run.exitCode()).resolves.toBe(1);
      await waitUntilGone(folder, GONE_MS);
    }
    const tables = await runOnce(place(folder));
    expect(tables.map(({ mismatches }) => mismatches)).toEqual([0, 0]);
  });

  const isRoot = process.getuid?.() === 0;
  const onSmallDisk = isRoot && process.platform === 'linux' ? it : it.skip;

  onSmallDisk('whose disk fills up says how much it needs, and stops in order', async () => {
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=700m', 'tmpfs', disk]);
    try {
      const dataDir = join(disk, 'state');
      const run = LaptopRun.start(place(dataDir));
      await run.waitForLine(/running at the rate/, 180_000);
      const free = Number(
        execFileSync('df', ['--output=avail', '-m', disk], { encoding: 'utf8' }).split('\n')[1],
      );
      writeFileSync(join(disk, 'filler'), Buffer.alloc((free - 70) * 1024 * 1024));
      await run.waitForLine(/is nearly full: \d+ MB are free, and the pipeline needs 100 MB to run/);
      await expect(run.exitCode()).resolves.toBe(1);
      await waitUntilGone(dataDir, GONE_MS);
      const refused = LaptopRun.start(place(dataDir));
      await expect(refused.exitCode()).resolves.toBe(1);
      expect(refused.lines).toMatch(
        /the disk of .* is full: \d+ MB are free, and the pipeline needs 200 MB to start/,
      );
      expect(existsSync(join(dataDir, 'runtime.json'))).toBe(false);
      rmSync(join(disk, 'filler'));
      const tables = await runOnce(place(dataDir));
      expect(tables.map(({ mismatches }) => mismatches)).toEqual([0, 0]);
    } finally {
      execFileSync('umount', [disk]);
    }
  });
});
