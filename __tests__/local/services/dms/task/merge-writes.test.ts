import type { TableMap } from '../../../../../local/services/dms/binlog/table-map';
import { MergeWrites } from '../../../../../local/services/dms/task/merge-writes';
import { newTaskTable, type TaskContext } from '../../../../../local/services/dms/task/task-context';

const mapOf = (table: string): TableMap => ({ database: 'd', table, columns: [] });

/** One replicated table without transactions, `d.m`. */
function mergeWrites(engines: Readonly<Record<string, string>>) {
  const asked: string[] = [];
  const table = Object.assign(newTaskTable('d.m'), { replicated: { source: { engine: 'MyISAM' } } });
  const context = { tables: new Map([['d.m', table]]), server: {} } as unknown as TaskContext;
  const writes = new MergeWrites(context, async (map) => {
    asked.push(map.table);
    return engines[map.table];
  });
  const under = async (map: TableMap, ...opened: readonly TableMap[]): Promise<string[]> =>
    (await writes.tablesUnder({ map, opened: [map, ...opened] })).map(({ name }) => name);
  return { asked, under };
}

it('the server is asked once for what kind of table it is, until the table is altered', async () => {
  const { asked, under } = mergeWrites({ u: 'MRG_MyISAM', f: 'MyISAM' });
  const [union, filled, m] = [mapOf('u'), mapOf('f'), mapOf('m')];
  for (let event = 0; event < 3; event += 1) {
    expect(await under(union, m)).toEqual(['d.m']);
    expect(await under(filled, m)).toEqual([]);
  }
  expect(asked).toEqual(['u', 'f']);
  expect(await under(mapOf('f'), m)).toEqual([]);
  expect(asked).toEqual(['u', 'f', 'f']);
});

it('the server is not asked for a statement that opened no such table', async () => {
  const { asked, under } = mergeWrites({});
  const other = { ...mapOf('m'), columns: [{ type: 3, size: 0, scale: 0 }] };
  expect(await under(mapOf('f'))).toEqual([]);
  expect(await under(mapOf('f'), mapOf('x'))).toEqual([]);
  expect(await under(mapOf('f'), other)).toEqual([]);
  expect(asked).toEqual([]);
});

it('a table that the user of the task does not see may be a MERGE table', async () => {
  const { under } = mergeWrites({});
  expect(await under(mapOf('hidden'), mapOf('m'))).toEqual(['d.m']);
});
