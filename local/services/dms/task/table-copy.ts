/** What a copy of one table works with. */
import type { Connection } from 'mysql2';
import type { SourcePosition } from '../../../runtime/ports/source-position';
import type { CopyCheckpoint } from './copy-checkpoints';
import type { MappedTable } from './mapped-table';
import type { TaskTable } from './task-context';

export interface TableCopy {
  /** In the transaction of the consistent read. */
  readonly connection: Connection;
  readonly table: TaskTable;
  readonly replicated: MappedTable;
  readonly position: SourcePosition;
  /** Behind which a copy that was broken off goes on. */
  readonly resume: CopyCheckpoint | undefined;
  /** What the source says of the table: when it was made, and about how many rows it has. */
  readonly madeAt: string;
  readonly expectedRows: number;
}
