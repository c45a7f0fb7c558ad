import { checkMysqlTable } from '../../../../../pipeline/mysql/mysql-table-check';
import { parseCreateTables } from '../../../../../pipeline/values/mysql-create-table';
import { adoptTables, differingTables, mappingsOf } from '../../../../support/adopted-tables';
import { readExistingTables } from '../../../../support/existing-tables';
import { TaskBed, TIMEOUT_MS } from './task-bed';

/** Each of the tables is copied in transactions of its own. */
const MANY_TABLES_MS = 9 * TIMEOUT_MS;

describe('tables that others made', () => {
  let bed: TaskBed;
  beforeAll(async () => {
    bed = await TaskBed.start();
  });
  afterAll(() => bed?.stop());

  it(
    'are each equal by copy and stream, or refused by name with what to do',
    async () => {
      await bed.createDatabase('others');
      await bed.source('USE others');
      const existing = readExistingTables(bed.server.flavour);
      expect(existing.length).toBeGreaterThanOrEqual(150);
      for (const { create } of existing) await bed.source(...create);
      const refused = new Map<string, string>();
      const tables = await adoptTables(bed, 'others', (table, reason) => refused.set(table, reason));
      for (const table of tables)
        expect(await checkMysqlTable(bed.admin.promise() as never, table)).toEqual([]);

      const { task } = await bed.task('others', { tableMappings: mappingsOf(tables) });
      task.start('start-replication');
      await task.waitUntilApplied({ timeoutMs: MANY_TABLES_MS });
      for (const { table, suspendedBecause, rejected } of task.describe().tables)
        if (suspendedBecause !== undefined || rejected > 0)
          refused.set(table.slice('others.'.length), suspendedBecause ?? `${rejected} rows are rejected`);
      const followed = tables.filter(({ sourceTable = '' }) => !refused.has(sourceTable));
      expect(await differingTables(bed, followed)).toEqual([]);

      for (const { change } of existing) await bed.source(...change);
      await task.waitUntilApplied({ timeoutMs: MANY_TABLES_MS });
      expect(task.describe().tables.filter(({ rejected }) => rejected > 0)).toEqual([]);
      expect(await differingTables(bed, followed)).toEqual([]);
      const expected = existing.flatMap(({ name, refused: words }) =>
        words === undefined ? [] : [[name, expect.stringContaining(words)]],
      );
      expect([...refused].sort()).toEqual(expected.sort());
      expect(followed.length / existing.length).toBeGreaterThan(0.95);
      await task.close();
    },
    MANY_TABLES_MS,
  );

  it('are read alike from the statement that made them and from SHOW CREATE TABLE', async () => {
    for (const { name, create } of readExistingTables(bed.server.flavour)) {
      const statement = create.find((text) => text.includes('CREATE TABLE') && text.includes('('));
      if (statement === undefined || / AS SELECT |TEXT\(|BLOB\(|generated_primary_key/.test(statement))
        continue;
      const [row] = (await bed.rows(`SHOW CREATE TABLE others.\`${name.replaceAll('`', '``')}\``)) as Record<
        string,
        string
      >[];
      expect([name, shapeOf(statement)]).toEqual([name, shapeOf(row?.['Create Table'] ?? '')]);
    }
  });
});

/** Without what the server fills in: character sets, and the text of expressions. */
function shapeOf(statement: string): unknown {
  const [table] = parseCreateTables(statement);
  return {
    table: table?.table,
    key: table?.key,
    columns: table?.columns.map(({ name, declaration }) => [
      name,
      declaration.type,
      declaration.nullable,
      declaration.generated,
    ]),
  };
}
