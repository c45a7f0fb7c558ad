/** The writer's rows in `bank.txns`, told from the ingested ones by their account number; their value is the balance. */
import type { RowDataPacket } from 'mysql2/promise';
import type { Random } from './random';
import { connectMysql } from './source-access';
import type { PlannedChange, SourceConnection } from './source-writer';

const PREFIX = 'soak-';
/** Few enough that rows are updated and deleted repeatedly, many enough that changes of one batch differ. */
const LIVE_ROWS = 20_000;

/** The same row may come once a batch: one transaction holds them all. */
export function planMysqlChanges(random: Random, count: number): PlannedChange[] {
  const keys = new Set(Array.from({ length: count }, () => `${PREFIX}${random.below(LIVE_ROWS)}`));
  return [...keys].map((key) => ({ key, state: random.next() < 0.2 ? null : randomAmount(random) }));
}

/** Up to 16 digits before the point and two behind it: more than a double can hold. */
function randomAmount(random: Random): string {
  const whole = BigInt(random.below(2 ** 30)) * BigInt(random.below(2 ** 22));
  const cents = String(random.below(100)).padStart(2, '0');
  return `${random.next() < 0.3 && whole > 0n ? '-' : ''}${whole}.${cents}`;
}

export async function openMysqlRows(dataDir: string): Promise<SourceConnection> {
  const connection = await connectMysql(dataDir);
  return {
    write: async (changes) => {
      await connection.beginTransaction();
      for (const { key, state } of changes) {
        if (state === null) {
          await connection.execute('DELETE FROM txns WHERE account_no = ?', [key]);
          continue;
        }
        const [updated] = await connection.execute(
          'UPDATE txns SET balance_amt = ?, ingested_at = UTC_TIMESTAMP(6) WHERE account_no = ?',
          [state, key],
        );
        if ('affectedRows' in updated && updated.affectedRows > 0) continue;
        await connection.execute(
          "INSERT INTO txns (account_no, date, balance_amt, ingested_at) VALUES (?, '2024-02-29', ?, UTC_TIMESTAMP(6))",
          [key, state],
        );
      }
      await connection.commit();
    },
    close: async () => connection.destroy(),
  };
}

/** Speeds up the writer's look-ups; MySQL alone has it, so nothing of the pipeline changes. */
export async function indexMysqlRows(dataDir: string): Promise<void> {
  const connection = await connectMysql(dataDir);
  try {
    const [known] = await connection.query<RowDataPacket[]>(
      "SHOW INDEX FROM txns WHERE Key_name = 'soak_account'",
    );
    if (known.length === 0) await connection.query('CREATE INDEX soak_account ON txns (account_no)');
  } finally {
    await connection.end();
  }
}

/** Every row of the writer's at the source. @throws Error when a key is there twice */
export async function readMysqlRows(dataDir: string): Promise<Map<string, string>> {
  const connection = await connectMysql(dataDir);
  try {
    const [rows] = await connection.query<RowDataPacket[]>(
      `SELECT account_no, balance_amt FROM txns WHERE account_no LIKE '${PREFIX}%'`,
    );
    return uniqueRows(rows.map(({ account_no, balance_amt }) => [String(account_no), String(balance_amt)]));
  } finally {
    await connection.end();
  }
}

/** The same in the warehouse, for {@link readWarehouseRows}. */
export const MYSQL_TARGET = {
  key: 'account_no',
  value: 'balance_amt',
  table: 'bank.txns',
  prefix: PREFIX,
} as const;

/** @throws Error when a key is there twice: a doubled row */
export function uniqueRows(rows: readonly (readonly [string, string])[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of rows) {
    if (found.has(key)) throw new Error(`${key} is there twice`);
    found.set(key, value);
  }
  return found;
}
