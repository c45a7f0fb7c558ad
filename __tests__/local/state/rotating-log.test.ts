import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RotatingLog, rotateIfFull } from '../../../local/state/rotating-log';

describe('a log', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cdc-log-'));
    file = join(folder, 'function.log');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('keeps its newest lines whole in four files, however much is written', () => {
    const log = new RotatingLog(file, 1_000);
    for (let line = 0; line < 2_000; line += 1) log.writeLine(`line ${String(line).padStart(6, '0')}`);
    log.close();
    expect(readdirSync(folder).sort()).toEqual([
      'function.log',
      'function.log.1',
      'function.log.2',
      'function.log.3',
    ]);
    for (const name of readdirSync(folder))
      expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(1_000);
    const kept = ['.3', '.2', '.1', ''].map((suffix) => readFileSync(file + suffix, 'utf8')).join('');
    const lines = kept.trimEnd().split('\n');
    expect(lines.at(-1)).toBe('line 001999');
    const first = Number(lines[0]?.slice(5));
    expect(lines).toEqual(lines.map((_, index) => `line ${String(first + index).padStart(6, '0')}`));
  });

  it('resumes an earlier one, and takes a line that is longer than the limit', () => {
    writeFileSync(file, 'of the run before\n');
    const log = new RotatingLog(file, 100);
    log.writeLine('x'.repeat(500));
    log.writeLine('after');
    log.close();
    log.writeLine('dropped');
    expect(readFileSync(`${file}.2`, 'utf8')).toBe('of the run before\n');
    expect(readFileSync(`${file}.1`, 'utf8')).toBe(`${'x'.repeat(500)}\n`);
    expect(readFileSync(file, 'utf8')).toBe('after\n');
  });

  it('of another process is moved away before it is opened, when it is full', () => {
    writeFileSync(file, 'x'.repeat(50));
    rotateIfFull(file, 100);
    expect(readdirSync(folder)).toEqual(['function.log']);
    rotateIfFull(file, 50);
    expect(readdirSync(folder)).toEqual(['function.log.1']);
    rotateIfFull(file, 50);
  });
});
