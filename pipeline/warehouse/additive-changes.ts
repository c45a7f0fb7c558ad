/**
 * Changes of the catalogue that only add to a table that is there: columns, which take NULL and which Redshift adds at
 * its end, and longer texts. Set-up makes them by itself; nothing that is in the table changes. Everything else stays a
 * difference that is reported.
 */
import { quoteIdentifier, quoteTable } from './sql-text';
import type { ExistingTables } from './table-check';
import type { DefinedColumn, TableDefinition } from './table-definitions';
import { buildEncodedColumn } from './warehouse-ddl';
import { catalogType } from './warehouse-types';

/**
 * One statement per change; none for a table that is absent, is right, or differs in another way. Redshift changes the
 * length of a text outside of transactions only (Amazon Redshift database developer guide, ALTER TABLE), so each is
 * run by itself; a run that stopped between two is completed by the next.
 */
export function buildAdditions(definitions: readonly TableDefinition[], existing: ExistingTables): string[] {
  return definitions.flatMap((definition) => {
    const actual = existing.get(`${definition.schema}.${definition.table}`) ?? [];
    if (actual.length === 0 || actual.length > definition.columns.length) return [];
    const table = quoteTable(definition.schema, definition.table);
    const statements: string[] = [];
    let unknown = actual;
    for (const [index, column] of definition.columns.entries()) {
      const found = definition.isOrderFree === true ? findColumn(column, unknown) : actual[index];
      unknown = unknown.filter((other) => other !== found);
      const change =
        found === undefined
          ? addition(column, definition.primaryKey)
          : widening(column, found, definition.primaryKey);
      if (change === undefined) return [];
      if (change !== '') statements.push(`ALTER TABLE ${table} ${change}`);
    }
    // A column that the catalogue no longer has is for a person to drop.
    return unknown.length > 0 ? [] : statements;
  });
}

/** What follows the name of a column that a type of the catalogue can have; a name may hold blanks. */
const TYPE_NAME =
  /^(character varying\(\d+\)|numeric\(\d+,\d+\)|smallint|integer|bigint|real|double precision|boolean|date|super|timestamp without time zone)$/;

const findColumn = ({ name }: DefinedColumn, existing: readonly string[]): string | undefined =>
  existing.find((found) => found.startsWith(`${name} `) && TYPE_NAME.test(found.slice(name.length + 1)));

/** Rows that are there have no value yet, so that the column is nullable whatever the catalogue says. */
const addition = (column: DefinedColumn, key: readonly string[]): string | undefined =>
  key.includes(column.name) ? undefined : `ADD COLUMN ${buildEncodedColumn({ ...column, nullable: true })}`;

const TEXT = /^character varying\((\d+)\)$/;

/** Empty when the column is right; undefined when it differs in more than the length of a text. */
function widening(column: DefinedColumn, found: string, key: readonly string[]): string | undefined {
  const expected = catalogType(column.sqlType);
  if (found === `${column.name} ${expected}`) return '';
  if (!found.startsWith(`${column.name} `) || key.includes(column.name)) return undefined;
  const [wanted, has] = [TEXT.exec(expected)?.[1], TEXT.exec(found.slice(column.name.length + 1))?.[1]];
  if (wanted === undefined || has === undefined || Number(wanted) < Number(has)) return undefined;
  return `ALTER COLUMN ${quoteIdentifier(column.name)} TYPE ${column.sqlType}`;
}
