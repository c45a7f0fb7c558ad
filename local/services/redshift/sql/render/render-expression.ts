/** Expressions as DuckDB text. */
import { macroCall, quoteName, quoteText } from '../names';
import type { BinaryOperator, CaseBranch, ColumnReference, ConstantName, Expression } from '../syntax/tree';
import { maybeSuper, renderAsText, renderScalar, renderScalars } from './operands';
import { renderCall } from './render-call';
import { renderCast } from './render-cast';
import { renderDateCall } from './render-date-call';
import type { Rendering } from './rendering';

export function renderExpression(r: Rendering, node: Expression): string {
  switch (node.kind) {
    case 'string':
      return quoteText(node.text);
    case 'parameter':
      return quoteText(node.value);
    case 'number':
      return renderNumber(node.text);
    case 'constant':
      return CONSTANTS[node.name];
    case 'session-user':
      return quoteText(r.context.user);
    case 'interval':
      return `INTERVAL ${quoteText(node.unit === undefined ? node.text : `${node.text} ${node.unit}`)}`;
    case 'column':
      return renderColumn(r, node);
    case 'negate':
      return `(- ${renderScalar(r, node.operand)})`;
    case 'not':
      return `(NOT ${r.expression(node.operand)})`;
    case 'binary':
      return renderBinary(r, node.operator, node.left, node.right);
    case 'case':
      return renderCase(r, node);
    case 'cast':
      return renderCast(r, node.operand, node.type);
    case 'at-time-zone':
      return `timezone(${renderScalar(r, node.zone)}, ${renderScalar(r, node.operand)})`;
    case 'element':
      return `(${r.expression(node.operand)})[${r.expression(node.index)}]`;
    case 'field':
      return `struct_extract(${r.expression(node.operand)}, ${quoteText(node.name)})`;
    case 'row':
      return `(${renderScalars(r, node.items)})`;
    case 'subquery':
      return `(${r.query(node.query)})`;
    case 'array-query':
      return `ARRAY(${r.query(node.query)})`;
    case 'date-call':
      return renderDateCall(r, node);
    case 'trim': {
      const name = { leading: 'ltrim', trailing: 'rtrim', both: 'trim' }[node.side];
      return `${name}(${renderScalars(r, node.characters === undefined ? [node.text] : [node.text, node.characters])})`;
    }
    case 'call':
      return renderCall(r, node);
    default:
      return renderPredicate(r, node);
  }
}

const CONSTANTS: Readonly<Record<ConstantName, string>> = {
  null: 'NULL',
  true: 'TRUE',
  false: 'FALSE',
  current_date: 'current_date',
  sysdate: `CAST(timezone('UTC', now()) AS TIMESTAMP)`,
  current_timestamp: 'now()',
};

/** DuckDB makes a DOUBLE of a literal beyond 38 digits; Redshift refuses it. */
function renderNumber(text: string): string {
  const digits = text
    .replace(/[eE].*$/, '')
    .replace('.', '')
    .replace(/^0+/, '');
  return digits.length > 38 ? macroCall('numeric_overflow', []) : text;
}

function renderColumn(r: Rendering, node: ColumnReference): string {
  // A list of DuckDB counts from 1; an INT2VECTOR of the catalog counts from 0, as SUPER and DuckDB's JSON do.
  const first = r.typeOf(node) === 'int4' ? 1 : 0;
  const steps = node.steps.map((step) =>
    step.kind === 'name' ? `.${quoteName(step.name)}` : `[${step.index + first}]`,
  );
  return quoteName(node.first) + steps.join('');
}

type WriteBinary = (left: string, right: string) => string;

const infix =
  (operator: string): WriteBinary =>
  (left, right) =>
    `(${left} ${operator} ${right})`;

const OPERATORS: Readonly<Record<BinaryOperator, WriteBinary>> = {
  and: infix('AND'),
  or: infix('OR'),
  '=': infix('='),
  '<>': infix('<>'),
  '!=': infix('<>'),
  '<': infix('<'),
  '>': infix('>'),
  '<=': infix('<='),
  '>=': infix('>='),
  '+': infix('+'),
  '-': infix('-'),
  '*': infix('*'),
  '/': (left, right) => macroCall('divide', [left, right]),
  '%': (left, right) => macroCall('modulo', [left, right]),
  '^': (left, right) => `pow(${left}, ${right})`,
  '||': infix('||'),
  '&': infix('&'),
  '|': infix('|'),
  '#': (left, right) => `xor(${left}, ${right})`,
  '<<': infix('<<'),
  '>>': infix('>>'),
  // `~` of DuckDB matches the whole text.
  '~': (left, right) => `regexp_matches(${left}, ${right})`,
  '!~': (left, right) => `(NOT regexp_matches(${left}, ${right}))`,
  '~*': (left, right) => `regexp_matches(${left}, ${right}, 'i')`,
  '!~*': (left, right) => `(NOT regexp_matches(${left}, ${right}, 'i'))`,
};

function renderBinary(r: Rendering, operator: BinaryOperator, left: Expression, right: Expression): string {
  const write = OPERATORS[operator];
  if (operator === 'and' || operator === 'or') return write(r.expression(left), r.expression(right));
  const operand = operator === '||' ? renderAsText : renderScalar;
  return write(operand(r, left), operand(r, right));
}

function renderCase(r: Rendering, node: Extract<Expression, { kind: 'case' }>): string {
  const { operand, branches, otherwise } = node;
  const subject = operand === undefined ? '' : ` ${renderScalar(r, operand)}`;
  const whens = branches.map(({ when, result }: CaseBranch) => {
    const condition = operand === undefined ? r.expression(when) : renderScalar(r, when);
    return ` WHEN ${condition} THEN ${r.expression(result)}`;
  });
  return `CASE${subject}${whens.join('')}${otherwise === undefined ? '' : ` ELSE ${r.expression(otherwise)}`} END`;
}

type Predicate = Extract<
  Expression,
  { kind: 'is' | 'like' | 'between' | 'in-list' | 'in-query' | 'quantified' | 'quantified-array' | 'exists' }
>;

function renderPredicate(r: Rendering, node: Predicate): string {
  switch (node.kind) {
    case 'exists':
      return `EXISTS (${r.query(node.query)})`;
    case 'quantified':
      return `(${renderScalar(r, node.left)} ${node.operator} ${node.quantifier.toUpperCase()} (${r.query(node.query)}))`;
    case 'quantified-array':
      return `(${renderScalar(r, node.left)} ${node.operator} ${node.quantifier.toUpperCase()} (${r.expression(node.array)}))`;
    case 'is':
      return negatedIf(node.negated, renderIs(r, node));
    case 'like':
      return negatedIf(node.negated, renderLike(r, node));
    case 'between': {
      const bounds = `${renderScalar(r, node.low)} AND ${renderScalar(r, node.high)}`;
      return negatedIf(node.negated, `(${renderScalar(r, node.operand)} BETWEEN ${bounds})`);
    }
    case 'in-list':
      return negatedIf(
        node.negated,
        `(${renderScalar(r, node.operand)} IN (${renderScalars(r, node.items)}))`,
      );
    case 'in-query':
      return negatedIf(node.negated, `(${renderScalar(r, node.operand)} IN (${r.query(node.query)}))`);
  }
}

const negatedIf = (negated: boolean, sql: string): string => (negated ? `(NOT ${sql})` : sql);

/** A JSON null inside a SUPER value is NULL in Redshift; in DuckDB it is a value. */
function renderIs(r: Rendering, { operand, what }: Extract<Expression, { kind: 'is' }>): string {
  if (what !== 'null') return `(${renderScalar(r, operand)} IS ${what.toUpperCase()})`;
  const sql = r.expression(operand);
  return `(${maybeSuper(r, operand) ? macroCall('present', [sql]) : sql} IS NULL)`;
}

type LikeNode = Extract<Expression, { kind: 'like' }>;

/** DuckDB looks for the parts of a literal one after another, when it has no `_` and nothing is escaped. */
const isPlainPattern = ({ operator, pattern, escape: given }: LikeNode): boolean =>
  operator === 'like' && given === undefined && pattern.kind === 'string' && !/[\\_]/.test(pattern.text);

function renderLike(r: Rendering, node: LikeNode): string {
  const [text, pattern] = [renderScalar(r, node.operand), renderScalar(r, node.pattern)];
  if (node.operator === 'similar') return macroCall('similar_to', [text, pattern]);
  if (isPlainPattern(node)) return `(${text} LIKE ${pattern})`;
  const escaped = node.escape === undefined ? "'\\'" : renderScalar(r, node.escape);
  return macroCall(node.operator === 'like' ? 'like_pattern' : 'ilike_pattern', [text, pattern, escaped]);
}
