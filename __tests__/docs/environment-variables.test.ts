/** Each variable that the project reads from its environment is explained, and each one that is explained is read. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const FOLDERS = ['deployment', 'handlers', 'local', 'pipeline', 'scripts', 'stacks'];

function variablesRead(): string[] {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  );
  const code = [...files.filter((file) => /\.(ts|mjs|cjs)$/.test(file)), 'main.ts'];
  const texts = code.map((file) => readFileSync(join(root, file), 'utf8'));
  const names = texts.flatMap((text) =>
    [...text.matchAll(/process\.env(?:\.|\[['"`])(CDC_[A-Z_]+)/g)].map(([, name]) => name as string),
  );
  return [...new Set(names)].sort();
}

it('the table of the README names just the variables that the code reads', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const section = readme.split('\n## Environment variables\n')[1]?.split('\n## ')[0] ?? '';
  const named = [...section.matchAll(/^\| `(CDC_[A-Z_]+)` \| \S.* \|$/gm)].map(([, name]) => name as string);
  expect(named.sort()).toEqual(variablesRead());
  expect(named.length).toBeGreaterThan(3);
});
