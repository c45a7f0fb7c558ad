/** What the pipeline does when the disk fills up: it says so, stops in order, and leaves nothing running. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from '../../local/runtime/wait-until';
import { type EditableDeployment, synthesize } from '../support/deployment';
import { LaptopRun, type Place, runOnce } from '../support/laptop-run';
import { waitUntilGone } from '../support/process-table';

jest.setTimeout(400_000);

const GONE_MS = 45_000;

const canMount = process.getuid?.() === 0 && process.platform === 'linux';

/** One data folder for all tests, in their order, on a small disk: where one can be made. */
(canMount ? describe : describe.skip)('a running pipeline', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cdc-fault-'));
  const dataDir = join(folder, 'state');
  let deployment: EditableDeployment;
  let place: Place;
  beforeAll(() => {
    deployment = synthesize();
    place = { deployment: deployment.folder, dataDir };
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=700m', 'tmpfs', folder]);
  });
  afterAll(async () => {
    deployment.remove();
    // A process of the run that is just ending has its files open for a moment more.
    const isFree = (): boolean => spawnSync('umount', [folder]).status === 0;
    await waitUntil(isFree, { what: 'the small disk to be given back', timeoutMs: GONE_MS });
    rmSync(folder, { recursive: true, force: true });
  });

  it('whose disk fills up says how much it needs, and stops in order', async () => {
    const run = LaptopRun.start(place);
    await run.waitForLine(/running at the rate/, 180_000);
    const free = Number(
      execFileSync('df', ['--output=avail', '-m', folder], { encoding: 'utf8' }).split('\n')[1],
    );
    writeFileSync(join(folder, 'filler'), Buffer.alloc((free - 70) * 1024 * 1024));
    await run.waitForLine(/is nearly full: \d+ MB are free, and the pipeline needs 100 MB to run/);
    await expect(run.exitCode()).resolves.toBe(1);
    await waitUntilGone(dataDir, GONE_MS);
    const refused = LaptopRun.start(place);
    await expect(refused.exitCode()).resolves.toBe(1);
    expect(refused.lines).toMatch(
      /the disk of .* is full: \d+ MB are free, and the pipeline needs 200 MB to start/,
    );
    expect(existsSync(join(dataDir, 'runtime.json'))).toBe(false);
    rmSync(join(folder, 'filler'));
  });

  it('ends equal afterwards', async () => {
    const tables = await runOnce(place);
    expect(tables.map(({ mismatches }) => mismatches)).toEqual([0, 0]);
  });
});
