/** Whether today's structure is what an ALTER TABLE makes of the one before: if not, a later statement changed it again. */
import { CHARSET_BYTES } from '../../../../pipeline/values/table-limits';
import { columnOf, type SourceColumn, type SourceTable, sameName } from './source-table';
import type { AlterSpec } from './statement/alter-spec';
import type { DeclaredColumn } from './statement/declared-column';
import { isOfType } from './statement/declared-type';
import type { PredictedColumn } from './statement/predict-columns';
import type { TypeModes } from './statement/sql-tokens';

/** Names, their order, and what the statement did not name: a later ALTER TABLE shows in one of them. */
export function isPredicted(
  before: SourceTable,
  columns: readonly PredictedColumn[],
  now: SourceTable,
  modes?: TypeModes,
): boolean {
  if (columns.length !== now.columns.length) return false;
  return columns.every(({ name, from, definition, converted }, index) => {
    const found = now.columns[index];
    if (found === undefined || !sameName(found.name, name)) return false;
    const known = columnOf(before, from);
    if (definition !== undefined) return isDeclared(definition, known, found, modes);
    if (known === undefined) return false;
    return converted || (known.columnType === found.columnType && known.charset === found.charset);
  });
}

/** CONVERT TO without a name converts to the database's character set, which nobody can tell any more. */
export const isConverted = (specs: readonly AlterSpec[], now: SourceTable): boolean =>
  specs.every(
    (spec) =>
      spec.kind !== 'convert' ||
      now.columns.every(
        ({ charset }) =>
          charset === null ||
          charset === 'binary' ||
          (spec.charset !== undefined && isCharset(charset, spec.charset)),
      ),
  );

/** `utf8` is one or the other of two (MariaDB's `old_mode`). */
const isCharset = (found: string, declared: string): boolean =>
  found === declared || (declared === 'utf8' && (found === 'utf8mb3' || found === 'utf8mb4'));

/**
 * A character set that is not named is the table's, which nobody can tell any more unless nothing changed; or where rows
 * in another one would have another length: so many bytes a character have no others that are used.
 */
function isDeclared(
  { type, charset }: DeclaredColumn,
  known: SourceColumn | undefined,
  found: SourceColumn,
  modes?: TypeModes,
): boolean {
  const facts = {
    columnType: found.columnType,
    characterBytes: CHARSET_BYTES[found.charset ?? ''] ?? 1,
    isBytes: type.isBytes || charset === 'binary',
  };
  if (!isOfType(type, facts, modes)) return false;
  if (found.charset === null) return true;
  if (charset !== undefined) return isCharset(found.charset, charset);
  if (known === undefined || known.charset === null || known.charset === found.charset) return true;
  return /^(?:var)?char$/.test(found.dataType) && TOLD_BY_LENGTH.includes(found.charset);
}

const TOLD_BY_LENGTH = ['utf8mb4', 'utf8mb3'];
