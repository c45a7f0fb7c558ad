import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTypescript } from '../../scripts/typescript.cjs';

const folder = mkdtempSync(join(tmpdir(), 'cdc-read-typescript-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = join(folder, 'program.ts');

/** What a program prints that ends as a command does: at once, whatever is still being written. */
function run(text: string): string {
  writeFileSync(
    file,
    `const sum = (one: number, other: number): number => one + other;
     const isTransformed = Object.keys(require.cache).some((name) => name.includes('@swc/core/index'));
     console.log(${text}, isTransformed);
     process.exit(0);`,
  );
  return spawnSync(process.execPath, [...readTypescript, file], { encoding: 'utf8' }).stdout.trim();
}

it('transforms a file once, however soon its process ends, and again when it has changed', () => {
  expect(run('sum(1, 2)')).toBe('3 true');
  expect(run('sum(1, 2)')).toBe('3 false');
  expect(run('sum(2, 2)')).toBe('4 true');
});

it('names the line of the source in an error', () => {
  writeFileSync(
    file,
    'interface Row {\n  id: number;\n}\nconst row = undefined as unknown as Row;\nrow.id;\n',
  );
  const { stderr } = spawnSync(process.execPath, [...readTypescript, file], { encoding: 'utf8' });
  expect(stderr).toContain('program.ts:5');
});
