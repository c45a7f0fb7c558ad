import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRuntime, StateFolder } from '../../../local/state/state-folder';

const RUNTIME = {
  pid: process.pid,
  controlEndpoint: 'http://127.0.0.1:1',
  controlToken: 'token',
  gatewayEndpoint: 'http://127.0.0.1:2',
  accessKeyId: 'key',
  secretAccessKey: 'secret',
  region: 'eu-west-1',
};
/** Above what Linux and macOS give to processes. */
const NO_PROCESS = 99_999_999;

describe('the state folder', () => {
  let parent: string;
  let folder: string;
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'cdc-state-'));
    folder = join(parent, 'state');
  });
  afterEach(() => rmSync(parent, { recursive: true, force: true }));

  it('is made on the first run, for its owner alone', async () => {
    const state = await StateFolder.open(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(existsSync(join(folder, '.cdc-state'))).toBe(true);
    state.release();
  });

  it('is refused to a second run, which gets the process id of the first', async () => {
    const state = await StateFolder.open(folder);
    await expect(StateFolder.open(folder)).rejects.toThrow(
      `another run uses ${folder}: process ${process.pid}`,
    );
    state.release();
    (await StateFolder.open(folder)).release();
  });

  it.each([
    ['that is gone', { pid: NO_PROCESS, processBegan: '' }],
    ['whose id another process has by now', { pid: process.pid, processBegan: 'Thu Jan  1 00:00:00 1970' }],
  ])('is taken over from a run %s', async (_what, holder) => {
    (await StateFolder.open(folder)).release();
    writeFileSync(join(folder, 'lock'), JSON.stringify(holder));
    const state = await StateFolder.open(folder);
    await expect(StateFolder.open(folder)).rejects.toThrow('another run uses');
    state.release();
  });

  it('is taken over when the lock of a killed run is not readable', async () => {
    (await StateFolder.open(folder)).release();
    writeFileSync(join(folder, 'lock'), '');
    (await StateFolder.open(folder)).release();
  });

  it('forgets everything with fresh, but only where its marker is', async () => {
    const state = await StateFolder.open(folder);
    mkdirSync(state.path('s3', 'buckets'), { recursive: true });
    writeFileSync(state.path('s3', 'buckets', 'object'), 'x');
    state.release();
    const beforeClear = () => Promise.reject(new Error('keep it'));
    await expect(StateFolder.open(folder, { fresh: true, beforeClear })).rejects.toThrow('keep it');
    expect(readFileSync(join(folder, 's3', 'buckets', 'object'), 'utf8')).toBe('x');
    const keptIn = `${folder}-kept`;
    const emptied = await StateFolder.open(folder, { fresh: true, beforeClear: async () => ({ keptIn }) });
    expect(readdirSync(folder).sort()).toEqual(['.cdc-state', 'lock']);
    emptied.release();
    const kept = await StateFolder.open(keptIn);
    expect(readFileSync(kept.path('s3', 'buckets', 'object'), 'utf8')).toBe('x');
    kept.release();
    rmSync(keptIn, { recursive: true });
    const again = await StateFolder.open(folder, { fresh: true });
    expect(readdirSync(folder).sort()).toEqual(['.cdc-state', 'lock']);
    again.release();
  });

  it('leaves a folder of somebody else alone', async () => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'thesis.txt'), 'x');
    await expect(StateFolder.open(folder, { fresh: true })).rejects.toThrow(/is not empty.*left alone/);
    expect(readdirSync(folder)).toEqual(['thesis.txt']);
  });

  it('tells how to reach the run that has it, to its owner alone, until it ends', async () => {
    const state = await StateFolder.open(folder);
    expect(findRuntime(folder)).toBeUndefined();
    state.writeRuntimeInfo(RUNTIME);
    expect(statSync(join(folder, 'runtime.json')).mode & 0o777).toBe(0o600);
    expect(findRuntime(folder)).toEqual(RUNTIME);
    state.release();
    expect(findRuntime(folder)).toBeUndefined();
  });

  it('does not take the address that a killed run left behind for a running one', async () => {
    const state = await StateFolder.open(folder);
    state.writeRuntimeInfo(RUNTIME);
    writeFileSync(join(folder, 'lock'), JSON.stringify({ pid: NO_PROCESS, processBegan: '' }));
    expect(findRuntime(folder)).toBeUndefined();
  });
});
