/**
 * MERGE, no wider than Redshift's: the target without alias, a table as source, no conditions on the branches,
 * each branch once. DuckDB takes far more, and takes several source rows for one target row without a word.
 */

import { WarehouseError } from '../../../runtime/ports/warehouse';
import { parseExpression } from '../sql/expression';
import { parseAlias } from '../sql/from';
import { quoteName } from '../sql/reader';
import { displayName, type TableName, type Translation } from '../sql/translation';
import { changedRows } from './changed-rows';
import type { Command, CommandSession } from './command';
import { onTable, toRead } from './needs';

interface Merge {
  readonly target: TableName;
  readonly source: TableName;
  readonly sourceText: string;
  readonly condition: string;
}

export function parseMerge(t: Translation): Command {
  const { reader } = t;
  reader.expectWord('merge', 'into');
  const target = t.tableName();
  if (!reader.isWord('using')) throw reader.syntaxError();
  reader.expectWord('using');
  if (reader.isOperator('(')) throw new WarehouseError('MERGE source must be a table, not a subquery');
  const source = t.tableName();
  if (displayName(source) === displayName(target))
    throw new WarehouseError('MERGE source and target must differ');
  t.reads.push(source);
  const alias = parseAlias(t);
  reader.expectWord('on');
  const condition = parseExpression(t).sql;
  const sourceText = `${t.text(source)}${alias === undefined ? '' : ` AS ${quoteName(alias)}`}`;
  const merge = { target, source, sourceText, condition };
  const run = reader.acceptWord('remove', 'duplicates')
    ? removeDuplicates(t, merge)
    : parseBranches(t, merge);
  return {
    locks: [
      { table: target, mode: 'write' },
      { table: source, mode: 'read' },
    ],
    needs: [...toRead([target, source]), onTable(target, 'insert'), onTable(target, 'update', 'delete')],
    run: async (session) => {
      await requireTable(session, source);
      await requireSingleMatches(session, t, merge);
      return run(session);
    },
  };
}

async function requireTable(session: CommandSession, table: TableName): Promise<void> {
  await session.columnsOf(table);
  if (table.schema === undefined) return;
  const views = await session.execute(
    `SELECT 1 FROM duckdb_views() WHERE database_name = '${session.database}' AND schema_name = '${table.schema}' AND view_name = '${table.table.replaceAll("'", "''")}'`,
  );
  if (views.rows.length > 0) throw new WarehouseError('MERGE source must be a table, not a view');
}

async function requireSingleMatches(session: CommandSession, t: Translation, merge: Merge): Promise<void> {
  const target = t.text(merge.target);
  const twice = await session.execute(
    `SELECT 1 FROM ${target} JOIN ${merge.sourceText} ON ${merge.condition} GROUP BY ${quoteName(merge.target.table)}.rowid HAVING count(*) > 1 LIMIT 1`,
  );
  if (twice.rows.length > 0) throw new WarehouseError('Found multiple matches to update the same tuple.');
}

function parseBranches(t: Translation, merge: Merge): Command['run'] {
  const { reader } = t;
  const branches = new Map<'matched' | 'not matched', string>();
  while (reader.acceptWord('when')) {
    const kind = reader.acceptWord('not', 'matched') ? 'not matched' : 'matched';
    if (kind === 'matched') reader.expectWord('matched');
    if (reader.isWord('by') || reader.isWord('and')) throw reader.syntaxError();
    reader.expectWord('then');
    if (branches.has(kind)) throw new WarehouseError(`MERGE has more than one WHEN ${kind.toUpperCase()}`);
    branches.set(kind, kind === 'matched' ? parseMatched(t) : parseNotMatched(t));
  }
  if (branches.size !== 2)
    throw new WarehouseError('MERGE needs WHEN MATCHED and WHEN NOT MATCHED, each once');
  const sql = `MERGE INTO ${t.text(merge.target)} USING ${merge.sourceText} ON ${merge.condition}
    WHEN MATCHED THEN ${branches.get('matched')} WHEN NOT MATCHED THEN ${branches.get('not matched')}`;
  return (session) => changedRows(session, sql);
}

function parseMatched(t: Translation): string {
  const { reader } = t;
  if (reader.acceptWord('delete')) return 'DELETE';
  reader.expectWord('update', 'set');
  const changes: string[] = [];
  do {
    const column = quoteName(reader.name());
    reader.expectOperator('=');
    changes.push(`${column} = ${parseExpression(t).sql}`);
  } while (reader.acceptOperator(','));
  return `UPDATE SET ${changes.join(', ')}`;
}

function parseNotMatched(t: Translation): string {
  const { reader } = t;
  reader.expectWord('insert');
  const columns: string[] = [];
  if (reader.acceptOperator('(')) {
    do columns.push(quoteName(reader.name()));
    while (reader.acceptOperator(','));
    reader.expectOperator(')');
  }
  reader.expectWord('values');
  reader.expectOperator('(');
  const values: string[] = [];
  do values.push(parseExpression(t).sql);
  while (reader.acceptOperator(','));
  reader.expectOperator(')');
  return `INSERT ${columns.length === 0 ? '' : `(${columns.join(', ')})`} VALUES (${values.join(', ')})`;
}

/** Deletes the rows that match, inserts the source's rows, each once. */
function removeDuplicates(t: Translation, merge: Merge): Command['run'] {
  return async (session) => {
    const target = t.text(merge.target);
    const deleted = await changedRows(
      session,
      `DELETE FROM ${target} USING ${merge.sourceText} WHERE ${merge.condition}`,
    );
    const inserted = await changedRows(
      session,
      `INSERT INTO ${target} SELECT DISTINCT * FROM ${t.text(merge.source)}`,
    );
    return { columns: [], rows: [], rowCount: deleted.rowCount + inserted.rowCount };
  };
}
