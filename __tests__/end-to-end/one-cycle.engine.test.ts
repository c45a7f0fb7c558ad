/** The main job on real input: both paths, twice, then with input made to break it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { readDynamodbAccess } from '../../scripts/soak/source-access';
import { synthesize } from '../support/deployment';
import { EXACT_PRICES, hostileCsv, hostileTrades } from '../support/hostile-seed';
import { LaptopRun, type Place, run, runOnce, sql } from '../support/laptop-run';
import { describeLivePage } from '../support/live-page';

jest.setTimeout(240_000);

const seed = (file: string): string => readFileSync(join(__dirname, '..', '..', 'seed-data', file), 'utf8');

/** A key that no text column holds, then an item behind it in the same shard. */
async function putUntakeable(dataDir: string): Promise<void> {
  const client = new DynamoDBClient(readDynamodbAccess(dataDir));
  for (const id of ['no\u0000key', 'after']) {
    await client.send(new PutItemCommand({ TableName: 'cdc-dev-trades', Item: { id: { S: id } } }));
  }
  client.destroy();
}

/** One data folder for all tests, in their order: each start of the laptop costs as much as all that it then does. */
describe('one cycle', () => {
  const deployment = synthesize();
  // As with "bi": {} in the settings.
  deployment.edit('pipeline', (json) => {
    json.resource.aws_lambda_function.prepare_warehouse.environment.variables.BI_VIEWS = 'on';
  });
  const place: Place = {
    deployment: deployment.folder,
    dataDir: mkdtempSync(join(tmpdir(), 'cdc-end-to-end-')),
  };
  const txnsRows = seed('txns.csv').trimEnd().split('\n').length - 1;
  const trades = (JSON.parse(seed('trades.json')) as { data: { id: string }[] }).data;
  const csv = hostileCsv(4_000);
  const items = hostileTrades(800);
  afterAll(() => {
    deployment.remove();
    rmSync(place.dataDir, { recursive: true, force: true });
  });

  const equalTables = (txns: number, tradesRows: number): object[] => [
    { source: 'mysql.bank.txns', target: 'bank.txns', sourceRows: txns, targetRows: txns, mismatches: 0 },
    {
      source: 'dynamodb.trades',
      target: 'market.trades',
      sourceRows: tradesRows,
      targetRows: tradesRows,
      mismatches: 0,
    },
  ];

  it('brings every row and item of the seed data into the warehouse', async () => {
    expect(await runOnce(place, '--fresh')).toEqual(equalTables(txnsRows, trades.length));
  });

  describe('while it runs', () => {
    let first: LaptopRun;
    beforeAll(async () => {
      first = LaptopRun.start(place, '--every', '60');
      // By itself, as a proof, it begins from nothing.
      await first.waitForLine(/ingested +trades/, 120_000);
    });
    afterAll(() => first?.interrupt());

    it('its data folder is refused to another run', async () => {
      const second = LaptopRun.start(place, '--once');
      expect(await second.exitCode()).not.toBe(0);
      expect(second.lines).toMatch(/already|in use|another/i);
      expect(await sql(place, 'select 1 as one')).toEqual([{ one: '1' }]);
    });

    describe('its live page', () => describeLivePage(() => first));

    it('ends at Ctrl-C', async () => {
      await putUntakeable(place.dataDir);
      expect((await run(place, 'pause', 'ingest-trades')).code).toBe(0);
      expect(await first.interrupt()).toBe(0);
      expect(first.lines).toMatch(/stopped$/m);
    });
  });

  it('adds the rows of txns again, and with a record that can never be taken brings the rest and ends with 3', async () => {
    const again = LaptopRun.start(place, '--once', '--json');
    expect(await again.exitCode()).toBe(3);
    expect(again.lines).toMatch(
      /^still paused: ingest-trades; npm run resume -- ingest-trades --data-dir \S+ fires it again$/m,
    );
    expect(again.lines).not.toMatch(/ingested +trades/);
    expect(again.summary().map(({ sourceRows, mismatches }) => [sourceRows, mismatches])).toEqual([
      [3 * txnsRows, 0],
      // The item that the warehouse cannot hold is missing, and its dead letter says why.
      [trades.length + 2, 1],
    ]);
    expect(again.lines).toMatch(/^1 dead letter stands for records that are not in the warehouse: /m);
    const [after] = await sql(place, "select count(*) as n from market.trades where id = 'after'");
    expect(after).toEqual({ n: '1' });
    const redriven = await run(place, 'redrive_stream');
    expect(redriven.output).toMatch(
      /^not staged, so the letter stays: [0-9a-f-]+: still not staged: 1 of 1 records$/m,
    );
    expect(redriven.output).toMatch(/^0 staged, 1 left; /m);
    expect(redriven.code).toBe(3);
  });

  it('answers queries and compares while it is stopped', async () => {
    const [answer] = await sql(
      place,
      'select count(*) as rows_, count(distinct account_no) as accounts from bank.txns',
    );
    expect(answer?.rows_).toBe(String(3 * txnsRows));
    const compared = await run(place, 'reconcile', '--json');
    expect(compared.code).toBe(3);
    expect(compared.output).toMatch(/^1 dead letter stands/m);
    const summary = compared.output.split('\n').find((line) => line.startsWith('{"tables"')) ?? '';
    expect(JSON.parse(summary)).toMatchObject({ tables: [{ mismatches: 0 }, { mismatches: 1 }] });
  });

  it('forgets everything with --fresh, and brings all that can be taken of hostile input', async () => {
    deployment.replaceSeed('txns', csv.content);
    deployment.replaceSeed('trades', items.content);
    expect(await runOnce(place, '--fresh', '--yes')).toEqual(equalTables(csv.good, items.good));
  });

  it('keeps amounts exact to the cent, and long numbers exact, and flags what the column cannot hold', async () => {
    const ids = Object.keys(EXACT_PRICES).map((id) => `'${id}'`);
    const rows = await sql(
      place,
      `select id, price, _cdc_flags, item.price::varchar as whole,
         (select sum(balance_amt) * 100 from bank.txns) as cents
       from market.trades where id in (${ids.join(', ')})`,
    );
    expect(Object.fromEntries(rows.map(({ id, price }) => [id, price]))).toEqual(EXACT_PRICES);
    expect(
      rows
        .filter(({ _cdc_flags }) => _cdc_flags !== null)
        .map(({ id, _cdc_flags, whole }) => [id, _cdc_flags, whole]),
    ).toEqual([['beyond-the-column', 'price', '0.12345678901234567890123456789012345678']]);
    expect(BigInt(String(rows[0]?.cents).replace(/\.0+$/, ''))).toBe(csv.balanceCents);
  });

  it('sets the broken ones aside with line and reason', () => {
    const buckets = join(place.dataDir, 's3', 'buckets');
    const lines = readdirSync(buckets, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /rejected/.test(entry.parentPath) && /jsonl/.test(entry.name))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
      .flatMap((content) =>
        [...content.matchAll(/^\{"line".*\}$/gm)].map(([line]) => JSON.parse(line) as object),
      );
    expect(lines).toHaveLength(csv.broken + items.broken);
    for (const line of lines)
      expect(line).toMatchObject({ line: expect.any(Number), reason: expect.any(String) });
  });
});
