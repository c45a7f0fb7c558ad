/** The port's append of columns: the bytes go to the engine as a file, which reads and checks them in its own threads. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { PackedColumn } from '../../../runtime/ports/warehouse';
import { quoteName, quoteText } from '../sql/names';
import type { TableColumn } from './catalog';
import {
  type PartTarget,
  partTableSql,
  partTargets,
  partValue,
  readPartsSql,
  withPartFile,
} from './part-file';

export async function appendColumns(
  connection: DuckDBConnection,
  target: PartTarget,
  rows: { readonly columns: readonly PackedColumn[]; readonly rowCount: number },
): Promise<void> {
  const targets = await partTargets(target, rows.columns);
  const values = rows.columns.map((column, index) =>
    valueSql(column, targets[index] as TableColumn, `c${index}`),
  );
  await withPartFile(target.folder, rows, (file) =>
    connection.run(
      [
        `INSERT INTO ${partTableSql(target)} (${targets.map(({ name }) => quoteName(name)).join(', ')})`,
        `SELECT ${values.join(', ')}`,
        `FROM ${readPartsSql([file])}`,
      ].join('\n'),
    ),
  );
}

/** Fails where the column does not hold the text exactly. */
function valueSql(column: PackedColumn, target: TableColumn, text: string): string {
  const { cast, misfit } = partValue(column, target, text);
  const value = cast?.('CAST') ?? text;
  const conditions = [
    ...(target.nullable ? [] : [`${text} IS NULL`]),
    ...(misfit === undefined ? [] : [misfit]),
  ];
  if (conditions.length === 0) return value;
  const message = quoteText(`column "${column.name}" does not hold a value`);
  return `CASE WHEN ${conditions.join(' OR ')} THEN error(${message}) ELSE ${value} END`;
}
