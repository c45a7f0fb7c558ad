/** The operands of expressions: literals, columns and navigation, CASE, CAST, subqueries. */
import { castTo } from './catalog-casts';
import { isTypeName, parseColumnType } from './column-type';
import { type Grammar, parseExpressions } from './grammar';
import { parseCall } from './parse-call';
import { isReserved } from './reserved';
import { TokenReader } from './token-reader';
import type { CaseBranch, ConstantName, Expression, PathStep } from './tree';

export function parsePrimary(g: Grammar): Expression {
  const { reader } = g;
  switch (reader.peek().kind) {
    case 'string':
      return { kind: 'string', text: reader.take().text };
    case 'number':
      return { kind: 'number', text: reader.take().text };
    case 'parameter':
      return { kind: 'parameter', name: reader.peek().text, value: reader.parameter() };
    case 'placeholder':
      return parsePlaceholder(g);
    case 'operator':
      return parseParenthesized(g);
    case 'word':
      return parseWord(g);
    case 'quoted':
      return parseColumn(g);
    case 'end':
      throw reader.syntaxError();
  }
}

/** A value without a type is a literal, which takes the type of what it is compared with. */
function parsePlaceholder({ reader }: Grammar): Expression {
  const { text, typeName } = reader.placeholder();
  const operand: Expression = text === null ? { kind: 'constant', name: 'null' } : { kind: 'string', text };
  if (typeName === undefined) return operand;
  return { kind: 'cast', operand, type: parseColumnType(new TokenReader(typeName)) };
}

function parseParenthesized(g: Grammar): Expression {
  const { reader } = g;
  reader.expectOperator('(');
  if (reader.isWord('select') || reader.isWord('with')) {
    const query = g.query();
    reader.expectOperator(')');
    return { kind: 'subquery', query };
  }
  const items = parseExpressions(g);
  reader.expectOperator(')');
  return items.length === 1 ? parseStepsBehind(g, items[0]!) : { kind: 'row', items };
}

/** `(list)[n]`, `(pair).x`: only of the catalog's own lists and pairs. */
function parseStepsBehind(g: Grammar, operand: Expression): Expression {
  const { reader } = g;
  if (reader.acceptOperator('[')) {
    const index = g.expression();
    reader.expectOperator(']');
    return { kind: 'element', operand, index };
  }
  const isField = reader.isOperator('.') && ['n', 'x'].includes(reader.peek(1).text);
  if (!isField) return operand;
  reader.take();
  return { kind: 'field', operand, name: reader.take().text };
}

const CONSTANTS: ReadonlySet<string> = new Set<ConstantName>([
  'null',
  'true',
  'false',
  'current_date',
  'sysdate',
  'current_timestamp',
]);
const CATALOG_SCHEMAS = new Set(['pg_catalog', 'information_schema']);
const USERS = new Set(['current_user', 'session_user', 'user']);

function parseWord(g: Grammar): Expression {
  const { reader } = g;
  // The functions of PostgreSQL's catalog may be named in full.
  if (reader.isAnyWord(CATALOG_SCHEMAS) && reader.isOperator('.', 1) && reader.isOperator('(', 3)) {
    reader.take();
    reader.take();
    return parseCall(g);
  }
  const word = reader.peek().text;
  if (CONSTANTS.has(word)) return { kind: 'constant', name: reader.take().text as ConstantName };
  if (USERS.has(word) && !reader.isOperator('.', 1))
    return { kind: 'session-user', word: reader.take().text };
  // The exact count is one of the answers that an approximation may give.
  if (word === 'approximate' && reader.peek(1).text === 'count') {
    reader.take();
    return parseCall(g);
  }
  if (word === 'case') return parseCase(g);
  if (word === 'cast') return parseCast(g);
  if (word === 'array' && reader.isOperator('(', 1)) return parseArrayQuery(g);
  if (word === 'interval') return parseInterval(g);
  if (word === 'exists' && reader.isOperator('(', 1)) return parseExists(g);
  if (isTypeName(word) && reader.peek(1).kind === 'string') return parseTypedLiteral(g);
  if (reader.isOperator('(', 1)) return parseCall(g);
  // A column of the catalog has the name.
  if (isReserved(word) && word !== 'oid') throw reader.syntaxError();
  return parseColumn(g);
}

/** `table.column`, `column.attribute[0].attribute`: told apart when names are resolved. */
function parseColumn(g: Grammar): Expression {
  const { reader } = g;
  const first = reader.acceptWord('oid') ? 'oid' : reader.name();
  const steps: PathStep[] = [];
  for (;;) {
    if (reader.isOperator('.') && !reader.isOperator('*', 1)) {
      reader.take();
      steps.push({ kind: 'name', name: reader.label() });
    } else if (reader.isOperator('[') && ['word', 'quoted'].includes(reader.peek(1).kind)) {
      return parseStepsBehind(g, { kind: 'column', first, steps });
    } else if (reader.acceptOperator('[')) {
      steps.push(
        reader.peek().kind === 'string'
          ? { kind: 'name', name: reader.take().text }
          : { kind: 'index', index: reader.integer() },
      );
      reader.expectOperator(']');
    } else return { kind: 'column', first, steps };
  }
}

function parseCase(g: Grammar): Expression {
  const { reader } = g;
  reader.expectWord('case');
  const operand = reader.isWord('when') ? undefined : g.expression();
  const branches: CaseBranch[] = [];
  while (reader.acceptWord('when')) {
    const when = g.expression();
    reader.expectWord('then');
    branches.push({ when, result: g.expression() });
  }
  if (branches.length === 0) throw reader.syntaxError();
  const otherwise = reader.acceptWord('else') ? g.expression() : undefined;
  reader.expectWord('end');
  return {
    kind: 'case',
    branches,
    ...(operand === undefined ? {} : { operand }),
    ...(otherwise === undefined ? {} : { otherwise }),
  };
}

function parseCast(g: Grammar): Expression {
  const { reader } = g;
  reader.expectWord('cast');
  reader.expectOperator('(');
  const operand = g.expression();
  reader.expectWord('as');
  const cast = castTo(reader, operand);
  reader.expectOperator(')');
  return cast;
}

/** `ARRAY(SELECT …)` */
function parseArrayQuery(g: Grammar): Expression {
  const { reader } = g;
  reader.expectWord('array');
  reader.expectOperator('(');
  const query = g.query();
  reader.expectOperator(')');
  return { kind: 'array-query', query };
}

function parseExists(g: Grammar): Expression {
  const { reader } = g;
  reader.expectWord('exists');
  reader.expectOperator('(');
  const query = g.query();
  reader.expectOperator(')');
  return { kind: 'exists', query };
}

function parseInterval({ reader }: Grammar): Expression {
  reader.expectWord('interval');
  const text = reader.stringLiteral();
  const unit = reader.peek();
  if (
    /^\s*[-+]?\d+(\.\d+)?\s*$/.test(text) &&
    unit.kind === 'word' &&
    /^(year|month|day|hour|minute|second)s?$/.test(unit.text)
  ) {
    return { kind: 'interval', text, unit: reader.take().text };
  }
  if (!/^[-+\d.,\sa-z]+$/i.test(text)) throw reader.unsupported(`interval literal '${text}'`);
  return { kind: 'interval', text: text.replaceAll(',', ' ') };
}

/** `DATE '2020-01-01'`, `TIMESTAMP 'epoch'`. */
function parseTypedLiteral({ reader }: Grammar): Expression {
  const type = parseColumnType(reader);
  const text = reader.stringLiteral();
  const epoch = text.toLowerCase() === 'epoch' && type.name.startsWith('timestamp');
  return { kind: 'cast', operand: { kind: 'string', text: epoch ? '1970-01-01 00:00:00' : text }, type };
}
