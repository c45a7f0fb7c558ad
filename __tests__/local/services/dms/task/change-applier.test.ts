import type { RowsEvent } from '../../../../../local/services/dms/binlog/binlog-event';
import type { RowCopier } from '../../../../../local/services/dms/binlog/row-reader';
import { ChangeApplier } from '../../../../../local/services/dms/task/change-applier';
import type { MappedTable } from '../../../../../local/services/dms/task/mapped-table';
import type { TaskContext, TaskTable } from '../../../../../local/services/dms/task/task-context';
import { parseTaskSettings } from '../../../../../local/services/dms/task/task-settings';

const table = { name: 'a.t', replicated: { key: [0] } as unknown as MappedTable } as TaskTable;
const checkpoint = { position: { file: 'binlog.000001', offset: 4 } } as never;
const busy = { idle: false, hurry: false };

/** Only the settings decide when a batch is due. */
function applierWith(settings: object): ChangeApplier {
  return new ChangeApplier({ settings: parseTaskSettings(settings, []) } as unknown as TaskContext);
}

function transaction(applier: ChangeApplier, key: string): void {
  applier.add(table, { operation: 'insert', after: [key] });
  applier.endTransaction(checkpoint, Date.now());
}

it('each source transaction is due by itself without batch apply', () => {
  const applier = applierWith({ TargetMetadata: { BatchApplyEnabled: false } });
  applier.add(table, { operation: 'insert', after: ['1'] });
  expect(applier.isDue(busy)).toBe(false);
  applier.endTransaction(checkpoint, Date.now());
  expect(applier.isDue(busy)).toBe(true);
});

it('a batch waits for its time with batch apply, and is due at BatchSplitSize changes', () => {
  const tuning = { BatchApplyTimeoutMin: 60, BatchApplyTimeoutMax: 120 };
  const whole = applierWith({ TargetMetadata: { BatchApplyEnabled: true }, ChangeProcessingTuning: tuning });
  const split = applierWith({
    TargetMetadata: { BatchApplyEnabled: true },
    ChangeProcessingTuning: { ...tuning, BatchSplitSize: 3 },
  });
  const due = ['1', '2', '3', '4'].map((key) => {
    for (const applier of [whole, split]) transaction(applier, key);
    return [whole.isDue(busy), split.isDue(busy)];
  });
  expect(due).toEqual([
    [false, false],
    [false, false],
    [false, true],
    [false, true],
  ]);
});

it('a transaction leaves memory when it is large itself, not for complete ones before it', async () => {
  const MEGABYTE = Buffer.alloc(1024 * 1024);
  let addedRows = 0;
  const waiting = {
    add: async (_columns: unknown, count: number) => {
      addedRows += count;
    },
    drop: () => {},
  };
  const applier = new ChangeApplier({
    settings: parseTaskSettings({ TargetMetadata: { BatchApplyEnabled: true } }, []),
    session: { openWaitingRows: () => waiting },
  } as unknown as TaskContext);
  const replicated = {
    columns: ['id', 't'].map((name, sourceIndex) => ({ name, sourceIndex, bulk: { name } })),
    source: { columns: ['id', 't'] },
    key: [0],
  } as unknown as MappedTable;
  let made = 0;
  const copier: RowCopier = {
    copy: (rows, _present, into) => {
      Object.assign(rows, { remaining: 0 });
      into.columnAt(0)?.addText(String(made++));
      into.columnAt(1)?.add(MEGABYTE, 0, MEGABYTE.length);
      into.endRow();
    },
  };
  const add = async (megabytes: number): Promise<void> => {
    for (let row = 0; row < megabytes; row += 1) {
      const event = { operation: 'insert', rows: { remaining: 1 } } as unknown as RowsEvent;
      applier.copy({ ...table, replicated }, event, copier, checkpoint);
      await applier.relieve();
    }
  };
  for (const megabytes of [10, 13, 9]) {
    await add(megabytes);
    expect(applier.isDue(busy)).toBe(false);
    applier.endTransaction(checkpoint, 0);
  }
  expect(addedRows).toBe(0);
  expect(applier.isDue(busy)).toBe(true);
  await add(32);
  expect(addedRows).toBe(64);
  await applier.abandon();
});

it('the last position is told, also of a transaction without a change that ends when a commit has just ended', async () => {
  const done = async (): Promise<void> => {};
  const applier = new ChangeApplier({
    settings: parseTaskSettings({ TargetMetadata: { BatchApplyEnabled: true } }, []),
    session: { begin: done, commit: done },
    control: { writeCheckpoint: done, writeExceptions: done },
    failpoint: () => {},
  } as unknown as TaskContext);
  const told: unknown[] = [];
  const commit = (): Promise<void> => applier.commit((reached) => told.push(reached));
  const [first, second, third] = [1, 2, 3].map((offset) => ({
    position: { file: 'binlog.000001', offset },
  })) as never[];
  await applier.runBetween(done);
  applier.endTransaction(first as never, 0);
  await commit();
  // While it is under way, and then once it has ended.
  applier.endTransaction(second as never, 0);
  await applier.inProgress.settle();
  applier.endTransaction(third as never, 0);
  await commit();
  await applier.inProgress.settle();
  expect(told).toEqual([first, third]);
  expect(applier.hasWaiting).toBe(false);
});
