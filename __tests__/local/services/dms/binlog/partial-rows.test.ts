import type { BinlogEvent, RowsEvent } from '../../../../../local/services/dms/binlog/binlog-event';
import { BinlogParser } from '../../../../../local/services/dms/binlog/binlog-parser';
import { BinlogDamagedError } from '../../../../../local/services/dms/binlog/byte-reader';
import { EVENT } from '../../../../../local/services/dms/binlog/event-types';
import { PartialRowsError, wholeRows } from '../../../../../local/services/dms/binlog/partial-rows';
import type { ChangeApplier } from '../../../../../local/services/dms/task/change-applier';
import { RowChanges } from '../../../../../local/services/dms/task/row-changes';
import { parseTableMappings } from '../../../../../local/services/dms/task/table-mappings';
import type { TaskContext } from '../../../../../local/services/dms/task/task-context';

const position = { file: 'binlog.000001', offset: 4 };
const TABLE_ID = [7, 0, 0, 0, 0, 0, 0, 0];

function event(type: number, body: readonly number[]): Buffer {
  const bytes = Buffer.concat([Buffer.alloc(19), Buffer.from(body)]);
  bytes[4] = type;
  bytes.writeUInt32LE(bytes.length, 9);
  return bytes;
}

/** A table `d.t` of one JSON column whose document before is `5`. */
function partialUpdate(after: readonly number[], presentAfter = 1): RowsEvent {
  const parser = new BinlogParser(position, { checksum: false });
  const parse = (type: number, body: readonly number[]): BinlogEvent[] => {
    const bytes = event(type, [...TABLE_ID, ...body]);
    return parser.parse(bytes, 0, bytes.length);
  };
  parse(EVENT.TABLE_MAP, [...Buffer.from('\x01d\0\x01t\0'), 1, 245, 1, 4, 1]);
  const before = [0, 3, 0, 0, 0, 5, 5, 0];
  const found = parse(EVENT.PARTIAL_UPDATE_ROWS, [2, 0, 1, 1, presentAfter, ...before, ...after]);
  return found[0] as RowsEvent;
}

/** Replaces `$` by `6`: operation 0, the path, the new document. */
const REPLACE = [1, 1, 0, 7, 0, 0, 0, 0, 1, 0x24, 3, 5, 6, 0];
const DAMAGED = REPLACE.map((byte, at) => (at === 9 ? 0x78 : byte));

it('an update is read with the whole document after the change', () => {
  const { rows } = wholeRows(partialUpdate(REPLACE));
  const [before, after] = [5, 6].map((value) => [0, 3, 0, 0, 0, 5, value, 0]);
  expect([...rows.slice(rows.remaining)]).toEqual([...(before as number[]), ...(after as number[])]);
});

it('an image without all columns, and a change that is none, are refused by name', () => {
  expect(() => wholeRows(partialUpdate(REPLACE, 0))).toThrow(PartialRowsError);
  expect(() => wholeRows(partialUpdate(DAMAGED))).toThrow(BinlogDamagedError);
});

it('the documents of a table that is not replicated are not put together', async () => {
  const mappings = parseTableMappings({ rules: [] }, []);
  const context = { tables: new Map(), server: {}, mappings } as unknown as TaskContext;
  const rows = new RowChanges(context, {} as ChangeApplier);
  expect(await rows.apply(partialUpdate(DAMAGED), position)).toBe(false);
});
