import { join } from 'node:path';
import {
  type CostLine,
  costOf,
  PRICES_READ_ON,
  PRICES_REGION,
  type PriceKey,
  priceKeyOf,
  priceKeys,
  priceOf,
} from '../../deployment/costs/cost-line';
import { changeLines, volumeLines } from '../../deployment/costs/data-lines';
import { fixedLines } from '../../deployment/costs/fixed-lines';
import { requestLines } from '../../deployment/costs/request-lines';
import { synthesize } from '../stacks/synthesized';
import { expectGolden } from '../support/golden';
import { projectFolder } from './pages';

const [dev, prod, serverless, everything] = (['dev', 'prod', 'serverless', 'everything'] as const).map(
  (environment) => synthesize({ environment }).deployment,
);
const DAILY = 30;
const EVERY_FIVE_MINUTES = 8_760;
const VOLUMES = [
  { name: '10 GB', gb: 10 },
  { name: '1 TB', gb: 1_024 },
  { name: '10 TB', gb: 10_240 },
];
const RATES = [1_000, 100_000];
const MILLIONS_OF_REQUESTS = [1, 100];

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const rounded = (value: number): string =>
  value.toLocaleString('en-US', { maximumFractionDigits: value < 1 ? 3 : value < 100 ? 1 : 0 });
const usd = (line: CostLine): string => {
  const cost = costOf(line);
  return cost === undefined ? '' : cost.toLocaleString('en-US', { maximumFractionDigits: 2 });
};
const sum = (lines: readonly CostLine[]): string =>
  `**${rounded(lines.reduce((total, line) => total + (costOf(line) ?? 0), 0))}**`;
const unpriced = (lines: readonly CostLine[]): number =>
  lines.filter((line) => costOf(line) === undefined).length;

/** One table whose columns are cases of the same lines. */
function table(cases: readonly { readonly name: string; readonly lines: readonly CostLine[] }[]): string[] {
  const all = cases.map(({ lines }) => lines);
  const subjects = [...new Set(all.flat().map(({ subject }) => subject))];
  const cells = (subject: string): string[] =>
    all.flatMap((lines) => {
      const line = lines.find((one) => one.subject === subject);
      return line === undefined ? ['', ''] : [rounded(line.quantity), usd(line)];
    });
  const first = (subject: string): CostLine => all.flat().find((line) => line.subject === subject)!;
  return [
    row(['What', 'Unit', ...cases.flatMap(({ name }) => [name, 'USD']), 'How it is counted']),
    row(['---', '---', ...cases.flatMap(() => ['---:', '---:']), '---']),
    ...subjects.map((subject) =>
      row([
        subject,
        priceOf(first(subject).price).unit,
        ...cells(subject),
        [...new Set(all.flatMap((lines) => lines.find((one) => one.subject === subject)?.basis ?? []))].join(
          '; ',
        ),
      ]),
    ),
    row([
      '**sum of what has a price**',
      '',
      ...all.flatMap((lines) => [`${unpriced(lines)} without`, sum(lines)]),
      '',
    ]),
  ];
}

function buildCosts(): string {
  return `${[
    '# Costs per month',
    '',
    'Quantities are computed from the synthesized stacks, with the assumptions that the last column names. Prices are',
    `\`deployment/costs/prices.json\` (${PRICES_REGION}, read on ${PRICES_READ_ON}, before tax and free tiers). **An empty cell has no price with a source yet**, so`,
    'each sum is a lower bound: fill in the data file from the price list of your account. Written by',
    '`UPDATE_GOLDEN=1 npx jest __tests__/docs/costs.test.ts`, and checked by that test.',
    '',
    '## What runs around the clock',
    '',
    ...table([
      { name: 'dev', lines: fixedLines(dev!) },
      { name: 'prod', lines: fixedLines(prod!) },
      { name: 'serverless', lines: fixedLines(serverless!) },
      { name: 'everything', lines: fixedLines(everything!) },
    ]),
    '',
    '## By volume, in prod',
    '',
    'For this volume in MySQL and the same in DynamoDB, with a full reconciliation of the DynamoDB table once a day. A scan every five minutes',
    `would cost ${rounded(costOf(proofEveryFiveMinutes()) ?? 0)} USD a month for 10 GB.`,
    '',
    ...table(
      VOLUMES.map(({ name, gb }) => ({ name, lines: volumeLines(prod!, { gb, proofsPerMonth: DAILY }) })),
    ),
    '',
    '## By changes per second, in prod',
    '',
    'For this rate in DynamoDB, all month. Changes of MySQL cost what runs around the clock: whether the instance of DMS and the warehouse are',
    'large enough for the rate shows in their alarms, not in this table.',
    '',
    ...table(RATES.map((rate) => ({ name: `${rate / 1_000} k/s`, lines: changeLines(prod!, rate) }))),
    '',
    '## By requests to the API, in everything',
    '',
    'What is added by them costs as any other change, above.',
    '',
    ...table(
      MILLIONS_OF_REQUESTS.map((millions) => ({
        name: `${millions} million`,
        lines: requestLines(everything!, millions),
      })),
    ),
    '',
    '## Prices',
    '',
    row(['Price', 'USD', 'Unit', 'Source']),
    row(['---', '---:', '---', '---']),
    ...priceKeys().map((key) => {
      const { usd: price, unit, source } = priceOf(key);
      return row([key, price === null ? '' : String(price), unit, source]);
    }),
  ].join('\n')}\n`;
}

const proofEveryFiveMinutes = (): CostLine =>
  volumeLines(dev!, { gb: 10, proofsPerMonth: EVERY_FIVE_MINUTES }).find(
    ({ price }) => price === 'dynamodb read',
  )!;

it('the documented costs are those of the synthesized stacks at the dated prices', () => {
  expectGolden(join(projectFolder, 'docs', 'costs.md'), buildCosts());
});

it('quantities follow the settings: zones, nodes, retention and how often a schedule starts', () => {
  const of = (lines: readonly CostLine[], price: PriceKey): number =>
    lines.filter((line) => line.price === price).reduce((total, { quantity }) => total + quantity, 0);
  expect(of(fixedLines(dev!), 'redshift ra3.large')).toBe(730);
  expect(of(fixedLines(prod!), 'redshift ra3.xlplus')).toBe(2 * 730);
  expect(of(fixedLines(serverless!), 'redshift serverless')).toBe(8 * 730);
  const capped = synthesize({
    environment: 'serverless',
    change: ({ environments }) =>
      Object.assign(environments.serverless.redshift.usageLimit, { rpuHours: 100, period: 'daily' }),
  }).deployment;
  expect(of(fixedLines(capped), 'redshift serverless')).toBeCloseTo((100 * 365) / 12, 3);
  expect(of(fixedLines(dev!), 'rds gp3')).toBe(20);
  expect(of(fixedLines(prod!), 'rds gp3')).toBe(2 * 400);
  expect(of(fixedLines(prod!), 'kms key')).toBe(2);
  expect(of(fixedLines(dev!), 'secret')).toBe(6);
  expect(of(fixedLines(dev!), 'interface endpoint')).toBe(3 * 2 * 730);
  expect(of(changeLines(prod!, 1_000), 'lambda request')).toBeCloseTo(2.628, 3);
  expect(of(changeLines(prod!, 1_000), 's3 storage')).toBeCloseTo((1_000 * 86_400 * 30) / 1_048_576 / 5, 3);
  expect(of(fixedLines(everything!), 'waf rule')).toBe(3);
  expect(requestLines(dev!, 1)).toEqual([]);
  // The figure of the review that moved full reconciliations to their own schedule.
  expect(costOf(proofEveryFiveMinutes())).toBeCloseTo(1_435, 0);
});

it('a price without a source stays blank, and every price is used', () => {
  for (const key of priceKeys()) {
    const { source, usd: price } = priceOf(key);
    expect(source).not.toBe('');
    if (source === 'none found') expect(price).toBeNull();
  }
  const used = [dev!, prod!, serverless!, everything!].flatMap((deployment) => [
    ...fixedLines(deployment),
    ...volumeLines(deployment, { gb: 1, proofsPerMonth: 1 }),
    ...changeLines(deployment, 1),
    ...requestLines(deployment, 1),
  ]);
  expect(priceKeys().filter((key) => !used.some(({ price }) => price === key))).toEqual([]);
  expect(costOf({ subject: 'x', price: 'secret', quantity: 1, basis: '' })).toBeUndefined();
  expect(() => priceKeyOf('rds', 'db.x.unheard')).toThrow(/prices\.json has no "rds db\.x\.unheard"/);
});
