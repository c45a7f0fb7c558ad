/**
 * How far the copies of tables are, written in the transactions of their rows: a copy that was broken off goes on
 * behind the last row. Changes since its first position are applied over all of it, by key.
 */
import { quoteLiteral, quoteTable } from '../../../../pipeline/warehouse/sql-text';
import type { SourcePosition } from '../../../runtime/ports/source-position';
import type { TaskContext } from './task-context';

export interface CopyCheckpoint {
  /** Of the read with which the copy began. */
  readonly position: SourcePosition;
  /** Rows that were read, and rows that are in the warehouse. */
  readonly rowsRead: number;
  readonly rowsCopied: number;
  /** Texts of the last row's key. */
  readonly lastKey: readonly string[];
  /** Structure at the source. */
  readonly fingerprint: string;
  /** When the source made the table, by its own words: another time is another table, or one that was emptied. */
  readonly madeAt: string;
}

const NAME = 'awsdms_copy_state';

export class CopyCheckpoints {
  private readonly table: string;

  constructor(private readonly context: Pick<TaskContext, 'session' | 'settings' | 'identifier'>) {
    this.table = quoteTable(context.settings.controlSchema, NAME);
  }

  async read(name: string): Promise<CopyCheckpoint | undefined> {
    const { rows } = await this.context.session.run(
      [
        'SELECT snapshot_file, snapshot_offset, rows_read, rows_copied, last_key, structure, made_at',
        `FROM ${this.table}`,
        `WHERE ${this.of(name)}`,
      ].join('\n'),
    );
    const [row] = rows;
    if (row === undefined) return undefined;
    const [file, offset, rowsRead, rowsCopied, lastKey, fingerprint, madeAt] = row;
    return {
      position: { file: String(file), offset: Number(offset) },
      rowsRead: Number(rowsRead),
      rowsCopied: Number(rowsCopied),
      lastKey: JSON.parse(String(lastKey)) as string[],
      fingerprint: String(fingerprint),
      madeAt: String(madeAt),
    };
  }

  /** Part of the open transaction, as all that follows. */
  async write(name: string, checkpoint: CopyCheckpoint): Promise<void> {
    await this.forget(name);
    const { position } = checkpoint;
    const values: Readonly<Record<string, string>> = {
      task_name: this.context.identifier,
      table_name: name,
      snapshot_file: position.file,
      snapshot_offset: String(position.offset),
      rows_read: String(checkpoint.rowsRead),
      rows_copied: String(checkpoint.rowsCopied),
      last_key: JSON.stringify(checkpoint.lastKey),
      structure: checkpoint.fingerprint,
      made_at: checkpoint.madeAt,
    };
    await this.context.session.append(`${this.context.settings.controlSchema}.${NAME}`, Object.keys(values), [
      Object.values(values),
    ]);
  }

  async forget(name: string): Promise<void> {
    await this.context.session.run(`DELETE FROM ${this.table} WHERE ${this.of(name)}`);
  }

  private of(name: string): string {
    return `task_name = ${quoteLiteral(this.context.identifier)} AND table_name = ${quoteLiteral(name)}`;
  }
}
