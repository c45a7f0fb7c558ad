/** Outcomes of distributed transactions that a server logs, forgets in a crash, and logs again as they end at last. */
import type { RowsEvent } from '../../../../../local/services/dms/binlog/binlog-event';
import type { ChangeApplier } from '../../../../../local/services/dms/task/change-applier';
import { DistributedTransactions } from '../../../../../local/services/dms/task/distributed-transactions';
import {
  PreparedTransactionLost,
  type PreparedTransactions,
} from '../../../../../local/services/dms/task/prepared-transactions';
import type { RowChanges } from '../../../../../local/services/dms/task/row-changes';
import type { TaskContext } from '../../../../../local/services/dms/task/task-context';

const at = (offset: number) => ({ file: 'binlog.000001', offset });
const XID = "X'61',X'',1";

/** What is done with the rows of one, whose earlier outcome is at 100 and whose last one is at 200. */
async function end(
  outcome: 'COMMIT' | 'ROLLBACK',
  given: { known?: boolean; earlier?: 'COMMIT' | 'ROLLBACK'; copiedAt?: number; lost?: boolean },
): Promise<string[]> {
  const done: string[] = [];
  const event = { map: { database: 'd', table: 't' } } as RowsEvent;
  const rows = async function* () {
    if (given.lost === true) throw new PreparedTransactionLost('the binlog in which it was prepared is gone');
    yield event;
  };
  const snapshotPosition = at(given.copiedAt ?? 4);
  const transactions = new DistributedTransactions(
    {
      tables: new Map([['d.t', { name: 'd.t', snapshotPosition, statistics: { state: 'suspended' } }]]),
    } as unknown as TaskContext,
    { runBetween: (work: () => Promise<void>) => work() } as unknown as ChangeApplier,
    {
      apply: async () => done.push('applied'),
      suspendTableOf: async () => done.push('suspended'),
    } as unknown as RowChanges,
    {
      isKnown: () => given.known === true,
      rowsOf: rows,
      remove: async () => done.push('forgotten'),
      earlier: async () => ({
        rows,
        ...(given.earlier === undefined ? {} : { ended: { outcome: given.earlier, at: at(100) } }),
      }),
    } as unknown as PreparedTransactions,
  );
  expect(await transactions.handleStatement(`XA ${outcome} ${XID}`, at(200))).toBe(true);
  return done;
}

it.each([
  ['a prepared one is committed', 'COMMIT', { known: true }, ['applied', 'forgotten']],
  ['a prepared one is rolled back', 'ROLLBACK', { known: true }, ['forgotten']],
  ['one of before the first position is committed', 'COMMIT', {}, ['applied']],
  ['one of before the first position is rolled back', 'ROLLBACK', {}, []],
  ['one is committed twice', 'COMMIT', { earlier: 'COMMIT' }, []],
  [
    'one is committed twice, and its table was copied in between',
    'COMMIT',
    { earlier: 'COMMIT', copiedAt: 150 },
    ['applied'],
  ],
  ['one is committed after all', 'COMMIT', { earlier: 'ROLLBACK' }, ['applied']],
  ['one is rolled back after all', 'ROLLBACK', { earlier: 'COMMIT' }, ['suspended']],
  [
    'one is rolled back after all, and its table was copied in between',
    'ROLLBACK',
    { earlier: 'COMMIT', copiedAt: 150 },
    [],
  ],
  ['one is rolled back twice', 'ROLLBACK', { earlier: 'ROLLBACK' }, []],
  ['one is rolled back that nothing is known of', 'ROLLBACK', { earlier: 'COMMIT', lost: true }, []],
] as const)('a distributed transaction has its last outcome: %s', async (_what, outcome, given, done) => {
  expect(await end(outcome, given)).toEqual(done);
});
