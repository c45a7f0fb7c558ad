import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from 'mysql2';
import type { MysqlServer } from '../../../../../local/runtime/ports/mysql-server';
import type { RowsEvent } from '../../../../../local/services/dms/binlog/binlog-event';
import { BinlogStream, queryRows } from '../../../../../local/services/dms/binlog/binlog-stream';
import { buildRowReader } from '../../../../../local/services/dms/binlog/row-reader';
import { buildSnapshotSelect } from '../../../../../local/services/dms/task/snapshot-select';
import { readTable } from '../../../../../local/services/dms/task/source-catalogue';
import { openSource } from '../../../../../local/services/dms/task/source-connection';
import { readBinlogEnd } from '../../../../../local/services/dms/task/source-server';
import type { SourceTable } from '../../../../../local/services/dms/task/source-table';
import { startMysqlServer } from '../../../../../local/services/rds/mysql-server';
import { MYSQL_VALUES as VALUES } from '../../../../support/mysql-values';
import { buildRawRowReader, type RawRow } from './raw-rows';

describe('a value reads as the same text', () => {
  let folder: string;
  let server: MysqlServer;
  let admin: Connection;
  let table: SourceTable;
  const login = async () => ({
    host: server.host,
    port: server.port,
    username: server.adminUser,
    password: server.adminPassword,
    caFile: server.caFile,
  });
  const texts = {
    snapshot: [] as (string | null)[],
    insert: [] as (string | null)[],
    update: [] as (string | null)[],
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cdc-values-'));
    server = await startMysqlServer({
      folder,
      parameters: { require_secure_transport: '1', binlog_format: 'ROW', binlog_row_image: 'FULL' },
    });
    admin = await openSource(login);
    await queryRows(admin, "SET SESSION sql_mode = 'ALLOW_INVALID_DATES', time_zone = '+00:00'");
    await queryRows(admin, 'CREATE DATABASE v CHARACTER SET utf8mb4');
    const columns = VALUES.map(([declaration], index) => `c${index} ${declaration}`).join(', ');
    const names = VALUES.map((_value, index) => `c${index}`).join(', ');
    await queryRows(
      admin,
      `CREATE TABLE v.t (id INT PRIMARY KEY, ${columns}) ENGINE=InnoDB ROW_FORMAT=DYNAMIC`,
    );
    const start = await readBinlogEnd(admin);
    await queryRows(
      admin,
      `INSERT INTO v.t (id, ${names}) VALUES (1, ${VALUES.map(([, sql]) => sql).join(', ')})`,
    );
    const sets = VALUES.map(([, sql], index) => `c${index} = ${sql}`).join(', ');
    await queryRows(admin, 'INSERT INTO v.t (id) VALUES (2)');
    await queryRows(admin, `UPDATE v.t SET ${sets} WHERE id = 2`);
    table = (await readTable(admin, 'v', 't')) as SourceTable;

    const [raw] = await rawRows(admin, buildSnapshotSelect(table));
    texts.snapshot = buildRawRowReader(table)(raw as RawRow).slice(1);
    const stream = await BinlogStream.open({ connection: await openSource(login), start });
    const events: RowsEvent[] = [];
    while (events.length < 3) {
      const event = await stream.next(5_000);
      if (event === undefined) throw new Error('the binlog ends too early');
      if (event.kind === 'rows') events.push(event);
    }
    stream.close();
    const rows = events.map((event) => {
      const reader = buildRowReader(event.map, table);
      const first = reader.read(event.rows, event.present);
      return event.operation === 'update' ? reader.read(event.rows, event.presentAfter) : first;
    });
    texts.insert = rows[0]?.slice(1) ?? [];
    texts.update = rows[2]?.slice(1) ?? [];
  });

  afterAll(async () => {
    admin?.destroy();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(
    VALUES.map(([declaration, sql, text], index) => ({ declaration, sql: sql.slice(0, 40), text, index })),
  )('of $declaration $sql by snapshot, insert and update', ({ text, index }) => {
    expect(texts.snapshot[index]).toBe(text);
    expect(texts.insert[index]).toBe(text);
    expect(texts.update[index]).toBe(text);
  });

  it('a structure that does not fit the changes is noticed', async () => {
    const altered = { ...table, columns: table.columns.slice(0, -1) };
    const start = await readBinlogEnd(admin);
    await queryRows(admin, 'DELETE FROM v.t WHERE id = 2');
    const stream = await BinlogStream.open({ connection: await openSource(login), start });
    let event = await stream.next(5_000);
    while (event !== undefined && event.kind !== 'rows') event = await stream.next(5_000);
    stream.close();
    expect(() => buildRowReader((event as RowsEvent).map, altered)).toThrow(/columns/);
  });
});

function rawRows(connection: Connection, sql: string): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    connection.query({ sql, rowsAsArray: true, typeCast: false }, (error, rows) =>
      error ? reject(error) : resolve(rows as unknown[]),
    );
  });
}
