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
