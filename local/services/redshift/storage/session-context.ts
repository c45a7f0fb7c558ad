/** What the sessions of one warehouse share. */
import type { FetchObject } from '../../../runtime/ports/warehouse';
import type { LoadErrorRow } from '../commands/command';
import type { ColumnCache } from './column-cache';
import type { MemoryLimit } from './memory-limit';
import type { TableLocks } from './table-locks';

export interface SessionContext {
  readonly database: string;
  readonly locks: TableLocks;
  readonly columnCache: ColumnCache;
  readonly fetchObject: FetchObject;
  /** Where files are that the engine reads rows from. */
  readonly partFolder: string;
  readonly memory: MemoryLimit;
  readonly nextQueryId: () => number;
  readonly onClose: () => void;
  /** Writes rows of sys_load_error_detail, which are the user's, in a transaction of their own. */
  readonly recordLoadErrors: (rows: readonly LoadErrorRow[], user: string) => Promise<void>;
}
