/** Holds the rules of the repository layout that no compiler holds: who may import whom, and how files are named and sized. */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { HANDLER_NAMES } from '../pipeline/handler-environment';
import {
  codeOf,
  declaredNames,
  importCircles,
  productFiles,
  repositoryRoot,
  type SourceImport,
  sourceFiles,
  sourceImports,
  textOf,
} from './support/source-graph';

/** What stages build on. A system may use itself, values, and what all share. */
const SYSTEMS = ['files', 'mysql', 'dynamodb', 'warehouse'];
/** In the order that data takes; a stage may use itself, those before it, systems and values. */
const STAGES = ['ingest', 'capture', 'stage', 'load', 'verify', 'forget'];
/** Of pipeline/ itself, what a system may use. */
const SHARED = [
  'bi-views',
  'errors',
  'existing-mysql',
  'heartbeats',
  'position',
  's3-layout',
  'secrets',
  'tables',
];
/** `stacks`, `handlers`, …; a file at the top is its own area. */
const areaOf = (file: string): string =>
  file.includes('/') ? file.slice(0, file.indexOf('/')) : file.replace(/\.ts$/, '');
const inside = (...areas: readonly string[]) =>
  sourceImports.filter(({ from, isPackage }) => !isPackage && areas.includes(areaOf(from)));
const packagesOf = (...areas: readonly string[]) =>
  sourceImports.filter(({ from, isPackage }) => isPackage && areas.includes(areaOf(from)));
const named = (found: readonly SourceImport[]): string[] =>
  found.map(({ from, to }) => `${from} imports ${to}`);

/** `pipeline/load/x` is in the room `load`; `pipeline/tables` is in none. */
function pipelineRoom(path: string): string | undefined {
  const [area, room, file] = path.split('/');
  return area === 'pipeline' && file !== undefined ? room : undefined;
}
const stageOf = (path: string): number => STAGES.indexOf(pipelineRoom(path) ?? '');

/** `local/services/redshift`, `local/commands`, … */
function laptopRoom(path: string): string {
  const parts = path.split('/');
  return parts.slice(0, parts[1] === 'services' ? 3 : 2).join('/');
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
    expect(productFiles.length).toBeGreaterThan(50);
    expect(named(sourceImports)).toContain(
      'handlers/reconcile-tables.ts imports pipeline/handler-environment',
    );
    expect(named(sourceImports)).toContain('pipeline/verify/mysql-side.ts imports mysql2/promise');
  });

  it.each([
    ['main', ['stacks']],
    [
      'stacks',
      [
        'stacks',
        'pipeline/tables',
        'pipeline/api-document',
        'pipeline/bi-views',
        'pipeline/ingested-tables',
        'pipeline/watched-tables',
        'pipeline/heartbeats',
        'pipeline/existing-mysql',
        'pipeline/handler-environment',
        'pipeline/s3-layout',
      ],
    ],
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
    const folders = readdirSync(join(repositoryRoot, 'pipeline'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    expect(folders.map(({ name }) => name).sort()).toEqual([...STAGES, ...SYSTEMS, 'values'].sort());
  });

  it.each(SYSTEMS)('of the system %s reach itself, values and what all share', (system) => {
    const allowed = (to: string): boolean =>
      [system, 'values'].includes(pipelineRoom(to) ?? '') || SHARED.some((file) => to === `pipeline/${file}`);
    const others = inside('pipeline').filter(({ from, to }) => pipelineRoom(from) === system && !allowed(to));
    expect(named(others)).toEqual([]);
  });

  it('of values reach values only', () => {
    const others = inside('pipeline').filter(
      ({ from, to }) => pipelineRoom(from) === 'values' && pipelineRoom(to) !== 'values',
    );
    expect(named(others)).toEqual([]);
  });

  it('of what all stages share reach no room but values', () => {
    const others = inside('pipeline').filter(
      ({ from, to }) => pipelineRoom(from) === undefined && ![undefined, 'values'].includes(pipelineRoom(to)),
    );
    expect(named(others)).toEqual([]);
  });

  it('never lead from the room of one AWS service to that of another', () => {
    const crossing = inside('local').filter(
      ({ from, to }) =>
        from.startsWith('local/services/') &&
        to.startsWith('local/services/') &&
        laptopRoom(from) !== laptopRoom(to),
    );
    expect(named(crossing)).toEqual([]);
  });

  it('of local/protocol and local/state reach no service, no command and not the runtime', () => {
    const up = inside('local').filter(
      ({ from, to }) =>
        /^local\/(protocol|state)\//.test(from) && /^local\/(services|commands|runtime)\//.test(to),
    );
    expect(named(up)).toEqual([]);
  });

  it('form no circle', () => {
    expect(importCircles(productFiles)).toEqual([]);
  });

  it('reach local/ from local/, tests and scripts only', () => {
    const strangers = sourceImports.filter(
      ({ from, to }) => to.startsWith('local/') && !['local', '__tests__', 'scripts'].includes(areaOf(from)),
    );
    expect(named(strangers)).toEqual([]);
  });

  it('leave CDKTF to main and stacks', () => {
    const isCdktf = ({ to }: SourceImport): boolean => /^(cdktf|constructs|@cdktf)(\/|$)/.test(to);
    expect(named(packagesOf('handlers', 'pipeline', 'local').filter(isCdktf))).toEqual([]);
  });

  it('keep SDK and database clients out of main and stacks', () => {
    const isClient = ({ to }: SourceImport): boolean =>
      /^(@aws-sdk\/|@aws-lambda-powertools\/|mysql2)/.test(to);
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
    const unknown = sourceImports.filter(
      ({ to, isPackage }) =>
        isPackage &&
        !to.startsWith('node:') &&
        !(packageName(to) in known) &&
        !(`@types/${packageName(to)}` in known),
    );
    expect(named(unknown)).toEqual([]);
  });
});

describe('an exported name', () => {
  it('is declared by one file, so that it has one meaning', () => {
    const several = [...declaredNames(productFiles)]
      .filter(([name, files]) => files.length > 1 && !['handler', 'bench', 'command'].includes(name))
      .map(([name, files]) => `${name}: ${files.join(', ')}`);
    expect(several).toEqual([]);
  });
});

describe('files', () => {
  it('outside tests are at most 300 lines long', () => {
    const long = productFiles
      .map((file) => ({ file, lines: textOf(file).split('\n').length - 1 }))
      .filter(({ lines }) => lines > 300);
    expect(long).toEqual([]);
  });

  it('are named in kebab-case, and after Terraform types only in local/services', () => {
    const wrong = sourceFiles.filter((file) => {
      const name = basename(file).replace(/(\.[a-z]+)*\.ts$/, '');
      const isResource = /^(__tests__\/)?local\/services\/[a-z0-9]+\/(aws|existing)_/.test(file);
      const pattern = isResource ? /^[a-z0-9]+([_-][a-z0-9]+)*$/ : /^[a-z0-9]+(-[a-z0-9]+)*$/;
      return !pattern.test(name);
    });
    expect(wrong).toEqual([]);
  });

  it('are neither barrels nor collections of odds and ends', () => {
    expect(
      sourceFiles.filter((file) => /(^|\/)(index|utils?|helpers?|common|misc)(\.ts|\/)/.test(file)),
    ).toEqual([]);
  });

  it('in stacks, handlers and pipeline do not know about the laptop', () => {
    const deployed = productFiles.filter((file) => ['stacks', 'handlers', 'pipeline'].includes(areaOf(file)));
    const knowing = deployed.filter((file) =>
      /127\.0\.0\.1|\blocalhost\b|AWS_ENDPOINT_URL|duckdb/i.test(codeOf(textOf(file))),
    );
    expect(knowing).toEqual([]);
  });
});

describe('a handler', () => {
  const stackText = productFiles
    .filter((file) => areaOf(file) === 'stacks')
    .map(textOf)
    .join('\n');

  it('is a file for each entry of the settings, and nothing else is', () => {
    const handlers = productFiles
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
    expect(sourceFiles.filter((file) => tests.includes(file))).toHaveLength(1);
  });

  it('is bundled under its own name', () => {
    const script = textOf('scripts/bundle.mjs');
    expect(script).toMatch(/join\('handlers', `\$\{name\}\.ts`\)/);
    expect(script).toMatch(/`\$\{name\}\.zip`/);
  });
});
