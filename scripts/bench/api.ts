/**
 * Requests to the API of a running laptop, which replicates what they add, next to the same server and runtime with a
 * handler that answers 200 at once. Each round sends to one, then to the other; of three rounds the best counts.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BareApi, startBareApi } from './http/bare-api';
import { type LaptopWithApi, startLaptopWithApi } from './http/laptop-with-api';
import { type RequestLoad, type SentRequests, sendRequests, timeAt } from './http/send-requests';
import type { BenchOptions, BenchResult } from './result';

const ROUNDS = 3;
/** One after the other; and as many as the laptop runs of a function. */
const AT_ONCE = [1, 4];
const ROWS_OF_MANY = 1_000;
/** What a transaction of DynamoDB holds beside the record of the request. */
const ITEMS_OF_MANY = 99;

interface ApiShape {
  readonly title: string;
  readonly method: string;
  readonly path: string;
  readonly requests: number;
  readonly bodyOf: () => string | undefined;
}

const row = (at: number): object => ({
  account_no: `40900061107${at % 10}`,
  date: '29-Jun-17',
  transaction_details: `Transfer ${at}`,
  chip_used: true,
  value_date: '30-Jun-17',
  deposit_amt: 1234.5,
  balance_amt: 1234.5,
});
const item = (at: number): object => ({
  id: randomUUID(),
  ticker: `T${at % 50}`,
  price: 101.25,
  shares: 100,
  details: { system: 'XNYS', lag: 0.5 },
  time: { date: '2026-01-31 12:00:00' },
});
const many = (count: number, one: (at: number) => object): string =>
  JSON.stringify(Array.from({ length: count }, (_, at) => one(at)));

const SHAPES: Readonly<Record<string, ApiShape>> = {
  txns: {
    title: 'POST /txns, one row',
    method: 'POST',
    path: '/txns',
    requests: 300,
    bodyOf: () => JSON.stringify(row(0)),
  },
  trades: {
    title: 'POST /trades, one item',
    method: 'POST',
    path: '/trades',
    requests: 300,
    bodyOf: () => JSON.stringify(item(0)),
  },
  tables: {
    title: 'GET /tables',
    method: 'GET',
    path: '/tables',
    requests: 1_000,
    bodyOf: () => undefined,
  },
  'many-txns': {
    title: `POST /txns, ${ROWS_OF_MANY.toLocaleString('en')} rows`,
    method: 'POST',
    path: '/txns',
    requests: 20,
    bodyOf: () => many(ROWS_OF_MANY, row),
  },
  'many-trades': {
    title: `POST /trades, ${ITEMS_OF_MANY} items`,
    method: 'POST',
    path: '/trades',
    requests: 20,
    bodyOf: () => many(ITEMS_OF_MANY, item),
  },
};

/** `rows` is how many requests, instead of what each shape takes. */
export async function bench({ rows, shapes = Object.keys(SHAPES) }: BenchOptions): Promise<BenchResult[]> {
  const wanted = shapes.map((name) => {
    const shape = SHAPES[name];
    if (shape === undefined)
      throw new Error(`there is no shape ${name}; expected ${Object.keys(SHAPES).join(', ')}`);
    return rows === undefined ? shape : { ...shape, requests: rows };
  });
  const folder = mkdtempSync(join(tmpdir(), 'cdc-bench-api-'));
  let laptop: LaptopWithApi | undefined;
  let bare: BareApi | undefined;
  try {
    laptop = await startLaptopWithApi(folder);
    bare = await startBareApi(laptop.deployment, join(folder, 'bare'));
    const results: BenchResult[] = [];
    for (const shape of wanted)
      for (const atOnce of AT_ONCE) results.push(await compare(shape, { atOnce, laptop, bare }));
    return results;
  } finally {
    await bare?.stop();
    await laptop?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Compared {
  readonly atOnce: number;
  readonly laptop: LaptopWithApi;
  readonly bare: BareApi;
}

async function compare(shape: ApiShape, { atOnce, laptop, bare }: Compared): Promise<BenchResult> {
  const loadTo = (url: string, key: string, count: number): RequestLoad => ({
    method: shape.method,
    url: `${url}${shape.path}`,
    headersOf: () => ({
      'x-api-key': key,
      'idempotency-key': randomUUID(),
      'content-type': 'application/json',
    }),
    bodyOf: shape.bodyOf,
    count,
    atOnce,
  });
  const send = (count: number): Promise<SentRequests> => sendRequests(loadTo(laptop.url, laptop.key, count));
  const sendBare = (count: number): Promise<SentRequests> => sendRequests(loadTo(bare.url, 'bare', count));
  // The first calls start the processes of the functions.
  for (const warmUp of [send, sendBare]) await warmUp(10 * atOnce);
  let [sent, floor] = [await send(shape.requests), await sendBare(shape.requests)];
  for (let round = 1; round < ROUNDS; round += 1) {
    sent = faster(sent, await send(shape.requests));
    floor = faster(floor, await sendBare(shape.requests));
  }
  return resultOf(`${shape.title}, ${atOnce} at once`, sent, floor);
}

const faster = (one: SentRequests, other: SentRequests): SentRequests =>
  other.seconds < one.seconds ? other : one;

function resultOf(shape: string, sent: SentRequests, floor: SentRequests): BenchResult {
  const rows = sent.timesMs.length;
  return {
    name: 'api',
    shape,
    unit: 'requests',
    rows,
    seconds: sent.seconds,
    rowsPerSecond: rows / sent.seconds,
    p50Ms: timeAt(sent, 0.5),
    p99Ms: timeAt(sent, 0.99),
    floor: 'a bare handler',
    floorRowsPerSecond: rows / floor.seconds,
    floorP50Ms: timeAt(floor, 0.5),
    floorP99Ms: timeAt(floor, 0.99),
    ratio: floor.seconds / sent.seconds,
  };
}
