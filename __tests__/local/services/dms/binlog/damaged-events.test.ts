/** Events that no server writes and that would otherwise take the reader with them. */
import { BinlogParser } from '../../../../../local/services/dms/binlog/binlog-parser';
import { BinlogDamagedError, ByteReader } from '../../../../../local/services/dms/binlog/byte-reader';
import { readCompressedValue } from '../../../../../local/services/dms/binlog/compressed-column';
import { inflateEventPart } from '../../../../../local/services/dms/binlog/compressed-events';
import { EVENT } from '../../../../../local/services/dms/binlog/event-types';
import { parseTableMap } from '../../../../../local/services/dms/binlog/table-map';

const HEADER_BYTES = 19;

function event(type: number, body: Buffer): Buffer {
  const bytes = Buffer.concat([Buffer.alloc(HEADER_BYTES), body]);
  bytes[4] = type;
  bytes.writeUInt32LE(bytes.length, 9);
  return bytes;
}

it.each([0, 18, 400])(
  'an event of %i bytes inside a compressed transaction is refused, not read again and again',
  (size) => {
    const inner = Buffer.alloc(HEADER_BYTES + 10);
    inner.writeUInt32LE(size, 9);
    const bytes = event(EVENT.TRANSACTION_PAYLOAD, Buffer.concat([Buffer.from([0]), inner]));
    const parser = new BinlogParser({ file: 'binlog.000001', offset: 4 }, { checksum: false });
    expect(() => parser.parse(bytes, 0, bytes.length)).toThrow(BinlogDamagedError);
  },
);

it.each([0, 5, 28, 255])('a text whose length would have %i bytes is refused with its table', (size) => {
  const name = Buffer.from('\x01d\0\x01t\0');
  const bytes = Buffer.concat([name, Buffer.from([1, 252, 1, size, 0])]);
  expect(() => parseTableMap(new ByteReader(bytes, 0, bytes.length))).toThrow(/table map of d.t .*252/);
});

it('what does not inflate is named', () => {
  for (const bytes of [
    Buffer.from([0x81]),
    Buffer.from([0x80, 1]),
    Buffer.from([0x81, 5, 1, 2, 3]),
    Buffer.from([0x87]),
  ])
    expect(() => readCompressedValue(bytes)).toThrow(BinlogDamagedError);
  expect(() => inflateEventPart(Buffer.from([1, 9, 1, 2, 3]))).toThrow(BinlogDamagedError);
});
