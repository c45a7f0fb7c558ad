/** Calls: arguments, DISTINCT, IGNORE NULLS, WITHIN GROUP, OVER. */
import { WarehouseError } from '../../../runtime/ports/warehouse';
import { writeAverage, writeSum } from './exact-aggregates';
import { parseExpression, parseExpressionList } from './expression';
import { type FunctionSpec, functionNamed } from './functions';
import type { Piece } from './piece';
import { call, scalar } from './piece';
import { SPECIAL_CALLS } from './special-calls';
import type { Translation } from './translation';
import { parseOrderBy, parseOver } from './window';

export function parseCall(t: Translation): Piece {
  const { reader } = t;
  const name = reader.take().text;
  const special = SPECIAL_CALLS.get(name);
  if (special !== undefined) return special(t);
  const spec = functionNamed(name);
  reader.expectOperator('(');
  const distinct = reader.acceptWord('distinct');
  if (!distinct) reader.acceptWord('all');
  const star = name === 'count' && reader.acceptOperator('*');
  const operands = star || reader.isOperator(')') ? [] : parseExpressionList(t);
  const nullsInside = parseNullTreatment(t);
  reader.expectOperator(')');
  if (spec === undefined || operands.length < spec.min || operands.length > spec.max) {
    throw new WarehouseError(`function ${name}(${operands.map(() => 'unknown').join(', ')}) does not exist`);
  }
  if (spec.kind === 'scalar') {
    if (distinct) throw reader.syntaxError();
    return writeScalar(spec, operands);
  }
  return parseAggregateEnding(t, { name, spec, operands, distinct, star, nulls: nullsInside });
}

const operandText = (spec: FunctionSpec, piece: Piece): string =>
  spec.takesSuper === true || piece.column === undefined ? piece.sql : call('scalar', [piece.sql]);

function writeScalar(spec: FunctionSpec, operands: readonly Piece[]): Piece {
  const texts = operands.map((operand) => operandText(spec, operand));
  const sql = spec.macro === true ? call(spec.as, texts) : `${spec.as}(${texts.join(', ')})`;
  // LEN and the like are int4 in Redshift, int8 in DuckDB.
  return { sql: spec.type === 'int4' ? `CAST(${sql} AS INTEGER)` : sql, type: spec.type };
}

export interface AggregateCall {
  readonly name: string;
  readonly spec: FunctionSpec;
  readonly operands: readonly Piece[];
  readonly distinct: boolean;
  readonly star: boolean;
  readonly nulls: string;
}

function parseNullTreatment(t: Translation): string {
  if (t.reader.acceptWord('ignore', 'nulls')) return ' IGNORE NULLS';
  if (t.reader.acceptWord('respect', 'nulls')) return ' RESPECT NULLS';
  return '';
}

function parseAggregateEnding(t: Translation, given: AggregateCall): Piece {
  const { reader } = t;
  const nulls = given.nulls === '' ? parseNullTreatment(t) : given.nulls;
  const ordered = parseWithinGroup(t);
  const over = reader.acceptWord('over') ? parseOver(t, given.spec.kind === 'aggregate') : '';
  if (given.spec.kind === 'window' && over === '') {
    throw new WarehouseError(`window function ${given.name} requires an OVER clause`);
  }
  const texts = given.operands.map((operand) => operandText(given.spec, operand));
  switch (given.name) {
    case 'sum':
      return writeSum({ operand: given.operands[0]!, text: texts[0]!, distinct: given.distinct, over });
    case 'avg':
      return writeAverage({ operand: given.operands[0]!, text: texts[0]!, distinct: given.distinct, over });
    case 'listagg':
      return writeListagg(texts, given.distinct, ordered, over);
    case 'percentile_cont':
    case 'percentile_disc':
      return writePercentile(given, texts[0]!, ordered, over);
    case 'ratio_to_report':
      return { sql: `(CAST(${texts[0]} AS DOUBLE) / nullif(sum(${texts[0]})${over}, 0))`, type: 'other' };
    default:
      break;
  }
  if (ordered !== undefined) throw reader.syntaxError();
  const inside = given.star ? '*' : `${given.distinct ? 'DISTINCT ' : ''}${texts.join(', ')}${nulls}`;
  return { sql: `${given.spec.as}(${inside})${over}`, type: given.spec.type ?? keepsType(given) };
}

/** MIN, MAX and the value functions answer in their operand's type. */
const keepsType = (given: AggregateCall): Piece['type'] =>
  ['min', 'max', 'any_value', 'lag', 'lead', 'first_value', 'last_value', 'nth_value'].includes(given.name)
    ? given.operands[0]?.type
    : 'other';

function parseWithinGroup(t: Translation): string | undefined {
  if (!t.reader.acceptWord('within')) return undefined;
  t.reader.expectWord('group');
  t.reader.expectOperator('(');
  const order = parseOrderBy(t);
  t.reader.expectOperator(')');
  return order;
}

function writeListagg(
  texts: readonly string[],
  distinct: boolean,
  ordered: string | undefined,
  over: string,
): Piece {
  const separator = texts[1] ?? "''";
  const order = ordered === undefined ? '' : ` ${ordered}`;
  const value = call('bare_text', [texts[0]!]);
  return {
    sql: `string_agg(${distinct ? 'DISTINCT ' : ''}${value}, ${separator}${order})${over}`,
    type: 'other',
  };
}

function writePercentile(
  given: AggregateCall,
  fraction: string,
  ordered: string | undefined,
  over: string,
): Piece {
  if (ordered === undefined) {
    throw new WarehouseError(`${given.name} requires WITHIN GROUP (ORDER BY ...)`);
  }
  const [, value, descending] = /^ORDER BY (.*?)( DESC)?( NULLS (?:FIRST|LAST))?$/s.exec(ordered)!;
  const at = descending === undefined ? fraction : `(1 - ${fraction})`;
  return { sql: `${given.spec.as}(${value}, ${at})${over}`, type: 'other' };
}

/** An argument of a special call that must not be SUPER. */
export const parseScalarOperand = (t: Translation): string => {
  const piece = parseExpression(t);
  return piece.column === undefined ? piece.sql : scalar(piece);
};
