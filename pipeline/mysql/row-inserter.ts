/** Rows into a MySQL table by multi-row INSERTs of bounded size. */
import type { Connection, ResultSetHeader } from 'mysql2/promise';
import { PipelineError } from '../errors';
import { type MysqlTable, mysqlName } from '../tables';
import { mysqlFailure } from './mysql-errors';
import { quoteMysqlIdentifier, quoteMysqlTable } from './mysql-identifier';

/** A prepared statement takes 65,535 parameters; more rows than this gained nothing when it was measured. */
const MAX_ROWS = 1000;
const MAX_PARAMETERS = 65_535;
/** Far below `max_allowed_packet`: 16 MB by default in MariaDB, 64 MB in MySQL. */
const MAX_CHARACTERS = 2 * 1024 * 1024;

export function buildInsert(table: MysqlTable, columns: readonly string[], rowCount: number): string {
  const row = `(${columns.map(() => '?').join(', ')})`;
  return [
    `INSERT INTO ${quoteMysqlTable(table)} (${columns.map(quoteMysqlIdentifier).join(', ')})`,
    `VALUES ${Array.from({ length: rowCount }, () => row).join(', ')}`,
  ].join('\n');
}

/**
 * Collects rows and inserts them within the open transaction of `connection`. One INSERT is in flight while the next
 * is collected; `add` waits when both are full, so that memory is bounded by two of them.
 *
 * Values are bound, not written into the statement: text reaches the server as it is.
 */
export class RowInserter {
  private values: (string | null)[] = [];
  private characterCount = 0;
  private inFlight: Promise<void> = Promise.resolve();
  private readonly rowsPerInsert: number;

  constructor(
    private readonly connection: Connection,
    private readonly table: MysqlTable,
    private readonly columns: readonly string[],
  ) {
    this.rowsPerInsert = Math.min(MAX_ROWS, Math.floor(MAX_PARAMETERS / columns.length));
  }

  /**
   * @param row values in the order of `columns`.
   * @throws PipelineError of an earlier INSERT; the transaction is then to be given up.
   */
  async add(row: readonly (string | null)[]): Promise<void> {
    for (const value of row) {
      this.values.push(value);
      this.characterCount += value?.length ?? 0;
    }
    const isFull = this.values.length === this.rowsPerInsert * this.columns.length;
    if (isFull || this.characterCount >= MAX_CHARACTERS) await this.send();
  }

  /** Waits until every row that was added is in the transaction. */
  async finish(): Promise<void> {
    if (this.values.length > 0) await this.send();
    await this.inFlight;
  }

  private async send(): Promise<void> {
    const values = this.values;
    this.values = [];
    this.characterCount = 0;
    await this.inFlight;
    this.inFlight = this.insert(values);
    // Its failure is thrown by the next send() or by finish(); until then it is not an unhandled one.
    this.inFlight.catch(() => {});
  }

  private async insert(values: readonly (string | null)[]): Promise<void> {
    const rowCount = values.length / this.columns.length;
    const sql = buildInsert(this.table, this.columns, rowCount);
    const where = mysqlName(this.table);
    let header: ResultSetHeader;
    try {
      [header] = await this.connection.execute<ResultSetHeader>(sql, [...values]);
      // Full statements are prepared once and used again; one of an odd size would stay on the server for nothing.
      if (rowCount !== this.rowsPerInsert) this.connection.unprepare(sql);
    } catch (error) {
      throw mysqlFailure(error, `insert ${rowCount} rows into ${where}`);
    }
    if (header.affectedRows === rowCount && header.warningStatus === 0) return;
    throw new PipelineError({
      code: 'SOURCE_REFUSED',
      disposition: 'halt',
      message: `an INSERT into ${where} took ${header.affectedRows} of ${rowCount} rows with ${header.warningStatus} warnings; a warning means an altered value, so the transaction is rolled back. Is the table the one of the catalogue?`,
      context: { table: this.table.name, rowCount, warningCount: header.warningStatus },
    });
  }
}

/** Of rows that were inserted. @throws PipelineError, after which the rows may be there */
export async function commitRows(connection: Connection, table: MysqlTable): Promise<void> {
  try {
    await connection.commit();
  } catch (error) {
    throw mysqlFailure(error, `commit the rows of ${table.name}; whether they were kept is not known`);
  }
}
