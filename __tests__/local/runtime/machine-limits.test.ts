import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RuntimeEvent } from '../../../local/runtime/events';
import { checkMachine, type MachineProbe, watchDisk } from '../../../local/runtime/machine-limits';
import { waitUntil } from '../../../local/runtime/wait-until';

const MB = 1024 * 1024;
const probe = (freeMb: number, files: number | undefined = 1024): MachineProbe => ({
  freeBytes: () => freeMb * MB,
  openFileLimit: () => files,
});

describe('the machine', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'cdc-machine-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('with a full disk is named before anything starts, with how much is needed', () => {
    const isNew = join(folder, 'not', 'there', 'yet');
    expect(() => checkMachine(isNew, probe(499))).toThrow(
      `the disk of ${isNew} is full: 499 MB are free, and the pipeline needs 500 MB to start. Free some, or name a folder on another disk with --data-dir.`,
    );
    expect(() => checkMachine(isNew, probe(500))).not.toThrow();
  });

  it('needs less of the disk for a pipeline that is there already', () => {
    mkdirSync(join(folder, 'mysql'));
    expect(() => checkMachine(folder, probe(200))).not.toThrow();
    expect(() => checkMachine(folder, probe(199))).toThrow('the pipeline needs 200 MB to start');
  });

  it('that allows too few open files is named, with how to raise the limit', () => {
    expect(() => checkMachine(folder, probe(1_000, 256))).toThrow(
      'a process may have 256 files open here, and the pipeline needs 512. Raise the limit first: ulimit -n 4096',
    );
    expect(() => checkMachine(folder, { ...probe(1_000), openFileLimit: () => undefined })).not.toThrow();
  });

  it('of these tests is large enough, by what it says of itself', () => {
    expect(() => checkMachine(folder)).not.toThrow();
  });

  it('whose disk fills up is reported once, while there is room to stop in order', async () => {
    const events: RuntimeEvent[] = [];
    let freeMb = 300;
    const unwatch = watchDisk(folder, (event) => events.push(event), {
      freeBytes: () => freeMb * MB,
      openFileLimit: () => undefined,
    });
    try {
      freeMb = 99;
      await waitUntil(() => events.length > 0, { what: 'the event', timeoutMs: 20_000 });
      expect(events).toEqual([
        {
          type: 'exhausted',
          message: `the disk of ${folder} is nearly full: 99 MB are free, and the pipeline needs 100 MB to run. It stops in order; nothing is lost. Free some, then start it again.`,
        },
      ]);
    } finally {
      unwatch();
    }
  });
});
