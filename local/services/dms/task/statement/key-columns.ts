/** The columns of an index that a statement adds. */
import { type StatementReader, splitAtCommas } from './statement-reader';

/** @param reader in front of the index's name. @returns without lengths and orders; '' for a part that is an expression */
export function parseKeyColumns(reader: StatementReader): string[] {
  while (!reader.atEnd && !reader.isSymbol('(')) reader.next();
  const tokens = reader.rest().slice(1);
  let depth = 1;
  const end = tokens.findIndex(({ kind, text }) => {
    if (kind === 'symbol' && text === '(') depth += 1;
    if (kind === 'symbol' && text === ')') depth -= 1;
    return depth === 0;
  });
  return splitAtCommas(tokens.slice(0, Math.max(end, 0))).map(([first]) =>
    first === undefined || first.kind === 'symbol' ? '' : first.text,
  );
}
