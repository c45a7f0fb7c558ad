/**
 * DuckDB copies a macro's operands into its body, wherever they stand there. Casts within casts multiply: four deep took
 * 41 seconds to bind, and a statement that is being bound cannot be cancelled. So what would be copied too often is refused.
 */
import { WarehouseError } from '../../../runtime/ports/warehouse';
import { TWIN_SCHEMA } from '../sql/names';
import { macroCopies } from './macros';

/**
 * Three casts of text within one another make about five thousand, which takes seconds; the hash of a row with doubles
 * (`pipeline/verify`) makes 12,240 of cheaper ones.
 */
const MOST_COPIES = 15_000;
const COPIES = macroCopies();
/** A text, a quoted name, a call of a macro, any other bracket. */
const PARTS = new RegExp(`'[^']*'|"[^"]*"|${TWIN_SCHEMA.replace('.', '[.]')}[.](\\w+)[(]|[()]`, 'g');

/** @throws WarehouseError for DuckDB text with calls nested so deeply that their operands would be copied without end */
export function checkCopies(sql: string): void {
  const copies = [1];
  for (const [part, macro] of sql.matchAll(PARTS)) {
    if (part === ')') {
      if (copies.length > 1) copies.pop();
      continue;
    }
    if (!part.endsWith('(')) continue;
    const product = copies.at(-1)! * (macro === undefined ? 1 : (COPIES.get(macro) ?? 1));
    if (product > MOST_COPIES) {
      throw new WarehouseError(
        'stack depth limit exceeded\nDetail:\n  casts and functions are nested too deeply for the laptop: select the inner ones in a subquery, or split the statement',
      );
    }
    copies.push(product);
  }
}
