/**
 * An ALTER TABLE of a replicated table. What it does follows from its text and the structure that the task knows;
 * today's structure serves only to look up the types of what the text names, and only if it is exactly what the text
 * makes of the known one. Everything else suspends the table.
 *
 *   1. Changes from before it are written, in the structure that they have.
 *   2. Rows that are there get the value of each new column.
 *   3. The new structure is written down. All three are in the transaction that moves the checkpoint past it.
 */
import { quoteIdentifier, quoteLiteral } from '../../../../pipeline/warehouse/sql-text';
import type { ChangeApplier } from './change-applier';
import { keepsValues } from './column-change';
import { buildMappedTable, type MappedTable, TableProblem, targetNameOf } from './mapped-table';
import { readTable } from './source-catalogue';
import { withSource } from './source-connection';
import type { SourceColumn, SourceTable } from './source-table';
import type { AlterSpec } from './statement/alter-spec';
import type { DeclaredColumn } from './statement/declared-column';
import { isOfType } from './statement/declared-type';
import { RENAMED } from './statement/parse-statement';
import { type PredictedColumn, predictColumns } from './statement/predict-columns';
import { readTargetColumns } from './target-columns';
import { type TaskContext, type TaskTable, tableStateOf } from './task-context';

export interface AlterStatement {
  readonly specs: readonly AlterSpec[];
  /** ALTER IGNORE: rows that break a new rule are changed or dropped. */
  readonly ignore: boolean;
  /** Values that do not fit are refused rather than changed (sql_mode). */
  readonly strict: boolean;
}

/** @returns why the table must be suspended; undefined when the task can continue with it. */
export async function applyAlter(
  context: TaskContext,
  applier: ChangeApplier,
  table: TaskTable,
  statement: AlterStatement,
): Promise<string | undefined> {
  const { replicated } = table;
  if (replicated === undefined) return undefined;
  const { source } = replicated;
  const refused = refusedByText(source, statement, context.server);
  if (refused !== undefined) return refused;
  if (!statement.specs.some(({ kind }) => STRUCTURAL.has(kind))) return undefined;
  const now = await withSource(context.readLogin, (connection) =>
    readTable(connection, source.database, source.table),
  );
  const columns = predictColumns(
    source.columns.map(({ name }) => name),
    statement.specs,
  );
  if (now === undefined || !isPredicted(source, columns, now) || !isConverted(statement.specs, now))
    return ALTERED_AGAIN;
  const problem = keyProblem(source, now) ?? firstProblem(replicated, columns, now, statement);
  return problem ?? (await changeStructure(context, applier, table, { columns, now }));
}

const ALTERED_AGAIN =
  'it was altered again before the task came to the first ALTER TABLE, so that the task cannot tell which structure its rows had in between';
const CASCADES =
  'a foreign key with ON DELETE or ON UPDATE CASCADE, SET NULL or SET DEFAULT was added: what it changes is not in the binlog';
const KEY_CHANGED = 'its key was changed or dropped: rows may have been told apart by it';

const STRUCTURAL = new Set<AlterSpec['kind']>([
  'add-column',
  'change-column',
  'rename-column',
  'drop-column',
  'add-key',
  'drop-key',
  'rename-key',
  'convert',
]);

function refusedByText(
  { key }: SourceTable,
  { specs, ignore }: AlterStatement,
  server: TaskContext['server'],
): string | undefined {
  for (const spec of specs) {
    switch (spec.kind) {
      case 'suspend':
        return spec.reason;
      case 'cascade':
        if (!server.logsCascades) return CASCADES;
        break;
      case 'rename':
        return RENAMED;
      case 'drop-key':
        if (key.length > 0 && sameName(spec.name, 'PRIMARY')) return KEY_CHANGED;
        break;
      case 'add-key':
      case 'change-column':
      case 'convert':
        if (ignore)
          return 'an ALTER IGNORE TABLE may have changed or dropped rows, which is not in the binlog';
        break;
      default:
        break;
    }
  }
  return undefined;
}

const sameName = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase();

const columnOf = (table: SourceTable, name: string | undefined): SourceColumn | undefined =>
  name === undefined ? undefined : table.columns.find((column) => sameName(column.name, name));

/** Names, their order, and what the statement did not name: a later ALTER TABLE shows in one of them. */
function isPredicted(before: SourceTable, columns: readonly PredictedColumn[], now: SourceTable): boolean {
  if (columns.length !== now.columns.length) return false;
  return columns.every(({ name, from, definition, converted }, index) => {
    const found = now.columns[index];
    if (found === undefined || !sameName(found.name, name)) return false;
    const known = columnOf(before, from);
    if (definition !== undefined) return isDeclared(definition, known, found);
    if (known === undefined) return false;
    return converted || (known.columnType === found.columnType && known.charset === found.charset);
  });
}

/** CONVERT TO without a name converts to the database's character set, which nobody can tell any more. */
const isConverted = (specs: readonly AlterSpec[], now: SourceTable): boolean =>
  specs.every(
    (spec) =>
      spec.kind !== 'convert' ||
      now.columns.every(
        ({ charset }) => charset === null || charset === 'binary' || charset === spec.charset,
      ),
  );

/** A character set that is not named is the table's, which nobody can tell any more unless nothing changed. */
function isDeclared(
  { type, charset }: DeclaredColumn,
  known: SourceColumn | undefined,
  found: SourceColumn,
): boolean {
  if (!isOfType(type, found.columnType)) return false;
  if (charset !== undefined) return found.charset === null || found.charset === charset;
  return known === undefined || known.charset === null || known.charset === found.charset;
}

/** A table without a key may get one; one that has a key keeps it, under whatever names. */
function keyProblem(before: SourceTable, now: SourceTable): string | undefined {
  if (before.key.length === 0) return undefined;
  const isKept =
    before.key.length === now.key.length &&
    before.key.every((name, index) => sameName(name, now.key[index] ?? ''));
  return isKept ? undefined : KEY_CHANGED;
}

function firstProblem(
  replicated: MappedTable,
  columns: readonly PredictedColumn[],
  now: SourceTable,
  { strict }: AlterStatement,
): string | undefined {
  const { source } = replicated;
  const isMapped = (name: string): boolean =>
    replicated.columns.some(({ sourceIndex }) => sameName(source.columns[sourceIndex]?.name ?? '', name)) ||
    replicated.selection?.columns.some((filtered) => sameName(filtered, name)) === true;
  for (const { name } of source.columns)
    if (isMapped(name) && !columns.some(({ name: kept }) => sameName(kept, name)))
      return `its column ${name} was dropped or renamed by ALTER TABLE`;
  for (const { name, from, definition, converted } of columns) {
    const [before, after] = [columnOf(source, from), columnOf(now, name)];
    if (before === undefined || after === undefined || !isMapped(before.name)) continue;
    if (!sameName(before.name, name)) return `its column ${before.name} was renamed by ALTER TABLE`;
    if (
      (definition !== undefined || converted) &&
      !keepsValues(before, after) &&
      !(converted && strict && before.columnType === after.columnType)
    )
      return `its column ${name} was changed by ALTER TABLE from ${before.columnType} to ${after.columnType}, which may have changed values without a row in the binlog`;
    if (
      definition?.notNull === true &&
      !isNeverNull(replicated, before) &&
      (!strict || after.dataType === 'timestamp')
    )
      return `its column ${name} was made NOT NULL under a sql_mode that is not strict: NULL became another value without a row in the binlog`;
  }
  return undefined;
}

/** A column of the key, or one that takes no NULL in the warehouse either. */
const isNeverNull = ({ source, columns }: MappedTable, { name }: SourceColumn): boolean =>
  source.key.some((column) => sameName(column, name)) ||
  columns.some(
    ({ sourceIndex, nullable }) => !nullable && sameName(source.columns[sourceIndex]?.name ?? '', name),
  );

interface NewStructure {
  readonly columns: readonly PredictedColumn[];
  readonly now: SourceTable;
}

async function changeStructure(
  context: TaskContext,
  applier: ChangeApplier,
  table: TaskTable,
  { columns, now }: NewStructure,
): Promise<string | undefined> {
  const { mappings, settings, session, control } = context;
  const targetColumns = await readTargetColumns(session, targetNameOf(now, mappings));
  let changed: MappedTable;
  try {
    changed = buildMappedTable(now, targetColumns, mappings, {
      maxLobBytes: settings.maxLobBytes,
      toleratesExtra: true,
    });
  } catch (error) {
    if (error instanceof TableProblem) return error.message;
    throw error;
  }
  const fillings = buildFillings(changed, columns);
  if ('problem' in fillings) return fillings.problem;
  await applier.runBetween(async () => {
    for (const sql of fillings.statements) await session.run(sql);
    table.replicated = changed;
    await control.writeTableState(table.name, tableStateOf(table, 'loaded'));
  });
  const { ignored = [] } = changed.source;
  context.emit({
    type: 'table-altered',
    table: table.name,
    columns: now.columns.map(({ name }) => name).filter((name) => !ignored.includes(name)),
    ignored,
  });
  return undefined;
}

/** Rows that were there before have the default of a new column, also where no row event says so. */
function buildFillings(
  changed: MappedTable,
  columns: readonly PredictedColumn[],
): { readonly statements: string[] } | { readonly problem: string } {
  const statements: string[] = [];
  for (const { name, from, definition } of columns) {
    const target = changed.columns.find(({ sourceIndex }) =>
      sameName(changed.source.columns[sourceIndex]?.name ?? '', name),
    );
    if (from !== undefined || definition === undefined || target === undefined) continue;
    const source = columnOf(changed.source, name) as SourceColumn;
    const { filling } = definition;
    const value = filling.kind === 'text' ? storedDefault(source, filling.text) : undefined;
    if (
      value === undefined ||
      (value === null && !target.nullable) ||
      (value !== null && target.check(value))
    )
      return {
        problem: `its column ${name} was added by ALTER TABLE with a value in every row that only the source can tell`,
      };
    statements.push(
      `UPDATE ${changed.targetSql} SET ${quoteIdentifier(target.name)} = ${value === null ? 'NULL' : quoteLiteral(target.replace?.(value) ?? value)}`,
    );
  }
  return { statements };
}

/** The text that a row has; undefined when it does not follow from the declaration. */
function storedDefault(column: SourceColumn, text: string | null): string | null | undefined {
  if (text === null) return null;
  if (column.dataType === 'char') return withoutBlanksAtEnd(text);
  if (column.dataType !== 'enum' && column.dataType !== 'set') return text;
  const { labels } = column.type;
  const chosen = column.dataType === 'enum' ? [text] : text.split(',');
  return text === '' || chosen.every((label) => labels.includes(label)) ? text : undefined;
}

function withoutBlanksAtEnd(text: string): string {
  let end = text.length;
  while (text.charAt(end - 1) === ' ') end -= 1;
  return text.slice(0, end);
}
