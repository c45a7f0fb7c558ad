import { ERROR_CODES } from '../../pipeline/errors';
import { HANDLER_NAMES } from '../../pipeline/handler-environment';
import { tableDefinitions } from '../../pipeline/warehouse/table-definitions';
import { STACKS, type Synthesis, synthesize } from '../stacks/synthesized';
import { commands, headings, readPage, readPages, runbookNames } from './pages';

const SECTIONS = ['What it means', 'How to check', 'What to do', 'How to know it is over'];

const names = runbookNames();
const runbooks = names.map((name) => [name, readPage(`docs/runbooks/${name}.md`)] as const);
const dev = synthesize();
const serverless = synthesize({ environment: 'serverless' });
const everything = synthesize({ environment: 'everything' });

const pagesOf = ({ of }: Synthesis): (string | undefined)[] =>
  [...of('aws_cloudwatch_metric_alarm'), ...of('aws_cloudwatch_composite_alarm')].map(
    ({ config }) => /Runbook: docs\/runbooks\/(.+)\.md$/.exec(config.alarm_description)?.[1],
  );

it('each alarm of each kind of deployment has its page, and each page its alarm', () => {
  const all = [dev, synthesize({ environment: 'prod' }), serverless, everything];
  expect(names).toEqual([...new Set(all.flatMap(pagesOf))].sort());
});

describe.each(runbooks)('the page %s', (_name, page) => {
  it('says what it means, how to check, what to do, how to know it is over', () => {
    expect(headings(page).slice(1)).toEqual(SECTIONS);
  });

  it('is short, and shows at least one command', () => {
    expect(page.text.split('\n').length).toBeLessThanOrEqual(45);
    expect(page.blocks.some(({ language }) => language === 'bash')).toBe(true);
  });
});

describe('the runbooks', () => {
  it('are all in their table of contents', () => {
    const { text } = readPage('docs/runbooks/README.md');
    expect(names.filter((name) => !text.includes(`[${name}](${name}.md)`))).toEqual([]);
  });

  it('have a line for each error code', () => {
    const { text } = readPage('docs/runbooks/function-errors.md');
    expect(Object.keys(ERROR_CODES).filter((code) => !text.includes(`\`${code}\``))).toEqual([]);
  });
});

describe('the documents', () => {
  const pages = readPages().filter(({ path }) => path.startsWith('docs'));

  it('name only things that the stacks create', () => {
    const texts = [dev, serverless, everything]
      .flatMap((set) => STACKS.map((stack) => set.texts[stack]))
      .join('\n');
    const made = new Set(
      [...texts.matchAll(/\bcdc-(?:dev|serverless|everything)-([a-z0-9-]*[a-z0-9])/g)].map(
        ([, thing]) => thing!,
      ),
    );
    const named = /(?:\$CDC|cdc-<environment>|<project>-<environment>)-([a-z][a-z0-9-]*[a-z0-9])/g;
    const wrong = pages.flatMap((page) =>
      [...page.text.matchAll(named)]
        .filter(([, thing]) => !made.has(thing!))
        .map(([name]) => `${page.path}: ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it('run only functions that exist', () => {
    const wrong = pages.flatMap((page) =>
      commands(page).flatMap((code) =>
        [
          ...code.matchAll(
            /(?<!npm )\b(?:run|outcomes|failures|pause|resume|dead_letters)\s+([a-z]+(?:-[a-z]+)+)/g,
          ),
        ]
          .map(([, name]) => name!)
          .filter((name) => !(HANDLER_NAMES as readonly string[]).includes(name))
          .map((name) => `${page.path}: ${name}`),
      ),
    );
    expect(wrong).toEqual([]);
  });

  it('query only tables of the warehouse that set-up creates', () => {
    const made = new Set(tableDefinitions().map(({ schema, table }) => `${schema}.${table}`));
    const wrong = pages
      .filter(({ path }) => path !== 'docs/add-a-table.md')
      .flatMap((page) =>
        commands(page).flatMap((code) =>
          [...code.matchAll(/\b(?:FROM|INTO|TABLE|TRUNCATE|USING) ((?:bank|market|cdc)\.\w+)/g)]
            .map(([, name]) => name!)
            .filter((name) => !made.has(name) && !name.endsWith('_restored'))
            .map((name) => `${page.path}: ${name}`),
        ),
      );
    expect(wrong).toEqual([]);
  });
});
