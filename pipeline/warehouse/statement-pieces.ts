/** Values that a statement names, in pieces, so that no statement is longer than the Data API takes. */
import { LONGEST_STATEMENT_BYTES } from '../values/table-limits';

/** What stands around a value in a list. */
const AROUND_A_VALUE = `'', `.length;

/**
 * At most `most` values a piece. `build` makes the statement for a piece; all values are about as long as the first one,
 * and a piece has at least one value even if its statement is too long.
 */
export function* statementPieces(
  values: readonly string[],
  most: number,
  build: (piece: readonly string[]) => string,
): Generator<readonly string[]> {
  const [first] = values;
  if (first === undefined) return;
  const longest = values.reduce((bytes, value) => Math.max(bytes, Buffer.byteLength(value)), 0);
  const room = LONGEST_STATEMENT_BYTES - Buffer.byteLength(build([first]));
  const count = Math.max(1, Math.min(most, Math.floor(room / (longest + AROUND_A_VALUE))));
  for (let at = 0; at < values.length; at += count) yield values.slice(at, at + count);
}
