/** Seed files of the right shapes with everything in them that breaks naive pipelines, and what must become of them. */
import { HEADER, quoted } from './txns-csv';

const TEXTS = [
  'plain',
  '',
  '  blanks around  ',
  'comma, and "quotes"',
  'two\nlines',
  'windows\r\nlines',
  'tab\tand \\ backslash \\N',
  'NULL',
  'naïve café, Straße, Ελλάδα, 数据, 😀👩‍👩‍👧',
  "O'Brien; DROP TABLE txns; --",
  '${aws:userid} :name ?',
  'é decomposed',
];

const BROKEN_ROWS = [
  'acc,31-Feb-17,impossible date,TRUE,29-Jun-17,1.00,,1.00',
  'acc,29-Jun-17,too few fields,TRUE',
  'acc,29-Jun-17,too many fields,TRUE,29-Jun-17,1.00,,1.00,more',
  'acc,29-Jun-17,three decimals,TRUE,29-Jun-17,1.005,,1.00',
  'acc,29-Jun-17,no boolean,MAYBE,29-Jun-17,1.00,,1.00',
  ',29-Jun-17,no account,TRUE,29-Jun-17,1.00,,1.00',
];

export interface HostileCsv {
  readonly content: string;
  readonly good: number;
  readonly broken: number;
  /** Sum of the balances of the good rows, in cents. */
  readonly balanceCents: bigint;
}

export function hostileCsv(rows: number): HostileCsv {
  const lines = [HEADER];
  let balanceCents = 0n;
  for (let index = 0; index < rows; index += 1) {
    const text = `${TEXTS[index % TEXTS.length]}`;
    const cents = BigInt(index) * 1_234_567n - 999_999n;
    balanceCents += cents;
    const side =
      index % 2 === 0 ? `"  1,234,567.${String(index % 100).padStart(2, '0')} ",` : `,"${index}.10"`;
    lines.push(
      `${index}',${(index % 28) + 1}-Jun-17,${quoted(text)},${index % 3 === 0 ? 'TRUE' : 'FALSE'},,${side},${amount(cents)}`,
    );
    if (index % 2_000 === 1_000)
      lines.push(BROKEN_ROWS[Math.floor(index / 2_000) % BROKEN_ROWS.length] ?? '');
  }
  const broken = Math.ceil((rows - 1_000) / 2_000);
  return { content: `${lines.join('\n')}\n`, good: rows, broken, balanceCents };
}

function amount(cents: bigint): string {
  const absolute = cents < 0n ? -cents : cents;
  return `${cents < 0n ? '-' : ''}${absolute / 100n}.${String(absolute % 100n).padStart(2, '0')}`;
}

export interface HostileTrades {
  readonly content: string;
  readonly good: number;
  readonly broken: number;
}

/** An exact price of each kind, by the id of its item. */
export const EXACT_PRICES: Readonly<Record<string, string | null>> = {
  'long-integer': '12345678901234567890123456.000000000000',
  'long-fraction': '0.123456789012',
  negative: '-98765432109876543210.123400000000',
  exponent: '1250.000000000000',
  'beyond-the-column': null,
};

export function hostileTrades(items: number): HostileTrades {
  const special = [
    '{"id":"long-integer","price":12345678901234567890123456}',
    '{"id":"long-fraction","price":0.123456789012}',
    '{"id":"negative","price":-98765432109876543210.1234}',
    '{"id":"exponent","price":1.25e3}',
    // 38 digits, more behind the point than the column has: it is flagged, and exact in the whole item.
    '{"id":"beyond-the-column","price":0.12345678901234567890123456789012345678}',
    '{"id":"a text where a number belongs","price":"much"}',
  ];
  const broken = [
    '{"price":1,"ticker":"no id"}',
    '{"id":7,"ticker":"the id is a number"}',
    '{"id":"too-many-digits","price":1234567890123456789012345678901234567890123}',
    '[1,2]',
  ];
  const plain = Array.from({ length: items - special.length }, (_, index) =>
    JSON.stringify({
      id: `item ${index} ${TEXTS[index % TEXTS.length]}`,
      details:
        index % 5 === 0 ? {} : { asks: [index + 0.07, null, 'x'], lag: index, system: TEXTS[index % 3] },
      price: index,
      shares: index * 1000,
      ticker: `t${index % 100}`,
      nothing: null,
      yes: index % 2 === 0,
      time: { date: new Date(1_330_725_600_000 + index).toISOString() },
    }),
  );
  const all = [...special, ...plain.slice(0, 10), ...broken, ...plain.slice(10)];
  return { content: `{"data": [\n${all.join(',\n')}\n]}\n`, good: items, broken: broken.length };
}
