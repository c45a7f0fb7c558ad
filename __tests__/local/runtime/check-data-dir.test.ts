import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkDataDir } from '../../../local/runtime/check-data-dir';

describe('the folder of --data-dir', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'cdc-data-dir-'));
    writeFileSync(join(folder, 'file'), '');
    mkdirSync(join(folder, 'locked'), { mode: 0o500 });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('may be new, or there', () => {
    expect(() => checkDataDir(folder)).not.toThrow();
    expect(() => checkDataDir(join(folder, 'a', 'b'))).not.toThrow();
  });

  it('is refused when it is a file, or below one', () => {
    const file = join(folder, 'file');
    expect(() => checkDataDir(file)).toThrow(`${file} is a file, not a folder. Name another folder`);
    expect(() => checkDataDir(join(file, 'x'))).toThrow(`${file}/x cannot be made: ${file} is a file`);
  });

  it('is refused where no file can be kept, or this user may not write', () => {
    if (process.platform === 'linux')
      expect(() => checkDataDir('/proc/x')).toThrow('/proc/x cannot keep files: /proc is not on a disk');
    chmodSync(join(folder, 'locked'), 0o500);
    // The administrator may write anywhere.
    if (process.getuid?.() !== 0)
      expect(() => checkDataDir(join(folder, 'locked'))).toThrow('you may not write to');
  });
});
