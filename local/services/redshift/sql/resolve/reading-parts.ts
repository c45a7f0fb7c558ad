/** The parts of any statement that can read: what is resolved, whichever statement they belong to. */
import type {
  Assignment,
  InsertSource,
  MergeAction,
  SqlStatement,
  TableContent,
} from '../syntax/statement-tree';
import type { Expression, FromItem, Query, TableReference } from '../syntax/tree';

export interface ReadingParts {
  readonly query?: Query;
  /** The changed table, where the expressions may name its columns. */
  readonly target?: TableReference;
  readonly from: readonly FromItem[];
  /** They see the columns of the target and of `from`. */
  readonly expressions: readonly Expression[];
}

const NONE: ReadingParts = { from: [], expressions: [] };

export function readingParts(statement: SqlStatement): ReadingParts {
  switch (statement.kind) {
    case 'select':
    case 'explain':
    case 'create-view':
      return { ...NONE, query: statement.query };
    case 'insert':
      return insertParts(statement.source);
    case 'update': {
      const { target, from, changes, where } = statement;
      return { target, from, expressions: present([...valuesOf(changes), where]) };
    }
    case 'delete':
      return { target: statement.target, from: statement.using, expressions: present([statement.where]) };
    case 'merge': {
      const { target, source, condition, action } = statement;
      return { target, from: [source], expressions: [condition, ...mergeExpressions(action)] };
    }
    case 'create-table':
      return tableParts(statement.content);
    case 'alter-table':
      return statement.change.kind === 'add-column'
        ? { ...NONE, expressions: present([statement.change.column.default]) }
        : NONE;
    default:
      return NONE;
  }
}

const present = (expressions: readonly (Expression | undefined)[]): Expression[] =>
  expressions.filter((one) => one !== undefined);

const valuesOf = (changes: readonly Assignment[]): (Expression | undefined)[] =>
  changes.map(({ value }) => value);

function insertParts(source: InsertSource): ReadingParts {
  switch (source.kind) {
    case 'default-values':
      return NONE;
    case 'values':
      return { ...NONE, expressions: present(source.rows.flat()) };
    case 'query':
      return { ...NONE, query: source.query };
  }
}

function mergeExpressions(action: MergeAction): Expression[] {
  if (action.kind === 'remove-duplicates') return [];
  const changes = action.matched.kind === 'update' ? action.matched.changes : [];
  return present([...valuesOf(changes), ...action.notMatched.values]);
}

function tableParts(content: TableContent): ReadingParts {
  switch (content.kind) {
    case 'columns':
      return { ...NONE, expressions: present(content.columns.map((column) => column.default)) };
    case 'like':
      return NONE;
    case 'query':
      return { ...NONE, query: content.query };
  }
}
