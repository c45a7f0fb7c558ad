/**
 * Quotes a MySQL identifier.
 * @throws RangeError when MySQL could not take it: 1 to 64 characters, no NUL (MySQL manual, "Schema Object Names").
 */
export function quoteMysqlIdentifier(name: string): string {
  if (name === '' || [...name].length > 64 || name.includes('\0')) {
    throw new RangeError(
      `a MySQL identifier has 1 to 64 characters and no NUL, got: ${JSON.stringify(name)}`,
    );
  }
  return `\`${name.replaceAll('`', '``')}\``;
}

/** `database`.`table`, both quoted; of a table of the catalogue as MySQL calls it. */
export function quoteMysqlTable(table: {
  readonly database: string;
  readonly name: string;
  readonly sourceTable?: string;
}): string {
  return `${quoteMysqlIdentifier(table.database)}.${quoteMysqlIdentifier(table.sourceTable ?? table.name)}`;
}
