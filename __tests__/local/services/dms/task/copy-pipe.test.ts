/** What of several tables is written together, with a source and a writer that wait for nothing but the test. */
import type { Connection } from 'mysql2';
import { CopyPipe } from '../../../../../local/services/dms/task/copy-pipe';
import type { CopyPiece, CopyWriter } from '../../../../../local/services/dms/task/copy-writer';
import type { MappedTable } from '../../../../../local/services/dms/task/mapped-table';
import { TableCopy } from '../../../../../local/services/dms/task/table-copy';
import { newTaskTable, type TaskContext } from '../../../../../local/services/dms/task/task-context';
import { parseTaskSettings } from '../../../../../local/services/dms/task/task-settings';

const ROW = { buffer: Buffer.from([1, 0x78]), offset: 0, end: 2, isEOF: () => false };
const position = { file: 'binlog.000001', offset: 4 };

/** Of each table so many rows, all at once unless they are paused; then the rest when they are resumed. */
class Source {
  private give: () => void = () => {};
  private isPaused = false;

  constructor(private readonly rowsOf: (table: number) => number) {}

  query(sql: string, done: (error: null) => void): { row?: (packet: object) => unknown } {
    let left = this.rowsOf(Number(/`t(\d+)`/.exec(sql)?.[1]));
    const query: { row?: (packet: object) => unknown } = {};
    this.give = () => {
      for (; left > 0 && !this.isPaused; left -= 1) query.row?.(ROW);
      if (left === 0) done(null);
    };
    setImmediate(() => this.give());
    return query;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
    setImmediate(() => this.give());
  }
}

/** Writes what it is given once it is released. */
class Writer {
  readonly written: string[][] = [];
  release: () => void = () => {};

  write(pieces: readonly CopyPiece[]): Promise<void> {
    this.written.push(
      pieces.map(({ copy, chunk, isLast }) => `${copy.table.name} ${chunk.rowCount}${isLast ? '' : ' …'}`),
    );
    return new Promise((resolve) => {
      this.release = resolve;
    });
  }
}

function pipeOver(rowsOf: (table: number) => number, commitRate: number) {
  const writer = new Writer();
  const context = {
    settings: parseTaskSettings({ FullLoadSettings: { CommitRate: commitRate } }, []),
    stopping: () => false,
  } as unknown as TaskContext;
  const pipe = new CopyPipe(
    context,
    new Source(rowsOf) as unknown as Connection,
    writer as unknown as CopyWriter,
  );
  const copyOf = (number: number): TableCopy => {
    const replicated = {
      source: { database: 'd', table: `t${number}`, columns: [{ name: 'a', type: { name: 'int' } }] },
      columns: [{ name: 'a', sourceIndex: 0, bulk: { name: 'a' } }],
      key: [],
    } as unknown as MappedTable;
    const table = newTaskTable(`t${number}`);
    const options = { table, replicated, position, resume: undefined, madeAt: '', expectedRows: 0 };
    return new TableCopy(context, { ...options, replacesRows: true });
  };
  return { pipe, writer, copyOf };
}

/** Until the source has given what it may. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
}

it('small tables that are read while others are written are written together, 25 at most', async () => {
  const { pipe, writer, copyOf } = pipeOver(() => 2, 10_000);
  for (let number = 0; number < 25; number += 1) await pipe.read(copyOf(number));
  // Behind the first, which is being written, the next 25 fill a commit: reading waits for it.
  const reading = pipe.read(copyOf(25)).then(() => pipe.read(copyOf(26)));
  await turns();
  expect(writer.written).toEqual([['t0 2']]);
  writer.release();
  await reading;
  expect(writer.written).toHaveLength(2);
  expect(writer.written[1]).toEqual(Array.from({ length: 25 }, (_, index) => `t${index + 1} 2`));
  writer.release();
  const settled = pipe.settle();
  await turns();
  writer.release();
  await settled;
  expect(writer.written[2]).toEqual(['t26 2']);
});

it('a chunk of a large table takes the small ones before it along, and reading waits for the one before', async () => {
  // A chunk has 25 rows.
  const { pipe, writer, copyOf } = pipeOver((number) => [3, 4, 60, 0][number] ?? 0, 1);
  await pipe.read(copyOf(0));
  await pipe.read(copyOf(1));
  const reading = pipe.read(copyOf(2)).then(() => pipe.read(copyOf(3)));
  const steps = [['t0 3'], ['t1 4', 't2 21 …'], ['t2 25 …'], ['t2 14', 't3 0']];
  for (let step = 0; step < steps.length; step += 1) {
    await turns();
    expect(writer.written).toEqual(steps.slice(0, step + 1));
    writer.release();
  }
  await reading;
  await pipe.settle();
});

it('what could not be written ends the reading', async () => {
  const { pipe, writer, copyOf } = pipeOver(() => 1, 10_000);
  writer.write = () => Promise.reject(new Error('no room'));
  await pipe.read(copyOf(0));
  await expect(pipe.settle()).rejects.toThrow('no room');
  await expect(pipe.read(copyOf(1))).rejects.toThrow('no room');
  await pipe.abandon();
});
