/** What `schema-changes.engine.test.ts` sees on each server is what the documents say. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectGolden } from '../../../../support/golden';
import { SCHEMA_CHANGES, type SchemaChangeCase } from './schema-change-cases';
import { SCHEMA_CHANGE_ROWS, type SchemaChangeRow } from './schema-change-rows';

const DOCUMENT = join(__dirname, '..', '..', '..', '..', '..', 'docs', 'schema-changes.md');
/** Shown in the table of transactions. */
const OF_TRANSACTIONS = [
  'a compressed row',
  'a compressed transaction',
  'a partial update of JSON',
  'an ALTER TABLE in two phases that failed',
];

function casesOf({ change, cases = [] }: SchemaChangeRow): readonly SchemaChangeCase[] {
  return cases.map((what) => {
    const found = SCHEMA_CHANGES.find((one) => one.what === what);
    if (found === undefined) throw new Error(`${change}: there is no case "${what}"`);
    return found;
  });
}

const outcomeWord = ({ outcome }: SchemaChangeCase): string => {
  if (outcome instanceof RegExp) return 'suspended';
  return outcome === 'equal' ? 'applied' : 'ignored';
};

function laptopText(row: SchemaChangeRow): string {
  if (row.seenIn !== undefined) return row.note ?? '';
  const words = [...new Set(casesOf(row).map(outcomeWord))];
  return `${words.join(' or ')}${row.note ?? ''}`;
}

function serversOf(row: SchemaChangeRow): string {
  if (row.seenIn !== undefined) return 'both';
  const servers = new Set(casesOf(row).map(({ only }) => only ?? 'both'));
  return servers.has('both') || servers.size > 1 ? 'both' : servers.has('mariadb') ? 'MariaDB' : 'MySQL';
}

it('the table of schema changes in the documents is that of the cases, with each case in it', () => {
  const shown = SCHEMA_CHANGE_ROWS.flatMap(({ cases = [] }) => cases);
  expect([...shown, ...OF_TRANSACTIONS].sort()).toEqual(SCHEMA_CHANGES.map(({ what }) => what).sort());
  const lines = SCHEMA_CHANGE_ROWS.map(
    (row) => `| ${row.change} | ${laptopText(row)} | ${serversOf(row)} | ${row.dms} | ${row.onAws} |`,
  );
  const table = [
    '| At the source | Laptop | Seen on | DMS on AWS | On AWS, do |',
    '|---|---|---|---|---|',
    ...lines,
  ];
  const document = readFileSync(DOCUMENT, 'utf8');
  const [before = '', , after = ''] = document.split(/(<!-- schema changes -->)[\s\S]*?(?=<!-- end -->)/);
  expectGolden(DOCUMENT, `${before}<!-- schema changes -->\n${table.join('\n')}\n${after}`);
});

it.each(SCHEMA_CHANGE_ROWS.filter(({ seenIn }) => seenIn !== undefined))(
  '$change is shown by a test that is there',
  (row) => {
    const [file = '', title = ''] = row.seenIn?.split(/: (.*)/) ?? [];
    expect(readFileSync(join(__dirname, file), 'utf8')).toContain(`'${title}'`);
  },
);
