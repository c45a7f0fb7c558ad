import { readSelectedTables } from '../../../../../local/services/dms/task/source-catalogue';
import { openSource } from '../../../../../local/services/dms/task/source-connection';
import { parseTableMappings } from '../../../../../local/services/dms/task/table-mappings';
import { checkMysqlTable } from '../../../../../pipeline/mysql/mysql-table-check';
import { parseCreateTables } from '../../../../../pipeline/values/mysql-create-table';
import { adoptTables, differingTables, mappingsOf } from '../../../../support/adopted-tables';
import { readExistingTables } from '../../../../support/existing-tables';
import { TaskBed, TIMEOUT_MS } from './task-bed';

/** Each of the tables is copied in transactions of its own. */
const MANY_TABLES_MS = 9 * TIMEOUT_MS;
/** MariaDB's own list leaves the table out in one of forty. */
const LOOKS = 400;

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

  it('are found at any moment of an ALTER TABLE that copies one', async () => {
    await bed.createDatabase('moving');
    await bed.source('CREATE TABLE moving.t (id INT PRIMARY KEY, v VARCHAR(20))');
    const tables = await adoptTables(bed, 'moving', (table, reason) => {
      throw new Error(`${table}: ${reason}`);
    });
    const mappings = parseTableMappings(mappingsOf(tables), []);
    let isLooking = true;
    const alter = async (): Promise<void> => {
      for (let size = 20; isLooking; size = 41 - size)
        await bed.source(`ALTER TABLE moving.t MODIFY v VARCHAR(${size}), ALGORITHM=COPY`);
    };
    const look = async (): Promise<number> => {
      const connection = await openSource(async () => bed.login);
      let found = 0;
      for (let at = 0; at < LOOKS; at += 1)
        found += (await readSelectedTables(connection, mappings, { logsCascades: true }, [])).length;
      connection.destroy();
      isLooking = false;
      return found;
    };
    const [found] = await Promise.all([look(), alter()]);
    expect(found).toBe(LOOKS);
  });

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
