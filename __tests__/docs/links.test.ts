import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { anchorOf, commands, headings, isThere, linksOf, projectFolder, readPage, readPages } from './pages';

const pages = readPages();
const each = pages.map((page) => [page.path, page] as const);

describe.each(each)('%s', (path, page) => {
  it('links only to files and headings that exist', () => {
    const broken = linksOf(page).filter((target) => {
      if (/^[a-z]+:/.test(target)) return false;
      const [file = '', anchor] = target.split('#');
      const linked = file === '' ? path : join(dirname(path), file);
      if (!isThere(linked)) return true;
      return anchor !== undefined && !headings(readPage(linked)).map(anchorOf).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it('names only scripts that package.json has', () => {
    const { scripts } = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8'));
    const named = [...page.text.matchAll(/\bnpm run (?:--silent )?([\w:-]+)/g)].map(([, name]) => name);
    expect(named.filter((name) => !(name! in scripts))).toEqual([]);
  });

  it('names only files of the project that exist', () => {
    const named = [
      ...page.text.matchAll(/`((?:scripts|stacks|pipeline|handlers|local|docs|__tests__)\/[\w./-]*)`/g),
    ]
      .map(([, name]) => name!)
      .filter((name) => !isThere(name) && !isThere(`${name}.ts`));
    expect(named).toEqual([]);
  });
});

describe('docs/operator.sh', () => {
  const file = join(projectFolder, 'docs', 'operator.sh');
  const defined = [...readFileSync(file, 'utf8').matchAll(/^(\w+)\(\) \{/gm)].map(([, name]) => name!);

  it('is shell that can be read', () => {
    expect(() => execFileSync('bash', ['-n', file])).not.toThrow();
  });

  it('defines every short command that the pages use', () => {
    const known = new Set([...defined, ...PROGRAMS]);
    const unknown = pages
      .filter(({ path }) => path.startsWith('docs'))
      .flatMap((page) =>
        page.blocks.filter(({ language }) => language === 'bash').flatMap(({ code }) => firstWords(code)),
      )
      .filter((word) => !known.has(word));
    expect([...new Set(unknown)]).toEqual([]);
  });

  it('has no short command that no page uses', () => {
    const text = [
      ...pages.flatMap(commands),
      readFileSync(file, 'utf8').replaceAll(/^(\w+)\(\) \{/gm, ''),
    ].join('\n');
    expect(defined.filter((name) => !new RegExp(`(^|[^\\w-])${name}\\b`).test(text))).toEqual([]);
  });
});

/** What else begins a command in the documents. */
const PROGRAMS = [
  'sed',
  'jq',
  'curl',
  'aws',
  'cd',
  'echo',
  'export',
  'npm',
  'npx',
  'scripts/bootstrap-state-bucket.sh',
  'source',
  'terraform',
];

/** The first word of each command of a block; loops and continued lines belong to the command above them. */
function firstWords(code: string): string[] {
  const oneACommand = code
    .replaceAll(/\\\n\s*/g, ' ')
    .replaceAll(/"[^"]*"|'[^']*'/g, 'x')
    .replaceAll(/#.*$/gm, '');
  return oneACommand
    .split('\n')
    .filter((line) => /^[a-z/]/.test(line.trim()))
    .map((line) => line.trim().replace(/^[A-Z_]+=\S+ /, ''))
    .filter((line) => !/^(for|do|done|LC_ALL)\b/.test(line))
    .map((line) => line.split(/[\s;]/)[0]!);
}
