/**
 * Why a table cannot be followed over an ALTER TABLE: what the statement's text says, what the types before and after
 * say, and what the rows of the warehouse say where only some values would be changed.
 */

import {
  isCopiedUnderLock,
  isSameEngine,
  keepsRowsAndKeys,
} from '../../../../pipeline/values/storage-engine';
import { quoteIdentifier } from '../../../../pipeline/warehouse/sql-text';
import type { WarehouseSession } from '../../../runtime/ports/warehouse';
import { hasMoreDigits, keepsValues } from './column-change';
import type { MappedTable, ReplicatedColumn } from './mapped-table';
import { columnOf, type SourceColumn, type SourceTable, sameName } from './source-table';
import type { AlterSpec } from './statement/alter-spec';
import { RENAMED } from './statement/parse-statement';
import type { PredictedColumn } from './statement/predict-columns';
import type { TypeModes } from './statement/sql-tokens';

export interface AlterStatement {
  readonly specs: readonly AlterSpec[];
  /** ALTER IGNORE: rows that break a new rule are changed or dropped. */
  readonly ignore: boolean;
  /** Values that do not fit are refused rather than changed (sql_mode). */
  readonly strict: boolean;
  readonly modes: TypeModes;
}

export const ALTERED_AGAIN =
  'it was altered again before the task came to the first ALTER TABLE, so that the task cannot tell which structure its rows had in between';
const CASCADES =
  'a foreign key with ON DELETE or ON UPDATE CASCADE, SET NULL or SET DEFAULT was added: what it changes is not in the binlog';
const KEY_CHANGED = 'its key was changed or dropped: rows may have been told apart by it';
const REPAIRED =
  'it was repaired: rows that could not be read were dropped without a word in the binlog, if there were any';
const IGNORED = 'an ALTER IGNORE TABLE may have changed or dropped rows, which is not in the binlog';

export function refusedByText(
  { key, keyName = 'PRIMARY', engine }: SourceTable,
  { specs, ignore }: AlterStatement,
  server: { readonly logsCascades: boolean },
): string | undefined {
  if (ignore) return IGNORED;
  for (const spec of specs) {
    switch (spec.kind) {
      case 'suspend':
        return spec.reason;
      case 'cascade':
        if (!server.logsCascades) return CASCADES;
        break;
      case 'rename':
        return RENAMED;
      case 'engine':
        if (!isSameEngine(engine, spec.engine) && !keepsRowsAndKeys(spec.engine))
          return `its storage engine became ${spec.engine}`;
        break;
      case 'repair':
        if (isCopiedUnderLock(engine)) return REPAIRED;
        break;
      case 'drop-key':
        if (key.length > 0 && sameName(spec.name, keyName)) return KEY_CHANGED;
        break;
      default:
        break;
    }
  }
  return undefined;
}

/** Whether a clause may change columns, the key or the engine. A table with a primary key has no other one. */
export function isStructural({ keyName, engine }: SourceTable, spec: AlterSpec): boolean {
  switch (spec.kind) {
    case 'engine':
      return !isSameEngine(engine, spec.engine);
    case 'add-column':
    case 'change-column':
    case 'rename-column':
    case 'drop-column':
    case 'convert':
      return true;
    case 'add-key':
      return spec.primary || keyName !== 'PRIMARY';
    case 'drop-key':
    case 'rename-key':
      return keyName !== 'PRIMARY';
    default:
      return false;
  }
}

/** A table without a key may get one; one that has a key keeps it, under whatever names. */
export function keyProblem(before: SourceTable, now: SourceTable): string | undefined {
  if (before.key.length === 0) return undefined;
  const isKept =
    before.key.length === now.key.length &&
    before.key.every((name, index) => sameName(name, now.key[index] ?? ''));
  return isKept ? undefined : KEY_CHANGED;
}

export interface Alteration {
  readonly columns: readonly PredictedColumn[];
  readonly now: SourceTable;
  readonly statement: AlterStatement;
}

export function firstProblem(replicated: MappedTable, alteration: Alteration): string | undefined {
  const { source } = replicated;
  for (const { name } of source.columns)
    if (isMapped(replicated, name) && !isStillThere(replicated, name, alteration.columns))
      return `its column ${name} was dropped or renamed by ALTER TABLE`;
  for (const column of alteration.columns) {
    const problem = columnProblem(replicated, column, alteration);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/**
 * Under its name there may be another column now. A new one has its default in every row, which the warehouse gets as
 * well; but by that of a column that selects rows, others may be selected.
 */
function isStillThere(replicated: MappedTable, name: string, columns: readonly PredictedColumn[]): boolean {
  const now = columns.find((column) => sameName(column.name, name));
  if (now?.from !== undefined) return sameName(now.from, name);
  return now !== undefined && !isSelecting(replicated, name);
}

/** A column of the warehouse, or one by which rows are selected. */
const isMapped = (replicated: MappedTable, name: string): boolean =>
  targetColumnOf(replicated, name) !== undefined || isSelecting(replicated, name);

const isSelecting = ({ selection }: MappedTable, name: string): boolean =>
  selection?.columns.some((filtered) => sameName(filtered, name)) === true;

export const targetColumnOf = (
  { source, columns }: MappedTable,
  name: string,
): ReplicatedColumn | undefined =>
  columns.find(({ sourceIndex }) => sameName(source.columns[sourceIndex]?.name ?? '', name));

function columnProblem(
  replicated: MappedTable,
  { name, from, definition, converted }: PredictedColumn,
  { now, statement: { strict } }: Alteration,
): string | undefined {
  const [before, after] = [columnOf(replicated.source, from), columnOf(now, name)];
  if (before === undefined || after === undefined) return undefined;
  const isDeclaredAgain = definition !== undefined || (converted && after.charset !== null);
  const target = targetColumnOf(replicated, before.name);
  const computed = isDeclaredAgain
    ? now.columns.find((one) => isMapped(replicated, one.name) && isComputedFrom(now, one, name))
    : undefined;
  if (computed !== undefined)
    return `its column ${computed.name} is worked out from ${name}, which ALTER TABLE declared again, so that its values may be others now`;
  if (!isMapped(replicated, before.name)) return undefined;
  if (!sameName(before.name, name)) return `its column ${before.name} was renamed by ALTER TABLE`;
  if (definition?.isGenerated === true)
    return `its column ${name} is worked out by the source in another way since ALTER TABLE`;
  if (
    isDeclaredAgain &&
    !keepsValues(before, after) &&
    !(converted && strict && before.columnType === after.columnType)
  )
    return `its column ${name} was changed by ALTER TABLE from ${typesText(before, after)}, which may have changed values without a row in the binlog`;
  if (isDeclaredAgain && target?.isText === true && hasMoreDigits(before, after))
    return `its column ${name} became ${after.columnType} by ALTER TABLE, with more digits behind the point; in the warehouse it is a text, which has those of ${before.columnType} in earlier rows`;
  return undefined;
}

/** With their character sets, where nothing else differs. */
function typesText(...columns: readonly [SourceColumn, SourceColumn]): string {
  const isAlike = columns[0].columnType === columns[1].columnType;
  return columns
    .map(({ columnType, charset }) => (isAlike && charset !== null ? `${columnType} ${charset}` : columnType))
    .join(' to ');
}

/** Perhaps through columns between them. Servers quote names in an expression, whatever was written. */
function isComputedFrom(table: SourceTable, { expression = '' }: SourceColumn, name: string): boolean {
  const names = (wanted: string): boolean => expression.toLowerCase().includes(`\`${wanted.toLowerCase()}\``);
  if (expression === '') return false;
  return (
    names(name) ||
    table.columns.some((between) => names(between.name) && isComputedFrom(table, between, name))
  );
}

/** Rows that the statement changed without a row in the binlog, if there are any: then the table is suspended. */
export interface RowsInDoubt {
  /** Of the warehouse, which has the values from before; absent where it has no such column. */
  readonly condition?: string;
  readonly problem: string;
}

/** NULL in what became NOT NULL, and 0 or NULL in what numbers itself now. */
export function rowsInDoubt(replicated: MappedTable, alteration: Alteration): RowsInDoubt[] {
  return alteration.columns.flatMap(({ name, from, definition }): RowsInDoubt[] => {
    const before = columnOf(replicated.source, from);
    if (before === undefined || !isMapped(replicated, before.name)) return [];
    const target = targetColumnOf(replicated, before.name);
    const quoted = target === undefined ? undefined : quoteIdentifier(target.name);
    const rows = (condition: (column: string) => string, problem: string): RowsInDoubt =>
      quoted === undefined ? { problem } : { condition: condition(quoted), problem };
    const found: RowsInDoubt[] = [];
    if (becameNotNull(replicated, before, definition?.notNull === true, alteration))
      found.push(
        rows(
          (column) => `${column} IS NULL`,
          `its column ${name} was made NOT NULL under a sql_mode that is not strict: NULL became another value without a row in the binlog`,
        ),
      );
    if (definition?.isAutoIncrement === true)
      found.push(
        rows(
          (column) => `${column} = 0 OR ${column} IS NULL`,
          `its column ${name} was made AUTO_INCREMENT: rows that had 0 or NULL in it got numbers without a row in the binlog`,
        ),
      );
    return found;
  });
}

/** By its own declaration, or as a part of a primary key. A TIMESTAMP becomes the time of the statement in any sql_mode. */
function becameNotNull(
  replicated: MappedTable,
  before: SourceColumn,
  isDeclaredNotNull: boolean,
  { now, statement: { specs, strict } }: Alteration,
): boolean {
  const isInNewKey =
    specs.some((spec) => spec.kind === 'add-key' && spec.primary) &&
    now.key.some((name) => sameName(name, before.name));
  if (!isDeclaredNotNull && !isInNewKey) return false;
  return !isNeverNull(replicated, before) && (!strict || before.dataType === 'timestamp');
}

export async function findChangedRows(
  session: WarehouseSession,
  { targetSql }: MappedTable,
  changes: readonly RowsInDoubt[],
): Promise<string | undefined> {
  for (const { condition, problem } of changes) {
    if (condition === undefined) return problem;
    const { rows } = await session.run(`SELECT 1 FROM ${targetSql} WHERE ${condition} LIMIT 1`);
    if (rows.length > 0) return problem;
  }
  return undefined;
}

/** A column of the key, or one that takes no NULL in the warehouse either. */
const isNeverNull = (replicated: MappedTable, { name }: SourceColumn): boolean =>
  replicated.source.key.some((column) => sameName(column, name)) ||
  targetColumnOf(replicated, name)?.nullable === false;
