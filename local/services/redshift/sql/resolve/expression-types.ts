/** The type of one expression, from the types of its parts. */
import type { TypeName } from '../syntax/column-type';
import type { CallExpression, Expression, Query } from '../syntax/tree';
import { partsOf } from '../syntax/tree-parts';
import { checkCall } from './check-call';
import { type ColumnScope, type TypedColumn, typeOfColumn } from './column-scope';
import {
  aggregateType,
  answerType,
  binaryType,
  commonType,
  datePartType,
  isDayOrTime,
  isInteger,
  isNullLiteral,
  numberType,
} from './value-types';

/** The walk that continues into the parts. */
export interface TypeWalk {
  typeOf(node: Expression): TypeName | undefined;
  columnsOf(query: Query): readonly TypedColumn[];
}

export function typeOfExpression(node: Expression, scope: ColumnScope, walk: TypeWalk): TypeName | undefined {
  const common = (nodes: readonly Expression[]): TypeName | undefined =>
    commonType(nodes.filter((one) => !isNullLiteral(one)).map((one) => walk.typeOf(one)));
  switch (node.kind) {
    case 'string':
    case 'parameter':
      return undefined;
    case 'number':
      return numberType(node.text);
    case 'constant':
      return CONSTANT_TYPES[node.name];
    case 'session-user':
      return 'varchar';
    case 'interval':
      return 'interval';
    case 'column':
      return typeOfColumn(node, scope);
    case 'negate':
      return walk.typeOf(node.operand);
    case 'binary':
      return binaryType(node.operator, walk.typeOf(node.left), walk.typeOf(node.right));
    case 'subquery':
      return walk.columnsOf(node.query)[0]?.type;
    case 'array-query':
    case 'element':
    case 'row':
      visitParts(node, walk);
      return undefined;
    case 'field':
      visitParts(node, walk);
      return 'int4';
    case 'case':
      if (node.operand !== undefined) walk.typeOf(node.operand);
      for (const { when } of node.branches) walk.typeOf(when);
      return typeOfResults(node, common, walk);
    case 'cast':
      walk.typeOf(node.operand);
      return node.type.name;
    case 'at-time-zone':
      walk.typeOf(node.zone);
      return walk.typeOf(node.operand) === 'timestamptz' ? 'timestamp' : 'timestamptz';
    case 'date-call':
      visitParts(node, walk);
      return datePartType(node.name, node.part);
    case 'trim':
      visitParts(node, walk);
      return 'varchar';
    case 'call':
      return typeOfCall(node, common, walk);
    case 'not':
    case 'quantified':
    case 'quantified-array':
    case 'is':
    case 'like':
    case 'between':
    case 'in-list':
    case 'in-query':
    case 'exists':
      visitParts(node, walk);
      return 'bool';
  }
}

const CONSTANT_TYPES: Readonly<Record<string, TypeName | undefined>> = {
  null: undefined,
  true: 'bool',
  false: 'bool',
  current_date: 'date',
  sysdate: 'timestamp',
  current_timestamp: 'timestamptz',
};

function visitParts(node: Expression, walk: TypeWalk): void {
  const { expressions, queries } = partsOf(node);
  for (const expression of expressions) walk.typeOf(expression);
  for (const query of queries) walk.columnsOf(query);
}

type Common = (nodes: readonly Expression[]) => TypeName | undefined;

function typeOfResults(
  { branches, otherwise }: Extract<Expression, { kind: 'case' }>,
  common: Common,
  walk: TypeWalk,
): TypeName | undefined {
  const results = [...branches.map(({ result }) => result), ...(otherwise === undefined ? [] : [otherwise])];
  for (const result of results) walk.typeOf(result);
  return common(results);
}

function typeOfCall(call: CallExpression, common: Common, walk: TypeWalk): TypeName | undefined {
  visitParts(call, walk);
  const operands = call.operands.map((operand) => walk.typeOf(operand));
  const known = checkCall(call, operands);
  switch (call.name) {
    case 'sum':
    case 'avg':
      return aggregateType(call.name, operands[0]);
    case 'decode':
      return common(decodeResults(call.operands));
    case 'nvl2':
      return common(call.operands.slice(1));
    case 'regclass':
    case 'regnamespace':
    case 'regrole':
    case 'regtype':
      return isInteger(operands[0]) ? 'varchar' : 'int4';
    case 'substring':
    case 'substr':
      return operands[0] === 'varbyte' ? 'varbyte' : 'varchar';
    case 'trunc':
      return operands.length === 1 && isDayOrTime(operands[0]) ? 'date' : undefined;
    default:
      return known.answers === 'common' ? common(call.operands) : answerType(known.answers, operands);
  }
}

/** `DECODE(subject, value, result, ..., otherwise)`: every second operand, and the last one left over. */
const decodeResults = (operands: readonly Expression[]): Expression[] =>
  operands.filter((_, index) => index > 0 && (index % 2 === 0 || index === operands.length - 1));
