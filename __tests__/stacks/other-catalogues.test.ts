/** No stack needs a particular table: what belongs to one comes and goes with its entry. */
import { join } from 'node:path';
import { compareEnvironments } from '../../deployment/plan/compare-environments';
import { buildPlanReport } from '../../deployment/plan/plan-report';
import { CATALOGUE_FILES, readCatalogueFiles } from '../../pipeline/catalogue-files';
import { findIngestedTable, INGEST_TXNS } from '../../pipeline/ingested-tables';
import { parseCatalogue } from '../../pipeline/values/catalogue';
import { expectGolden } from '../support/golden';
import { synthesizeCatalogue } from '../support/other-catalogue';
import { projectFolder, STACKS, type Synthesis, synthesize } from './synthesized';

const { txns, trades } = CATALOGUE_FILES;
const ORDERS = {
  source: 'mysql',
  database: 'shop',
  key: ['order_id'],
  columns: [
    { name: 'order_id', mysql: 'bigint not null' },
    { name: 'total', mysql: 'decimal(10,2)' },
  ],
};
const QUOTES = {
  source: 'dynamodb',
  target: { schema: 'market', table: 'quotes' },
  key: [{ name: 'ticker', type: 'S' }],
  columns: [{ name: 'ticker', redshift: 'varchar(2048)' }],
};

const addresses = ({ resources }: Synthesis): string[] =>
  resources.map(({ stack, address }) => `${stack}.${address}`);
/** Addresses, names and texts of all stacks that have the word in them. */
const naming = ({ texts }: Synthesis, word: string): string[] =>
  STACKS.filter((stack) => texts[stack].includes(word));

it.each([
  ['txns', { trades }, /txns/],
  // No table is in DynamoDB then, so that nothing has to reach it.
  ['trades', { txns }, /trades|to_dynamodb/],
] as const)('without %s nothing of it is left, and the rest is as before', (gone, files, own) => {
  const { synthesis, problems } = synthesizeCatalogue(files);
  expect(problems).toEqual([]);
  expect(naming(synthesis, gone)).toEqual([]);
  const before = addresses(synthesize());
  expect(before.filter((address) => !own.test(address))).toEqual(addresses(synthesis));
  expect(before.filter((address) => address.includes(`ingest_${gone}`)).length).toBeGreaterThan(10);
  const says = (from: Synthesis, to: Synthesis): string =>
    `${buildPlanReport([compareEnvironments('dev', from.deployment, to.deployment)], { against: 'main', asMarkdown: false })}\n`;
  const golden = (name: string): string =>
    join(projectFolder, '__tests__', 'deployment', 'plan', 'goldens', `${name}-${gone}.golden.txt`);
  expectGolden(golden('without'), says(synthesize(), synthesis));
  expectGolden(golden('with-new'), says(synthesis, synthesize()));
});

it('an empty catalogue is a deployment without any ingest', () => {
  const { synthesis, problems } = synthesizeCatalogue({});
  expect(problems).toEqual([]);
  expect(synthesis.of('aws_dynamodb_table')).toEqual([]);
  expect(addresses(synthesis).filter((address) => /ingest_t|_stream$|_seed_/.test(address))).toEqual([]);
  expect(synthesis.of('aws_scheduler_schedule').map(({ name }) => name)).not.toContain('every_ingest_txns');
});

it('other tables instead have all that a table has, and no function that ingests', () => {
  const { synthesis, problems } = synthesizeCatalogue({ orders: ORDERS, quotes: QUOTES });
  expect(problems).toEqual([]);
  const alarms = synthesis.of('aws_cloudwatch_metric_alarm').map(({ name }) => name);
  for (const table of ['orders', 'quotes'])
    expect(alarms).toEqual(
      expect.arrayContaining(['freshness', 'proof', 'mismatches'].map((alarm) => `${alarm}_${table}`)),
    );
  expect(naming(synthesis, 'ingest-t')).toEqual([]);
  expect(synthesis.of('aws_dynamodb_table').map(({ name }) => name)).toEqual(['table_quotes']);
});

it('a table called as one of them, of the other source, is not filled', () => {
  expect(findIngestedTable(INGEST_TXNS, parseCatalogue({ txns: QUOTES }))).toBeUndefined();
});

it('the tables in tables/ are a valid catalogue', () => {
  expect(() => parseCatalogue(readCatalogueFiles(join(projectFolder, 'tables')))).not.toThrow();
});
