/** What an expression is made of, for whoever walks over the tree without caring what each node means. */
import type { CallExpression, Expression, Query, WindowDefinition } from './tree';

export interface ExpressionParts {
  readonly expressions: readonly Expression[];
  readonly queries: readonly Query[];
}

const NOTHING: ExpressionParts = { expressions: [], queries: [] };

const of = (...expressions: readonly (Expression | undefined)[]): ExpressionParts => ({
  expressions: expressions.filter((one) => one !== undefined),
  queries: [],
});

export function partsOf(node: Expression): ExpressionParts {
  switch (node.kind) {
    case 'string':
    case 'number':
    case 'parameter':
    case 'constant':
    case 'session-user':
    case 'interval':
    case 'column':
      return NOTHING;
    case 'negate':
    case 'not':
    case 'is':
    case 'cast':
    case 'field':
      return of(node.operand);
    case 'binary':
      return of(node.left, node.right);
    case 'quantified':
      return { expressions: [node.left], queries: [node.query] };
    case 'like':
      return of(node.operand, node.pattern, node.escape);
    case 'between':
      return of(node.operand, node.low, node.high);
    case 'in-list':
      return of(node.operand, ...node.items);
    case 'in-query':
      return { expressions: [node.operand], queries: [node.query] };
    case 'quantified-array':
      return of(node.left, node.array);
    case 'exists':
    case 'subquery':
    case 'array-query':
      return { expressions: [], queries: [node.query] };
    case 'element':
      return of(node.operand, node.index);
    case 'row':
      return of(...node.items);
    case 'case':
      return of(node.operand, ...node.branches.flatMap(({ when, result }) => [when, result]), node.otherwise);
    case 'at-time-zone':
      return of(node.operand, node.zone);
    case 'date-call':
      return of(...node.operands);
    case 'trim':
      return of(node.text, node.characters);
    case 'call':
      return of(...partsOfCall(node));
  }
}

const partsOfCall = ({ operands, withinGroup = [], over }: CallExpression): Expression[] => [
  ...operands,
  ...withinGroup.map(({ value }) => value),
  ...(over === undefined ? [] : partsOfWindow(over)),
];

const partsOfWindow = ({ partitionBy, orderBy }: WindowDefinition): Expression[] => [
  ...partitionBy,
  ...orderBy.map(({ value }) => value),
];
