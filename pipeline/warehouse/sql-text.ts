/** The only places where a name or a value becomes part of a statement. */

/** Amazon Redshift database developer guide, "Names and identifiers". */
export const MAX_NAME_BYTES = 127;

/**
 * A name in double quotes, so that reserved words may be used. Redshift folds names to lower case even when quoted.
 * @throws RangeError for a name that the warehouse would cut or change.
 */
export function quoteIdentifier(name: string): string {
  if (name === '' || Buffer.byteLength(name) > MAX_NAME_BYTES || name.includes('\0')) {
    throw new RangeError(
      `a name in the warehouse has 1 to ${MAX_NAME_BYTES} bytes and no NUL, got ${Buffer.byteLength(name)} bytes: ${JSON.stringify(name.slice(0, 40))}`,
    );
  }
  return `"${name.replaceAll('"', '""')}"`;
}

/** `"schema"."table"`. */
export const quoteTable = (schema: string, table: string): string =>
  `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;

/** `"a", "b"`. */
export const quoteList = (names: readonly string[]): string => names.map(quoteIdentifier).join(', ');

/**
 * A text in single quotes. For names, ARNs and addresses that the pipeline makes itself; a row's values are
 * never part of a statement. Redshift takes a backslash as an escape and the standard does not, so that one (a MySQL
 * table may be named with it) is given by its number: then it is an expression, which COMMENT and COPY do not take.
 * @throws RangeError for a NUL.
 */
export function quoteLiteral(text: string): string {
  if (text.includes('\0')) throw new RangeError('a literal in a statement must not hold a NUL');
  const parts = text.split('\\').map((part) => `'${part.replaceAll("'", "''")}'`);
  return parts.length === 1 ? parts.join('') : `(${parts.join(' || CHR(92) || ')})`;
}
