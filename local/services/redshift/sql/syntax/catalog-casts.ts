/** Casts: to the types of columns, and to those that only PostgreSQL's catalog has, which clients' own queries use. */
import { parseColumnType, type RedshiftType } from './column-type';
import type { TokenReader } from './token-reader';
import type { Expression } from './tree';

const TEXT: RedshiftType = { name: 'varchar', length: 65_535 };

/** Types of the catalog that are another type's values under another name. */
const SAME_VALUES: ReadonlyMap<string, RedshiftType> = new Map<string, RedshiftType>([
  ['oid', { name: 'int4' }],
  ['xid', { name: 'int4' }],
  ['name', { name: 'varchar', length: 128 }],
  ['regproc', TEXT],
  ['regprocedure', TEXT],
]);

/** Types that turn numbers of the catalog into names and back: calls of functions of the twin. */
const LOOKED_UP = new Set(['regclass', 'regtype', 'regnamespace', 'regrole']);

/** The reader is behind `::` or AS. */
export function castTo(reader: TokenReader, operand: Expression): Expression {
  if (reader.isWord('pg_catalog') && reader.isOperator('.', 1)) {
    reader.take();
    reader.take();
  }
  const token = reader.peek();
  const word = token.text.toLowerCase();
  if (token.kind === 'quoted' && word === 'char') {
    reader.take();
    return cast(reader, operand, { name: 'varchar', length: 1 });
  }
  const same = SAME_VALUES.get(word);
  if (same !== undefined) {
    reader.take();
    return cast(reader, operand, same);
  }
  if (LOOKED_UP.has(word)) {
    reader.take();
    return { kind: 'call', name: word, operands: [operand], distinct: false, star: false };
  }
  return cast(reader, operand, parseColumnType(reader));
}

/** `type[]`: a list in the catalog's views is one already. */
function cast(reader: TokenReader, operand: Expression, type: RedshiftType): Expression {
  if (!reader.isOperator('[') || !reader.isOperator(']', 1)) return { kind: 'cast', operand, type };
  reader.take();
  reader.take();
  return operand.kind === 'string'
    ? { kind: 'call', name: 'array_of_text', operands: [operand], distinct: false, star: false }
    : operand;
}
