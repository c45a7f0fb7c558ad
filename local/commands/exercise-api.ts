/** One request of each operation of the API, where the deployment has one, so that what its functions may do is used. */
import { randomUUID } from 'node:crypto';
import { findIngestedTable, INGEST_TRADES, INGEST_TXNS } from '../../pipeline/ingested-tables';
import type { MysqlTable } from '../../pipeline/tables';
import { givenColumns } from '../../pipeline/values/given-columns';
import { type ServedApi, SOURCE_APIS } from '../runtime/ports/source-api';
import type { Runtime } from '../runtime/runtime';

/** @throws Error of the first request that is not done */
export async function exerciseApi({ registry }: Runtime): Promise<void> {
  const txns = findIngestedTable(INGEST_TXNS);
  const trades = findIngestedTable(INGEST_TRADES);
  for (const api of registry.of(SOURCE_APIS).values()) {
    if (txns !== undefined) await ask(api, `POST /${txns.name}`, rowOf(txns));
    if (trades !== undefined) {
      const item = Object.fromEntries(
        trades.key.map((name) => [name, trades.keyTypes[name] === 'N' ? 900_000_002 : 'by the API']),
      );
      await ask(api, `POST /${trades.name}`, item);
    }
    for (const { name } of [txns, trades].filter((table) => table !== undefined))
      await ask(api, `POST /ingest/${name}`);
    await ask(api, 'GET /tables');
  }
}

/** What a column needs that may not be NULL. */
const rowOf = (table: MysqlTable): Record<string, string> =>
  Object.fromEntries(
    givenColumns(table)
      .filter(({ nullable }) => !nullable)
      .map(({ name, type }) => [name, type.kind === 'date' ? '2026-01-31' : '1']),
  );

async function ask(api: ServedApi, operation: string, body?: object): Promise<void> {
  const [method = '', path = ''] = operation.split(' ');
  const sent = body === undefined ? '' : JSON.stringify(body);
  const response = await fetch(`${api.url}${path}`, {
    method,
    headers: {
      ...api.headersFor({ method, path, body: sent }),
      'idempotency-key': randomUUID(),
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: sent }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`the API answered ${operation} with ${response.status}: ${text}`);
}
