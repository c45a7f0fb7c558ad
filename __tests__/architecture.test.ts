/** Holds the house rules that no compiler holds: who may import whom, and how files are named and sized. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, posix, relative } from 'node:path';
import { HANDLER_NAMES } from '../pipeline/handler-environment';

const root = join(__dirname, '..');
const FOLDERS = ['stacks', 'handlers', 'pipeline', 'deployment', 'local', 'scripts', '__tests__'];
/** What stages stand on. A system may use itself, values, and what all share. */
const SYSTEMS = ['files', 'mysql', 'dynamodb', 'warehouse'];
/** In the order that data takes; a stage may use itself, those before it, and systems. */
const STAGES = ['ingest', 'capture', 'stage', 'load', 'verify'];

interface Import {
  /** Both relative to the repository; a package is named as it is imported. */
  readonly from: string;
  readonly to: string;
  readonly isPackage: boolean;
}

const files: readonly string[] = [
  'main.ts',
  ...FOLDERS.filter((folder) => existsSync(join(root, folder))).flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => relative(root, join(entry.parentPath, entry.name))),
  ),
].filter((file) => existsSync(join(root, file)));

const isTest = (file: string): boolean => file.startsWith('__tests__/');
const sources = files.filter((file) => !isTest(file));
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

/** The text without its comments: they may explain what the code must not do. */
const codeOf = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');

/** `import … from`, `export … from` and `import` of a module for its effects, then calls of `import` and `require`. */
const SPECIFIER =
  /^(?:import|export)\s[^'";]*?\bfrom\s*'([^'\s]+)'|^import\s*'([^'\s]+)'|\b(?:import|require)\(\s*'([^'\s]+)'\s*\)/gm;

const imports: readonly Import[] = files.flatMap((from) =>
  [...codeOf(textOf(from)).matchAll(SPECIFIER)].map((match) => {
    const specifier = match[1] ?? match[2] ?? match[3] ?? '';
    const isPackage = !specifier.startsWith('.');
    const to = isPackage ? specifier : posix.normalize(posix.join(posix.dirname(from), specifier));
    return { from, to, isPackage };
  }),
);

/** `stacks`, `handlers`, …; a file at the top is its own area. */
const areaOf = (file: string): string =>
  file.includes('/') ? file.slice(0, file.indexOf('/')) : file.replace(/\.ts$/, '');
const inside = (...areas: readonly string[]) =>
  imports.filter(({ from, isPackage }) => !isPackage && areas.includes(areaOf(from)));
const packagesOf = (...areas: readonly string[]) =>
  imports.filter(({ from, isPackage }) => isPackage && areas.includes(areaOf(from)));
const named = (found: readonly Import[]): string[] => found.map(({ from, to }) => `${from} imports ${to}`);

/** `pipeline/load/x` is in stage `load`; `pipeline/tables` is in none. */
function stageOf(path: string): number {
  const [area, stage, file] = path.split('/');
  return area === 'pipeline' && file !== undefined ? STAGES.indexOf(stage ?? '') : -1;
}

const packageJson = JSON.parse(textOf('package.json')) as {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
};
const packageName = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

describe('imports', () => {
  it('are found by the pattern that these rules rest on', () => {
    expect(sources.length).toBeGreaterThan(50);
    expect(named(imports)).toContain('handlers/reconcile-tables.ts imports pipeline/handler-environment');
    expect(named(imports)).toContain('pipeline/verify/mysql-side.ts imports mysql2/promise');
  });

  it.each([
    ['main', ['stacks']],
    ['stacks', ['stacks', 'pipeline/tables', 'pipeline/handler-environment', 'pipeline/s3-layout']],
    ['handlers', ['pipeline']],
    ['pipeline', ['pipeline']],
    ['local', ['local', 'pipeline', 'deployment']],
    ['deployment', ['deployment', 'pipeline/tables', 'pipeline/handler-environment']],
  ])('of %s reach nothing but %j', (area, allowed) => {
    const others = inside(area).filter(
      ({ to }) =>
        !allowed.some((path) => to === path || (areaOf(path) === path && to.startsWith(`${path}/`))),
    );
    expect(named(others)).toEqual([]);
  });

  it('never lead from one handler to another', () => {
    expect(named(inside('handlers').filter(({ to }) => to.startsWith('handlers/')))).toEqual([]);
  });

  it('of a pipeline stage never reach a later stage, and of what all stages share never reach a stage', () => {
    const later = inside('pipeline').filter(({ from, to }) => stageOf(to) > stageOf(from));
    expect(named(later)).toEqual([]);
    const folders = readdirSync(join(root, 'pipeline'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    expect(folders.map(({ name }) => name).sort()).toEqual([...STAGES, ...SYSTEMS, 'values'].sort());
  });

  it('reach local/ from local/, tests and scripts only', () => {
    const strangers = imports.filter(
      ({ from, to }) => to.startsWith('local/') && !['local', '__tests__', 'scripts'].includes(areaOf(from)),
    );
    expect(named(strangers)).toEqual([]);
  });

  it('leave CDKTF to main and stacks', () => {
    const isCdktf = ({ to }: Import): boolean => /^(cdktf|constructs|@cdktf)(\/|$)/.test(to);
    expect(named(packagesOf('handlers', 'pipeline', 'local').filter(isCdktf))).toEqual([]);
  });

  it('keep SDK and database clients out of main and stacks', () => {
    const isClient = ({ to }: Import): boolean => /^(@aws-sdk\/|@aws-lambda-powertools\/|mysql2)/.test(to);
    expect(named(packagesOf('main', 'stacks').filter(isClient))).toEqual([]);
  });

  it('of what is bundled name packages that an installation without development has', () => {
    const types = new Set(['aws-lambda', 'node']);
    const missing = packagesOf('handlers', 'pipeline').filter(
      ({ to }) => !to.startsWith('node:') && !types.has(to) && !(packageName(to) in packageJson.dependencies),
    );
    expect(named(missing)).toEqual([]);
    // Whatever no bundle contains is for development: synthesis, the command line of cdktf, tests.
    const bundled = new Set(packagesOf('handlers', 'pipeline').map(({ to }) => packageName(to)));
    expect(Object.keys(packageJson.dependencies).filter((name) => !bundled.has(name))).toEqual([]);
  });

  it('name packages that package.json names', () => {
    const known = { ...packageJson.dependencies, ...packageJson.devDependencies };
    const unknown = imports.filter(
      ({ to, isPackage }) =>
        isPackage &&
        !to.startsWith('node:') &&
        !(packageName(to) in known) &&
        !(`@types/${packageName(to)}` in known),
    );
    expect(named(unknown)).toEqual([]);
  });
});

describe('files', () => {
  it('outside tests are at most 300 lines long', () => {
    const long = sources
      .map((file) => ({ file, lines: textOf(file).split('\n').length - 1 }))
      .filter(({ lines }) => lines > 300);
    expect(long).toEqual([]);
  });

  it('are named in kebab-case, and after Terraform types in local/services alone', () => {
    const wrong = files.filter((file) => {
      const name = basename(file).replace(/(\.[a-z]+)*\.ts$/, '');
      const isResource = /^(__tests__\/)?local\/services\/[a-z0-9]+\/aws_/.test(file);
      const pattern = isResource ? /^[a-z0-9]+([_-][a-z0-9]+)*$/ : /^[a-z0-9]+(-[a-z0-9]+)*$/;
      return !pattern.test(name);
    });
    expect(wrong).toEqual([]);
  });

  it('are neither barrels nor collections of odds and ends', () => {
    expect(files.filter((file) => /(^|\/)(index|utils?|helpers?|common|misc)(\.ts|\/)/.test(file))).toEqual(
      [],
    );
  });

  it('in stacks, handlers and pipeline do not know about the laptop', () => {
    const deployed = sources.filter((file) => ['stacks', 'handlers', 'pipeline'].includes(areaOf(file)));
    const knowing = deployed.filter((file) =>
      /127\.0\.0\.1|\blocalhost\b|AWS_ENDPOINT_URL|duckdb/i.test(codeOf(textOf(file))),
    );
    expect(knowing).toEqual([]);
  });
});

describe('a handler', () => {
  const stackText = sources
    .filter((file) => areaOf(file) === 'stacks')
    .map(textOf)
    .join('\n');

  it('is a file for each entry of the settings, and nothing else is', () => {
    const handlers = sources
      .filter((file) => areaOf(file) === 'handlers')
      .map((file) => basename(file, '.ts'));
    expect(handlers.sort()).toEqual([...HANDLER_NAMES].sort());
  });

  it.each([...HANDLER_NAMES])('has one name everywhere: %s', (name) => {
    const handler = textOf(`handlers/${name}.ts`).replaceAll(/\s+/g, ' ');
    expect(handler).toMatch(new RegExp(`parseHandlerSettings\\( ?'${name}'`));
    expect(handler).toMatch(new RegExp(`withTelemetry(<[^(]*>)?\\( ?'${name}'`));
    expect(stackText).toContain(`handler: '${name}'`);
    const tests = [`__tests__/handlers/${name}.test.ts`, `__tests__/handlers/${name}.engine.test.ts`];
    expect(files.filter((file) => tests.includes(file))).toHaveLength(1);
  });

  it('is bundled under its own name', () => {
    const script = textOf('scripts/bundle.mjs');
    expect(script).toMatch(/join\('handlers', `\$\{name\}\.ts`\)/);
    expect(script).toMatch(/`\$\{name\}\.zip`/);
  });
});
