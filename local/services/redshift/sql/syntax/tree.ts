/**
 * The tree of a Redshift statement's queries and expressions. Every node says only what was written; what a name
 * stands for and which type an expression has is found out by `../resolve`, and kept beside the tree.
 */
import type { RedshiftType } from './column-type';

/** `[[database.]schema.]table`, as written and folded. */
export type NameParts = readonly string[];

export type ConstantName = 'null' | 'true' | 'false' | 'current_date' | 'sysdate' | 'current_timestamp';

export type BinaryOperator =
  | ComparisonOperator
  | 'and'
  | 'or'
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '^'
  | '||'
  | '&'
  | '|'
  | '#'
  | '<<'
  | '>>'
  | '~'
  | '!~'
  | '~*'
  | '!~*';

export type ComparisonOperator = '=' | '<>' | '!=' | '<' | '>' | '<=' | '>=';

/** A step of `table.column.attribute[0]`: a name behind a dot, or what is in the brackets. */
export type PathStep =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number };

export interface ColumnReference {
  readonly kind: 'column';
  readonly first: string;
  readonly steps: readonly PathStep[];
}

export interface CaseBranch {
  readonly when: Expression;
  readonly result: Expression;
}

/** The first operand of the call is the date part. */
export type DatePartFunction = 'dateadd' | 'datediff' | 'date_part' | 'date_trunc' | 'extract';

export interface OrderItem {
  readonly value: Expression;
  readonly descending: boolean;
  readonly nulls?: 'first' | 'last';
}

export type FrameBound =
  | { readonly kind: 'current-row' }
  | { readonly kind: 'preceding' | 'following' /** Absent: unbounded. */; readonly rows?: number };

export interface WindowDefinition {
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly OrderItem[];
  readonly frame?: { readonly start: FrameBound; readonly end?: FrameBound };
}

export interface CallExpression {
  readonly kind: 'call';
  readonly name: string;
  readonly operands: readonly Expression[];
  readonly distinct: boolean;
  /** COUNT(*) */
  readonly star: boolean;
  readonly nulls?: 'ignore' | 'respect';
  readonly withinGroup?: readonly OrderItem[];
  readonly over?: WindowDefinition;
}

export type Expression =
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'parameter'; readonly name: string; readonly value: string }
  | { readonly kind: 'constant'; readonly name: ConstantName }
  | { readonly kind: 'session-user'; readonly word: string }
  | { readonly kind: 'interval'; readonly text: string; readonly unit?: string }
  | ColumnReference
  | { readonly kind: 'negate' | 'not'; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: 'quantified';
      readonly operator: ComparisonOperator;
      readonly quantifier: 'any' | 'all';
      readonly left: Expression;
      readonly query: Query;
    }
  | {
      readonly kind: 'quantified-array';
      readonly operator: ComparisonOperator;
      readonly quantifier: 'any' | 'all';
      readonly left: Expression;
      readonly array: Expression;
    }
  | {
      readonly kind: 'is';
      readonly operand: Expression;
      readonly what: 'null' | 'true' | 'false';
      readonly negated: boolean;
    }
  | {
      readonly kind: 'like';
      readonly operator: 'like' | 'ilike' | 'similar';
      readonly operand: Expression;
      readonly pattern: Expression;
      readonly escape?: Expression;
      readonly negated: boolean;
    }
  | {
      readonly kind: 'between';
      readonly operand: Expression;
      readonly low: Expression;
      readonly high: Expression;
      readonly negated: boolean;
    }
  | {
      readonly kind: 'in-list';
      readonly operand: Expression;
      readonly items: readonly Expression[];
      readonly negated: boolean;
    }
  | {
      readonly kind: 'in-query';
      readonly operand: Expression;
      readonly query: Query;
      readonly negated: boolean;
    }
  | { readonly kind: 'exists'; readonly query: Query }
  | { readonly kind: 'subquery' | 'array-query'; readonly query: Query }
  | { readonly kind: 'row'; readonly items: readonly Expression[] }
  /** `list[n]` and `(pair).name` of the catalog's lists. */
  | { readonly kind: 'element'; readonly operand: Expression; readonly index: Expression }
  | { readonly kind: 'field'; readonly operand: Expression; readonly name: string }
  | {
      readonly kind: 'case';
      readonly operand?: Expression;
      readonly branches: readonly CaseBranch[];
      readonly otherwise?: Expression;
    }
  | { readonly kind: 'cast'; readonly operand: Expression; readonly type: RedshiftType }
  | { readonly kind: 'at-time-zone'; readonly operand: Expression; readonly zone: Expression }
  | {
      readonly kind: 'date-call';
      readonly name: DatePartFunction;
      readonly part: string;
      readonly operands: readonly Expression[];
    }
  | {
      readonly kind: 'trim';
      readonly side: 'leading' | 'trailing' | 'both';
      readonly text: Expression;
      readonly characters?: Expression;
    }
  | CallExpression;

export interface Query {
  readonly kind: 'query';
  readonly recursive: boolean;
  readonly with: readonly CommonTable[];
  readonly body: QueryBody;
  readonly orderBy: readonly OrderItem[];
  readonly limit?: number;
  readonly offset?: number;
}

/** `name (columns) AS (query)` of a WITH. */
export interface CommonTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly query: Query;
}

export type QueryBody = Select | SetOperation | Query;

export interface SetOperation {
  readonly kind: 'set-operation';
  readonly operator: 'union' | 'union all' | 'intersect' | 'except';
  readonly left: QueryBody;
  readonly right: QueryBody;
}

export type GroupBy =
  | { readonly kind: 'all' }
  | { readonly kind: 'plain' | 'rollup' | 'cube'; readonly items: readonly Expression[] };

export interface Select {
  readonly kind: 'select';
  readonly distinct: boolean;
  readonly top?: number;
  readonly items: readonly SelectItem[];
  readonly from: readonly FromItem[];
  readonly where?: Expression;
  readonly groupBy?: GroupBy;
  readonly having?: Expression;
  readonly qualify?: Expression;
}

export type SelectItem =
  | { readonly kind: 'star'; readonly qualifier?: NameParts; readonly exclude: readonly string[] }
  | { readonly kind: 'value'; readonly value: Expression; readonly label: string };

/** A name in FROM: a table, a common table, a view of the catalog, or the path to an array in a SUPER column. */
export interface TableReference {
  readonly kind: 'table';
  readonly parts: NameParts;
  readonly alias?: string;
  readonly columns: readonly string[];
}

export interface DerivedTable {
  readonly kind: 'derived';
  readonly query: Query;
  readonly alias: string;
  readonly columns: readonly string[];
}

export interface Join {
  readonly kind: 'join';
  readonly join: 'inner' | 'left' | 'right' | 'full' | 'cross';
  readonly natural: boolean;
  readonly left: FromItem;
  readonly right: FromItem;
  readonly on?: Expression;
  readonly using?: readonly string[];
}

export type FromItem = TableReference | DerivedTable | Join;
