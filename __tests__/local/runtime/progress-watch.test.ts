import type { RuntimeEvent } from '../../../local/runtime/events';
import { ProgressWatch } from '../../../local/runtime/progress-watch';

const ofTask = (event: Extract<RuntimeEvent, { type: 'task' }>['event']): RuntimeEvent => ({
  type: 'task',
  identifier: 'task-shop',
  event,
});

it('a wait is ended by what nothing can follow, not by the table that was suspended before', async () => {
  const watch = new ProgressWatch();
  watch.see(ofTask({ type: 'table-suspended', table: 'shop.orders', reason: 'it was dropped' }));
  watch.see(ofTask({ type: 'failed', code: 'REPLICATION_TASK_FAILED', message: 'every table is suspended' }));
  await expect(watch.during('the others', new Promise(() => undefined))).rejects.toThrow(
    'every table is suspended',
  );
});
