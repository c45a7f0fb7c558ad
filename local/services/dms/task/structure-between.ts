/**
 * The structure between an ALTER TABLE and those that follow it, as far as those only add columns, as migrations do one
 * after the other, or give a key to a table that had none.
 */
import { ALTERED_AGAIN } from './alter-problem';
import { type SourceColumn, type SourceTable, sameName } from './source-table';
import type { AlterSpec } from './statement/alter-spec';
import type { PredictedColumn } from './statement/predict-columns';

const KEY_OF_UNKNOWN_ORDER =
  'a unique index and NOT NULL together gave it a key, and when it had both the binlog does not tell: until then rows were distinguished in another way';

interface KeyFacts {
  readonly specs: readonly AlterSpec[];
  /** Of a column of the key, as far as is known without the statement. */
  readonly isNeverNull: (name: string) => boolean;
}

/** @returns a text: why nobody can tell. */
export function structureBetween(
  today: SourceTable,
  before: SourceTable,
  columns: readonly PredictedColumn[],
  { specs, isNeverNull }: KeyFacts,
): SourceTable | string {
  const isOfThis = ({ name }: SourceColumn): boolean => columns.some((column) => sameName(column.name, name));
  const now = { ...today, columns: today.columns.filter(isOfThis) };
  const declared = columns.filter(({ name }) => today.key.some((column) => sameName(column, name)));
  if (!isSameKey(before.key, today.key)) {
    if (before.key.length === 0) return withKeyOfThis(now, declared, { specs, isNeverNull });
    return today.columns.every(isOfThis) ? now : ALTERED_AGAIN;
  }
  const takesNull = declared.some(({ definition }) => definition !== undefined && !isNotNull(definition));
  if (before.keyName !== 'PRIMARY' && before.keyName !== undefined && takesNull) return ALTERED_AGAIN;
  const isNameOfThis = specs.some(
    (spec) =>
      (spec.kind === 'rename-key' && sameName(spec.to, today.keyName ?? '')) || isKeyAdded(today, spec),
  );
  return isNameOfThis || before.keyName === undefined ? now : { ...now, keyName: before.keyName };
}

const isSameKey = (left: readonly string[], right: readonly string[]): boolean =>
  left.length === right.length && left.every((name, index) => sameName(name, right[index] ?? ''));

const isKeyAdded = ({ key, keyName }: SourceTable, spec: AlterSpec): boolean =>
  spec.kind === 'add-key' && spec.primary === (keyName === 'PRIMARY') && isSameKey(spec.columns, key);

const isNotNull = ({ notNull, isAutoIncrement }: NonNullable<PredictedColumn['definition']>): boolean =>
  notNull || isAutoIncrement;

/** Of a table that had no key. A unique index is none while a column of it takes NULL. */
function withKeyOfThis(
  now: SourceTable,
  declared: readonly PredictedColumn[],
  { specs, isNeverNull }: KeyFacts,
): SourceTable | string {
  const isAdded =
    specs.some((spec) => isKeyAdded(now, spec)) ||
    (now.key.length === 1 && declared.some(({ definition }) => definition?.isKey === true));
  const { keyName, ...rest } = now;
  const keyless = { ...rest, key: [] };
  if (keyName === 'PRIMARY') return isAdded ? now : keyless;
  const becameNotNull = declared.filter(
    ({ definition }) => definition !== undefined && isNotNull(definition),
  );
  if (!isAdded) return becameNotNull.length === 0 ? keyless : KEY_OF_UNKNOWN_ORDER;
  const isKey = now.key.every(
    (name) => isNeverNull(name) || becameNotNull.some((column) => sameName(column.name, name)),
  );
  return isKey ? now : KEY_OF_UNKNOWN_ORDER;
}
