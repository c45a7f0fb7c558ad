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

  /** By table. */
  async read(): Promise<Map<string, CopyCheckpoint>> {
    const { rows } = await this.context.session.run(
      [
        'SELECT table_name, snapshot_file, snapshot_offset, rows_read, rows_copied, last_key, structure, made_at',
        `FROM ${this.table}`,
        `WHERE task_name = ${quoteLiteral(this.context.identifier)}`,
      ].join('\n'),
    );
    return new Map(
      rows.map(([name, file, offset, rowsRead, rowsCopied, lastKey, fingerprint, madeAt]) => [
        String(name),
        {
          position: { file: String(file), offset: Number(offset) },
          rowsRead: Number(rowsRead),
          rowsCopied: Number(rowsCopied),
          lastKey: JSON.parse(String(lastKey)) as string[],
          fingerprint: String(fingerprint),
          madeAt: String(madeAt),
        },
      ]),
    );
  }

  /** Part of the open transaction. A table without a checkpoint has none any more. */
  async write(checkpoints: ReadonlyMap<string, CopyCheckpoint | undefined>): Promise<void> {
    const { session, settings, identifier } = this.context;
    const names = [...checkpoints.keys()].map(quoteLiteral).join(', ');
    await session.run(
      `DELETE FROM ${this.table} WHERE task_name = ${quoteLiteral(identifier)} AND table_name IN (${names})`,
    );
    const rows = [...checkpoints].flatMap(([name, checkpoint]) =>
      checkpoint === undefined ? [] : [rowOf(identifier, name, checkpoint)],
    );
    const columns = Object.keys(rows[0] ?? {});
    await session.append(`${settings.controlSchema}.${NAME}`, columns, rows.map(Object.values));
  }
}

const rowOf = (
  identifier: string,
  name: string,
  { position, rowsRead, rowsCopied, lastKey, fingerprint, madeAt }: CopyCheckpoint,
): Readonly<Record<string, string>> => ({
  task_name: identifier,
  table_name: name,
  snapshot_file: position.file,
  snapshot_offset: String(position.offset),
  rows_read: String(rowsRead),
  rows_copied: String(rowsCopied),
  last_key: JSON.stringify(lastKey),
  structure: fingerprint,
  made_at: madeAt,
});
