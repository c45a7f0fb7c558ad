/** Reads the rows of a query as the packets in which they arrive: no value is made of them. */
import type { Connection } from 'mysql2';

/** The part of mysql2's packets and queries that it does not declare. */
interface Packet {
  readonly buffer: Buffer;
  readonly offset: number;
  readonly end: number;
  isEOF(): boolean;
}
interface Query {
  row: (packet: Packet) => unknown;
  done(): null;
}

/** One row of the text protocol: for each column its length and its bytes, from `start` to `end`. Valid in the call only. */
export type TakeRow = (bytes: Buffer, start: number, end: number) => void;

/** Resolves after the last row. `takeRow` may pause the connection; then no row comes until it is resumed. */
export function readRowPackets(connection: Connection, sql: string, takeRow: TakeRow): Promise<void> {
  return new Promise((resolve, reject) => {
    const query = connection.query(sql, (error) => (error ? reject(error) : resolve())) as unknown as Query;
    const take = (packet: Packet): unknown => {
      if (packet.isEOF()) return query.done();
      takeRow(packet.buffer, packet.offset, packet.end);
      return take;
    };
    query.row = take;
  });
}
