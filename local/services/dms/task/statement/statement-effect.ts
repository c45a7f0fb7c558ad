/** What a statement in the binlog does to which tables, as far as replication has to care. */
import type { AlterSpec } from './alter-spec';
import type { StatementTable } from './clauses';

export type StatementEffect =
  | { readonly kind: 'truncate'; readonly table: StatementTable }
  /** `ignore`: rows that break a new rule are changed or dropped rather than refused. */
  | {
      readonly kind: 'alter';
      readonly table: StatementTable;
      readonly specs: readonly AlterSpec[];
      readonly ignore: boolean;
    }
  /** Its rows or structure changed in a way that the binlog does not show. */
  | { readonly kind: 'suspend'; readonly table: StatementTable; readonly reason: string }
  | { readonly kind: 'suspend-database'; readonly database: string; readonly reason: string }
  /** Rows were changed by a statement that was logged as text; every name in it that could be a table. */
  | { readonly kind: 'change-rows'; readonly tables: readonly StatementTable[] }
  /** On no list; every name in it that could be a table. */
  | { readonly kind: 'unknown'; readonly words: string; readonly tables: readonly StatementTable[] };
