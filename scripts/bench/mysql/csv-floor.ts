/** The floor of a snapshot: packets copied as bytes into CSV parts, which DuckDB's own reader takes meanwhile. */
import { mkdirSync, rmSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Connection } from 'mysql2';
import { readRowPackets } from '../../../local/services/dms/task/row-packets';
import type { Shape } from './shapes';

const PART_BYTES = 32 * 1024 * 1024;
/** A row may take this much of a part beyond its size. */
const ROOM = 1024 * 1024;
const [QUOTE, COMMA, NEWLINE, NULL] = [0x22, 0x2c, 0x0a, 0xfb] as const;

export async function copyByCsv(
  connection: Connection,
  sql: string,
  shape: Shape,
  folder: string,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: '2GB', threads: '2' });
  const engine = await instance.connect();
  const columns = [['id', 'BIGINT'], ...shape.columns.map(([name, , target]) => [name, engineType(target)])];
  await engine.run(`ATTACH '${join(folder, 'floor.duckdb')}' AS floor`);
  await engine.run(`CREATE TABLE floor.t (${columns.map(([name, type]) => `"${name}" ${type}`).join(', ')})`);
  const types = columns.map(([name, type]) => `'${name}': '${type}'`).join(', ');
  let parts = 0;
  let reading: Promise<void> = Promise.resolve();
  let busy = 0;
  const read = async (bytes: Buffer): Promise<void> => {
    parts += 1;
    const file = join(folder, `${parts}.csv`);
    await writeFile(file, bytes);
    await engine.run(
      `INSERT INTO floor.t SELECT * FROM read_csv('${file}', columns = {${types}}, auto_detect = false, header = false, delim = ',', quote = '"', escape = '"', nullstr = '', allow_quoted_nulls = false, parallel = false)`,
    );
    await rm(file);
  };
  let part = new CsvPart(columns.length);
  const handOn = (): void => {
    const bytes = part.bytes.subarray(0, part.used);
    part = new CsvPart(columns.length);
    busy += 1;
    if (busy > 1) connection.pause();
    reading = reading
      .then(() => read(bytes))
      .then(() => {
        busy -= 1;
        connection.resume();
      });
  };
  await readRowPackets(connection, sql, (bytes, start) => {
    part.add(bytes, start);
    if (part.used > PART_BYTES) handOn();
  });
  handOn();
  await reading;
  engine.closeSync();
  instance.closeSync();
  rmSync(folder, { recursive: true, force: true });
}

/** `SMALLINT NOT NULL` → `SMALLINT`; text without a length, as DuckDB has it. */
const engineType = (target: string): string =>
  target
    .replace(' NOT NULL', '')
    .replace(/^VARCHAR.*/, 'VARCHAR')
    .replace('NUMERIC(20)', 'NUMERIC(20,0)');

class CsvPart {
  readonly bytes = Buffer.allocUnsafe(PART_BYTES + ROOM);
  used = 0;

  constructor(private readonly columns: number) {}

  add(packet: Buffer, start: number): void {
    const { bytes } = this;
    let from = start;
    let to = this.used;
    for (let column = 0; column < this.columns; column += 1) {
      if (column > 0) bytes[to++] = COMMA;
      let length = packet[from++] as number;
      if (length === NULL) continue;
      if (length > NULL) {
        const size = length === 0xfc ? 2 : 3;
        length = packet.readUIntLE(from, size);
        from += size;
      }
      bytes[to++] = QUOTE;
      for (const end = from + length; from < end; from += 1) {
        const byte = packet[from] as number;
        if (byte === QUOTE) bytes[to++] = QUOTE;
        bytes[to++] = byte;
      }
      bytes[to++] = QUOTE;
    }
    bytes[to++] = NEWLINE;
    this.used = to;
  }
}
