/** The tree of whole statements. A `kind` here is a key of the table of known statements. */
import type { RedshiftType } from './column-type';
import type { Expression, FromItem, NameParts, Query, TableReference } from './tree';

export interface Assignment {
  readonly column: string;
  /** Absent: DEFAULT. */
  readonly value?: Expression;
}

export type InsertSource =
  | { readonly kind: 'default-values' }
  /** An absent value is DEFAULT. */
  | { readonly kind: 'values'; readonly rows: readonly (readonly (Expression | undefined)[])[] }
  | { readonly kind: 'query'; readonly query: Query };

export interface InsertStatement {
  readonly kind: 'insert';
  readonly target: NameParts;
  readonly columns: readonly string[];
  readonly source: InsertSource;
}

export interface UpdateStatement {
  readonly kind: 'update';
  readonly target: TableReference;
  readonly changes: readonly Assignment[];
  readonly from: readonly FromItem[];
  readonly where?: Expression;
}

export interface DeleteStatement {
  readonly kind: 'delete';
  readonly target: TableReference;
  readonly using: readonly FromItem[];
  readonly where?: Expression;
}

export type MatchedAction =
  | { readonly kind: 'delete' }
  | { readonly kind: 'update'; readonly changes: readonly Assignment[] };

export interface NotMatchedAction {
  readonly columns: readonly string[];
  readonly values: readonly Expression[];
}

export type MergeAction =
  | { readonly kind: 'remove-duplicates' }
  | { readonly kind: 'branches'; readonly matched: MatchedAction; readonly notMatched: NotMatchedAction };

export interface MergeStatement {
  readonly kind: 'merge';
  readonly target: TableReference;
  readonly source: TableReference;
  readonly condition: Expression;
  readonly action: MergeAction;
}

/** How Redshift lays a column out: the twin keeps it for the catalog, and does nothing by it. */
export interface StoredLayout {
  readonly encoding?: string;
  readonly distKey?: true;
  /** Its place in the sort key, from 1. */
  readonly sortKey?: number;
  /** Its place in the primary key, from 1. Nothing enforces that it is unique. */
  readonly primaryKey?: number;
}

export interface ColumnDefinition {
  readonly layout?: StoredLayout;
  readonly name: string;
  readonly type: RedshiftType;
  readonly nullable: boolean;
  readonly default?: Expression;
  readonly identity?: { readonly seed: number; readonly step: number };
}

export type TableContent =
  | { readonly kind: 'columns'; readonly columns: readonly ColumnDefinition[] }
  | { readonly kind: 'like'; readonly source: NameParts; readonly defaults: boolean }
  | { readonly kind: 'query'; readonly columns: readonly string[]; readonly query: Query };

export interface CreateTableStatement {
  readonly kind: 'create-table';
  readonly temporary: boolean;
  readonly ifNotExists: boolean;
  readonly name: NameParts;
  readonly content: TableContent;
}

export type TableChange =
  | { readonly kind: 'owner'; readonly user: string }
  | { readonly kind: 'add-column'; readonly column: ColumnDefinition }
  | { readonly kind: 'drop-column'; readonly column: string }
  | { readonly kind: 'rename'; readonly name: string }
  | { readonly kind: 'rename-column'; readonly from: string; readonly to: string }
  | { readonly kind: 'column-type'; readonly column: string; readonly type: RedshiftType }
  | { readonly kind: 'column-encoding'; readonly column: string; readonly encoding: string }
  /** Without a column, it is spread evenly. */
  | { readonly kind: 'distribution'; readonly column?: string }
  | { readonly kind: 'sort-key'; readonly columns: readonly string[] };

export interface AlterTableStatement {
  readonly kind: 'alter-table';
  readonly table: NameParts;
  readonly change: TableChange;
}

export interface CreateViewStatement {
  readonly kind: 'create-view';
  readonly replace: boolean;
  readonly name: NameParts;
  readonly columns: readonly string[];
  readonly query: Query;
  /** Its tables are looked up by name when it is read. */
  readonly isLateBinding: boolean;
}

export interface CommentOnViewStatement {
  readonly kind: 'comment-on-view';
  readonly name: NameParts;
  /** None takes the comment away. */
  readonly text?: string;
}

export interface CopyStatement {
  readonly kind: 'copy';
  readonly table: NameParts;
  readonly columns?: readonly string[];
  /** `s3://bucket/key` of the manifest. */
  readonly source: string;
  readonly settings: CopySettings;
}

export interface CopySettings {
  /** ARN of the role that reads, or `default`. */
  role: string;
  manifest: boolean;
  gzip: boolean;
  /** `auto`, `auto ignorecase`, `noshred`, or the address of a jsonpaths file. */
  json?: string;
  timeFormat: string;
  dateFormat: string;
  maxErrors: number;
  truncateColumns: boolean;
  emptyAsNull: boolean;
  blanksAsNull: boolean;
  roundDecimals: boolean;
  /** Stands for each invalid byte. */
  replacement?: string;
  explicitIds: boolean;
}

export type GrantScope =
  | { readonly kind: 'tables'; readonly tables: readonly NameParts[] }
  | { readonly kind: 'all-tables' | 'schemas'; readonly schemas: readonly string[] }
  | { readonly kind: 'database'; readonly name: string };

export interface GrantStatement {
  readonly kind: 'grant' | 'revoke';
  readonly privileges: readonly string[];
  readonly scope: GrantScope;
  readonly grantees: readonly string[];
}

/** What users can be in. */
export type IdentityKind = 'role' | 'group';

export interface UserOptions {
  readonly superuser?: boolean;
}

export type SqlStatement =
  | { readonly kind: 'select'; readonly query: Query }
  | { readonly kind: 'explain'; readonly query: Query }
  | InsertStatement
  | UpdateStatement
  | DeleteStatement
  | MergeStatement
  | CopyStatement
  | CreateTableStatement
  | AlterTableStatement
  | CreateViewStatement
  | CommentOnViewStatement
  | {
      readonly kind: 'create-schema';
      readonly schema: string;
      readonly ifNotExists: boolean;
      readonly owner?: string;
    }
  | { readonly kind: 'create-user' | 'alter-user'; readonly name: string; readonly options: UserOptions }
  | { readonly kind: 'drop-user'; readonly name: string; readonly ifExists: boolean }
  | {
      readonly kind: 'create-identity';
      readonly identity: IdentityKind;
      readonly name: string;
      readonly users: readonly string[];
    }
  | {
      readonly kind: 'drop-identity';
      readonly identity: IdentityKind;
      readonly name: string;
      readonly ifExists: boolean;
    }
  | {
      readonly kind: 'membership';
      readonly identity: IdentityKind;
      readonly names: readonly string[];
      readonly users: readonly string[];
      readonly isMember: boolean;
    }
  | {
      readonly kind: 'drop-table' | 'drop-view';
      readonly names: readonly NameParts[];
      readonly ifExists: boolean;
    }
  | {
      readonly kind: 'drop-schema';
      readonly schema: string;
      readonly ifExists: boolean;
      readonly cascade: boolean;
    }
  | GrantStatement
  | { readonly kind: 'lock'; readonly tables: readonly NameParts[] }
  | { readonly kind: 'truncate'; readonly table: NameParts }
  | { readonly kind: 'vacuum' | 'analyze'; readonly table?: NameParts }
  | { readonly kind: 'set'; readonly name: string; readonly values: readonly string[] }
  | { readonly kind: 'reset' | 'show'; readonly name: string }
  | { readonly kind: 'transaction'; readonly effect: 'begin' | 'commit' | 'rollback' };
