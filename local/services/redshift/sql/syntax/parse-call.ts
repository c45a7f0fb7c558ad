/** Calls: arguments, DISTINCT, IGNORE NULLS, WITHIN GROUP, OVER; and the functions whose arguments have a grammar of their own. */
import { parseColumnType } from './column-type';
import { parseDatePart } from './date-parts';
import { type Grammar, parseExpressions } from './grammar';
import { parseOrderBy, parseWindow } from './parse-window';
import type { CallExpression, DatePartFunction, Expression, OrderItem } from './tree';

/** The reader is at a function's name and its bracket. */
export function parseCall(g: Grammar): Expression {
  const { reader } = g;
  const name = reader.take().text;
  reader.expectOperator('(');
  const own = OWN_ARGUMENTS.get(name);
  if (own !== undefined) {
    const parsed = own(g, name);
    reader.expectOperator(')');
    return parsed;
  }
  const distinct = reader.acceptWord('distinct');
  if (!distinct) reader.acceptWord('all');
  const star = name === 'count' && reader.acceptOperator('*');
  const operands = star || reader.isOperator(')') ? [] : parseExpressions(g);
  const nullsInside = parseNullTreatment(g);
  reader.expectOperator(')');
  const nulls = nullsInside ?? parseNullTreatment(g);
  const withinGroup = parseWithinGroup(g);
  const over = reader.acceptWord('over') ? parseWindow(g) : undefined;
  return {
    ...plainCall(name, operands),
    distinct,
    star,
    ...(nulls === undefined ? {} : { nulls }),
    ...(withinGroup === undefined ? {} : { withinGroup }),
    ...(over === undefined ? {} : { over }),
  };
}

const plainCall = (name: string, operands: readonly Expression[]): CallExpression => ({
  kind: 'call',
  name,
  operands,
  distinct: false,
  star: false,
});

function parseNullTreatment({ reader }: Grammar): 'ignore' | 'respect' | undefined {
  if (reader.acceptWord('ignore', 'nulls')) return 'ignore';
  return reader.acceptWord('respect', 'nulls') ? 'respect' : undefined;
}

function parseWithinGroup(g: Grammar): OrderItem[] | undefined {
  const { reader } = g;
  if (!reader.acceptWord('within')) return undefined;
  reader.expectWord('group');
  reader.expectOperator('(');
  const order = parseOrderBy(g);
  reader.expectOperator(')');
  return order;
}

/** Reads what is between the brackets. */
type ParseArguments = (g: Grammar, name: string) => Expression;

/** `part, operand [, operand]` */
const datePartCall =
  (name: DatePartFunction, operandCount: number): ParseArguments =>
  (g) => {
    const part = parseDatePart(g.reader);
    const operands: Expression[] = [];
    while (operands.length < operandCount) {
      g.reader.expectOperator(',');
      operands.push(g.expression());
    }
    return { kind: 'date-call', name, part, operands };
  };

function parseExtract(g: Grammar): Expression {
  const part = parseDatePart(g.reader);
  g.reader.expectWord('from');
  return { kind: 'date-call', name: 'extract', part, operands: [g.expression()] };
}

/** `[side] [characters] FROM text`, or `text [, characters]`. */
function parseTrim(g: Grammar): Expression {
  const { reader } = g;
  const side = (['leading', 'trailing', 'both'] as const).find((word) => reader.acceptWord(word)) ?? 'both';
  if (reader.acceptWord('from')) return { kind: 'trim', side, text: g.expression() };
  const first = g.expression();
  if (reader.acceptWord('from')) return { kind: 'trim', side, text: g.expression(), characters: first };
  if (reader.acceptOperator(',')) return { kind: 'trim', side, text: first, characters: g.expression() };
  return { kind: 'trim', side, text: first };
}

function parseSubstring(g: Grammar, name: string): Expression {
  const { reader } = g;
  const operands = [g.expression()];
  while (reader.acceptOperator(',') || reader.acceptWord('from') || reader.acceptWord('for')) {
    operands.push(g.expression());
  }
  return plainCall(name, operands);
}

function parsePosition(g: Grammar, name: string): Expression {
  const part = g.operand();
  g.reader.expectWord('in');
  return plainCall(name, [part, g.expression()]);
}

/** `CONVERT(type, value)` is a cast. */
function parseConvert(g: Grammar): Expression {
  const type = parseColumnType(g.reader);
  g.reader.expectOperator(',');
  return { kind: 'cast', operand: g.expression(), type };
}

const OWN_ARGUMENTS: ReadonlyMap<string, ParseArguments> = new Map<string, ParseArguments>([
  ['dateadd', datePartCall('dateadd', 2)],
  ['datediff', datePartCall('datediff', 2)],
  ['date_part', datePartCall('date_part', 1)],
  ['date_trunc', datePartCall('date_trunc', 1)],
  ['extract', parseExtract],
  ['trim', parseTrim],
  ['substring', parseSubstring],
  ['position', parsePosition],
  ['convert', parseConvert],
]);
