/** Every source file of the repository, what it imports and what it exports, read as text. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';

export const repositoryRoot = join(__dirname, '..', '..');
const FOLDERS = ['stacks', 'handlers', 'pipeline', 'deployment', 'local', 'scripts', '__tests__'];

export interface SourceImport {
  /** Both relative to the repository and without `.ts`; a package is named as it is imported. */
  readonly from: string;
  readonly to: string;
  readonly isPackage: boolean;
}

/** Of the repository's own TypeScript, relative to it. */
export const sourceFiles: readonly string[] = [
  'main.ts',
  ...FOLDERS.filter((folder) => existsSync(join(repositoryRoot, folder))).flatMap((folder) =>
    readdirSync(join(repositoryRoot, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => relative(repositoryRoot, join(entry.parentPath, entry.name))),
  ),
];

/** Those that are not tests. */
export const productFiles = sourceFiles.filter((file) => !file.startsWith('__tests__/'));

export const textOf = (file: string): string => readFileSync(join(repositoryRoot, file), 'utf8');

/** The text without its comments: they may explain what the code must not do. */
export const codeOf = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');

/** `import … from`, `export … from` and `import` of a module for its effects, then calls of `import` and `require`. */
const SPECIFIER =
  /^(?:import|export)\s[^'";]*?\bfrom\s*'([^'\s]+)'|^import\s*'([^'\s]+)'|\b(?:import|require)\(\s*'([^'\s]+)'\s*\)/gm;

export const sourceImports: readonly SourceImport[] = sourceFiles.flatMap((from) =>
  [...codeOf(textOf(from)).matchAll(SPECIFIER)].map((match) => {
    const specifier = match[1] ?? match[2] ?? match[3] ?? '';
    const isPackage = !specifier.startsWith('.');
    const to = isPackage ? specifier : posix.normalize(posix.join(posix.dirname(from), specifier));
    return { from, to, isPackage };
  }),
);

const EXPORTED =
  /^export (?:declare )?(?:async )?(?:abstract )?(?:function\*?|const|class|interface|type|enum) ([\w$]+)/gm;

/** Each exported name with the files that declare it. Overloads and a type beside its value count once. */
export function declaredNames(files: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const file of files) {
    const exported = new Set([...codeOf(textOf(file)).matchAll(EXPORTED)].map((match) => match[1] ?? ''));
    for (const name of exported) names.set(name, [...(names.get(name) ?? []), file]);
  }
  return names;
}

/** Groups of files that import one another round a circle, each sorted (Tarjan's strongly connected components). */
export function importCircles(files: readonly string[]): string[][] {
  const targets = new Map(files.map((file) => [file, [] as string[]]));
  for (const { from, to, isPackage } of sourceImports) {
    if (!isPackage && targets.has(`${to}.ts`)) targets.get(from)?.push(`${to}.ts`);
  }
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const circles: string[][] = [];
  const visit = (file: string): void => {
    order.set(file, order.size);
    lowest.set(file, order.get(file) as number);
    stack.push(file);
    for (const target of targets.get(file) ?? []) {
      if (!order.has(target)) visit(target);
      if (stack.includes(target)) {
        lowest.set(file, Math.min(lowest.get(file) as number, lowest.get(target) as number));
      }
    }
    if (lowest.get(file) !== order.get(file)) return;
    const circle = stack.splice(stack.indexOf(file));
    if (circle.length > 1) circles.push(circle.sort());
  };
  for (const file of files) if (!order.has(file)) visit(file);
  return circles;
}
