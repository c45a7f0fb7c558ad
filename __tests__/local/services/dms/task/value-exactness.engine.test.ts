import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from 'mysql2';
import { findProgram } from '../../../../../local/runtime/find-program';
import type { MysqlServer } from '../../../../../local/runtime/ports/mysql-server';
import type { RowsEvent } from '../../../../../local/services/dms/binlog/binlog-event';
import { BinlogStream, queryRows } from '../../../../../local/services/dms/binlog/binlog-stream';
import { buildRowReader } from '../../../../../local/services/dms/binlog/row-reader';
import {
  buildRawRowReader,
  buildSnapshotSelect,
  type RawRow,
} from '../../../../../local/services/dms/task/snapshot-select';
import { readTable } from '../../../../../local/services/dms/task/source-catalogue';
import { openSource } from '../../../../../local/services/dms/task/source-connection';
import { readBinlogEnd } from '../../../../../local/services/dms/task/source-server';
import type { SourceTable } from '../../../../../local/services/dms/task/source-table';
import { startMysqlServer } from '../../../../../local/services/rds/mysql-server';

/** Of each set that is not a form of Unicode, text that other decoders read otherwise where there is such. */
const CHARSETS: readonly (readonly [charset: string, text: string])[] = [
  ['armscii8', 'Հայերեն'],
  ['big5', '‾∼♁繁體'],
  ['cp1256', 'العربية'],
  ['cp850', 'é½ß'],
  ['cp852', 'Łódź'],
  ['cp866', 'Привет'],
  ['cp932', '日本語ｱ①'],
  ['dec8', 'éŒ'],
  ['eucjpms', '日本語ｱ①'],
  ['euckr', '한국어갂'],
  ['gb2312', '简体―'],
  ['geostd8', 'ქართული'],
  ['greek', 'Γαζέες'],
  ['hebrew', 'עברית'],
  ['hp8', 'é½'],
  ['keybcs2', 'Žluťoučký'],
  ['koi8u', 'Привіт•'],
  ['latin5', 'ışğ'],
  ['latin7', 'Žąsys'],
  ['macce', 'Łódź'],
  ['macroman', 'é√∞'],
  ['sjis', '日本語〜−'],
  ['swe7', 'ÅÄÖ'],
  ['tis620', 'ภาษาไทย'],
  ['ujis', '日本語〜−丂'],
  ['utf32', 'x😀'],
];

/** MySQL has no such types. */
const MARIADB_VALUES: readonly (readonly [declaration: string, sql: string, text: string])[] = [
  ...[
    '123e4567-e89b-12d3-a456-426614174000',
    '00112233-4455-1677-0899-aabbccddeeff',
    '01890f3e-1234-7abc-8def-0123456789ab',
    '00000000-0000-0000-0000-000000000000',
  ].map((text) => ['UUID', `'${text}'`, text] as const),
  ...['1.2.3.0', '0.0.0.0', '255.255.255.255'].map((text) => ['INET4', `'${text}'`, text] as const),
  ...[
    '::',
    '::1',
    '::ffff:1.2.3.4',
    '::1.2.0.0',
    '2001:db8::ff00:42:8329',
    '1:0:0:2::3',
    '1:2:3:4:5:6:7::',
  ].map((text) => ['INET6', `'${text}'`, text] as const),
];

/** A column's declaration, the value as SQL, and the text that both ways must give. */
const VALUES: readonly (readonly [declaration: string, sql: string, text: string | null])[] = [
  ['TINYINT', '-128', '-128'],
  ['TINYINT', '127', '127'],
  ['TINYINT UNSIGNED', '255', '255'],
  ['TINYINT(1)', '-1', '-1'],
  ['TINYINT(1)', '1', '1'],
  ['SMALLINT', '-32768', '-32768'],
  ['SMALLINT UNSIGNED', '65535', '65535'],
  ['MEDIUMINT', '-8388608', '-8388608'],
  ['MEDIUMINT', '8388607', '8388607'],
  ['MEDIUMINT UNSIGNED', '16777215', '16777215'],
  ['INT', '-2147483648', '-2147483648'],
  ['INT UNSIGNED', '4294967295', '4294967295'],
  ['INT(8) ZEROFILL', '42', '42'],
  ['BIGINT', '-9223372036854775808', '-9223372036854775808'],
  ['BIGINT', '9007199254740993', '9007199254740993'],
  ['BIGINT UNSIGNED', '18446744073709551615', '18446744073709551615'],
  ['DECIMAL(10,2)', '-99999999.99', '-99999999.99'],
  ['DECIMAL(10,2)', '0', '0.00'],
  ['DECIMAL(18,2)', '1000000.10', '1000000.10'],
  ['DECIMAL(18,2)', '-0.01', '-0.01'],
  ['DECIMAL(38,10)', '9999999999999999999999999999.9999999999', '9999999999999999999999999999.9999999999'],
  ['DECIMAL(31,30)', '-9.999999999999999999999999999999', '-9.999999999999999999999999999999'],
  ['DECIMAL(5,5)', '0.00012', '0.00012'],
  ['DECIMAL(9,9)', '-0.000000001', '-0.000000001'],
  ['DECIMAL(12,11)', '-1.00000000001', '-1.00000000001'],
  ['DECIMAL(65,30)', `-${'9'.repeat(35)}.${'9'.repeat(30)}`, `-${'9'.repeat(35)}.${'9'.repeat(30)}`],
  ['DECIMAL(65,0)', '9'.repeat(65), '9'.repeat(65)],
  ['DECIMAL(18,9)', '1000000000.000000001'.slice(1), '0.000000001'],
  ['DECIMAL(10,2) ZEROFILL', '12.3', '12.30'],
  ['FLOAT', '123.456', '123.45600128173828'],
  ['FLOAT', '3.4028234663852886e38', '3.4028234663852886e+38'],
  ['DOUBLE', '2.718281828459045', '2.718281828459045'],
  ['DOUBLE', '1.7976931348623157e308', '1.7976931348623157e+308'],
  ['DOUBLE', '5e-324', '5e-324'],
  ['DOUBLE', '0e0', '0'],
  ['FLOAT(7,4)', '123.4567', '123.45670318603516'],
  ['BIT(1)', "b'1'", '1'],
  ['BIT(14)', '13679', '13679'],
  ['BIT(64)', '18446744073709551615', '18446744073709551615'],
  ['CHAR(5)', "'foo  '", 'foo'],
  ['CHAR(255)', "REPEAT('😀', 255)", '😀'.repeat(255)],
  ['VARCHAR(20)', "'foo  '", 'foo  '],
  ['VARCHAR(20)', "''", ''],
  ['VARCHAR(20)', 'NULL', null],
  ['VARCHAR(63)', "REPEAT('é', 63)", 'é'.repeat(63)],
  ['VARCHAR(64)', "REPEAT('😀', 64)", '😀'.repeat(64)],
  ['VARCHAR(40)', "'a\\nb\\r\\n\"c\",\\\\N\\t''d'", 'a\nb\r\n"c",\\N\t\'d'],
  ['VARCHAR(10)', "CONCAT('a', CHAR(0), 'b')", 'a\0b'],
  ['VARCHAR(20) CHARACTER SET latin1', "'café €'", 'café €'],
  ['VARCHAR(20) CHARACTER SET cp1250', "'Žluťoučký'", 'Žluťoučký'],
  ['VARCHAR(20) CHARACTER SET cp1257', "'Žąsys'", 'Žąsys'],
  ['VARCHAR(20) CHARACTER SET latin2', "'Łódź'", 'Łódź'],
  ['VARCHAR(20) CHARACTER SET koi8r', "'Привет'", 'Привет'],
  ['VARCHAR(20) CHARACTER SET utf16le', "'x😀'", 'x😀'],
  ['VARCHAR(20) CHARACTER SET cp1251', "'Привет'", 'Привет'],
  ['VARCHAR(20) CHARACTER SET gbk', "'你好'", '你好'],
  ['VARCHAR(20) CHARACTER SET ucs2', "'Γαζ'", 'Γαζ'],
  ['VARCHAR(20) CHARACTER SET utf16', "'x😀'", 'x😀'],
  ['TINYTEXT', "'t'", 't'],
  ['TEXT', "REPEAT('ab', 30000)", 'ab'.repeat(30_000)],
  ['MEDIUMTEXT', "REPEAT('m', 70000)", 'm'.repeat(70_000)],
  ['BINARY(4)', "x'ff000000'", 'ff000000'],
  ['BINARY(4)', "x'00000000'", '00000000'],
  ['VARBINARY(4)', "x'9f00'", '9f00'],
  ['BLOB', "x'fd00ff'", 'fd00ff'],
  ['BLOB', "''", ''],
  ["ENUM('sm','m,d','l''g')", "'l''g'", "l'g"],
  ["ENUM('sm','m,d')", "'m,d'", 'm,d'],
  ["ENUM('a\\\\b','c')", "'a\\\\b'", 'a\\b'],
  ["SET('a\\\\b','it''s')", "'a\\\\b,it''s'", "a\\b,it's"],
  ["ENUM('сm','мд') CHARACTER SET cp1251", "'мд'", 'мд'],
  ["SET('a','b','c')", "'c,a'", 'a,c'],
  ["SET('a','b')", "''", ''],
  ['DATE', "'1000-01-01'", '1000-01-01'],
  ['DATE', "'9999-12-31'", '9999-12-31'],
  ['DATE', "'0000-00-00'", '0000-00-00'],
  ['DATE', "'2023-07-00'", '2023-07-00'],
  ['DATETIME', "'1991-08-31 12:34:56'", '1991-08-31 12:34:56'],
  ['DATETIME(1)', "'1991-08-31 12:34:56.9'", '1991-08-31 12:34:56.9'],
  ['DATETIME(3)', "'1991-08-31 12:34:56.007'", '1991-08-31 12:34:56.007'],
  ['DATETIME(6)', "'9999-12-31 23:59:59.999999'", '9999-12-31 23:59:59.999999'],
  ['DATETIME(6)', "'1000-01-01 00:00:00.000001'", '1000-01-01 00:00:00.000001'],
  ['DATETIME(6)', "'0000-00-00 00:00:00'", '0000-00-00 00:00:00.000000'],
  ['TIMESTAMP(6) NULL', "'1970-01-01 00:00:01.000001'", '1970-01-01 00:00:01.000001'],
  ['TIMESTAMP(6) NULL', "'2038-01-19 03:14:07.999999'", '2038-01-19 03:14:07.999999'],
  ['TIMESTAMP NULL', "'2023-11-05 06:30:00'", '2023-11-05 06:30:00'],
  ['TIMESTAMP NULL', "'0000-00-00 00:00:00'", '0000-00-00 00:00:00'],
  ['TIME', "'-838:59:59'", '-838:59:59'],
  ['TIME', "'-00:00:01'", '-00:00:01'],
  ['TIME(6)', "'838:59:58.999999'", '838:59:58.999999'],
  ['TIME(6)', "'-00:00:00.000001'", '-00:00:00.000001'],
  ['TIME(3)', "'-12:30:45.250'", '-12:30:45.250'],
  ...CHARSETS.map(([charset, text]): readonly [string, string, string] => [
    `VARCHAR(20) CHARACTER SET ${charset}`,
    `CONVERT('${text}' USING utf8mb4)`,
    text,
  ]),
  ['YEAR', '1901', '1901'],
  ['YEAR', '2155', '2155'],
  ['YEAR', "'0000'", '0'],
  ['INT AS (id * 0 + 7) STORED', 'DEFAULT', '7'],
  ["VARCHAR(9) AS (CONCAT('x', id * 0)) VIRTUAL", 'DEFAULT', 'x0'],
  ['INT INVISIBLE', '5', '5'],
  ['JSON', '\'{"z": 1.0, "aa": 9007199254740993}\'', '{"z": 1.0, "aa": 9007199254740993}'],
  ['POINT', "ST_GeomFromText('POINT(1 2)')", '0101000000000000000000f03f0000000000000040'],
  ['GEOMETRY', "ST_GeomFromText('POINT(1 2)', 4326)", '0101000020e6100000000000000000f03f0000000000000040'],
  ['GEOMETRY', 'NULL', null],
  ...(findProgram('mariadbd') === undefined ? [] : MARIADB_VALUES),
];

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
