/** The warehouse through the Redshift Data API: submit, wait, read. Connects as the caller's IAM identity or by a secret. */
import {
  BatchExecuteStatementCommand,
  DescribeStatementCommand,
  ExecuteStatementCommand,
  type GetStatementResultCommand,
  type GetStatementResultCommandOutput,
  ListStatementsCommand,
  type RedshiftDataClient,
  type StatementData,
} from '@aws-sdk/client-redshift-data';
import { PipelineError } from '../errors';
import { classifyException, classifyFailure, statementError } from './statement-error';
import { readResultPages, type TextRow } from './statement-result';
import { type WarehouseName, warehouseMember } from './warehouse-name';

export type DataApiConnection = WarehouseName & {
  readonly client: RedshiftDataClient;
  readonly database: string;
  /** Credentials of a database user. Without it the Data API uses the caller's IAM identity. */
  readonly secretArn?: string;
  /** How much longer a statement may be waited for; asked before each wait. */
  readonly remainingMs: () => number;
};

export interface StatementOptions {
  /** Named parameters `:name`, for values; none may be empty. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Shows in the Data API's list of statements, which can be searched by its beginning. */
  readonly name?: string;
  /** The same token within 8 hours is the same statement: it is not run again. */
  readonly clientToken?: string;
}

export interface FinishedStatement {
  readonly id: string;
  readonly hasResultSet: boolean;
}

/** The most statements that one batch takes. */
export const MAX_BATCH_STATEMENTS = 40;
/** The longest wait that one call allows. */
const MAX_WAIT_SECONDS = 30;
/** Time kept for the caller to end in order after a wait. */
const RESERVE_MS = 2_000;
const ENDED: ReadonlySet<string> = new Set(['FINISHED', 'FAILED', 'ABORTED']);

export class DataApi {
  constructor(private readonly options: DataApiConnection) {}

  /**
   * Runs one statement, which commits by itself, and waits for its end.
   * @throws PipelineError WAREHOUSE_BUSY (retry), LOAD_FILE_REJECTED (dead-letter), LOAD_TIMED_OUT (retry: it
   * continues in the warehouse), LOAD_STATEMENT_FAILED (halt).
   */
  async execute(sql: string, options: StatementOptions = {}): Promise<FinishedStatement> {
    const command = new ExecuteStatementCommand({ ...this.target(options), Sql: sql });
    const submitted = await this.call(options.name ?? null, () => this.options.client.send(command));
    return this.waitFor(submitted.Id as string, options.name);
  }

  /** Runs up to 40 statements in one session and one transaction: all or nothing. Throws as `execute` does. */
  async executeBatch(sqls: readonly string[], options: StatementOptions = {}): Promise<FinishedStatement> {
    const command = new BatchExecuteStatementCommand({ ...this.target(options), Sqls: [...sqls] });
    const submitted = await this.call(options.name ?? null, () => this.options.client.send(command));
    return this.waitFor(submitted.Id as string, options.name);
  }

  /** The rows of a query, a page of memory at a time, every value as text. Cast 64-bit integers to VARCHAR. */
  async *query(sql: string, options: StatementOptions = {}): AsyncGenerator<TextRow> {
    const { id } = await this.execute(sql, options);
    const send = (command: GetStatementResultCommand): Promise<GetStatementResultCommandOutput> =>
      this.call(id, () => this.options.client.send(command));
    for await (const page of readResultPages(send, id)) yield* page.rows;
  }

  /** All rows of a query whose result is small. */
  async readRows(sql: string, options: StatementOptions = {}): Promise<TextRow[]> {
    const rows: TextRow[] = [];
    for await (const row of this.query(sql, options)) rows.push(row);
    return rows;
  }

  /** Statements of the last 24 hours whose name begins so, newest first, also those of earlier runs. */
  async listStatements(namePrefix: string): Promise<StatementData[]> {
    const statements: StatementData[] = [];
    let nextToken: string | undefined;
    do {
      const command = new ListStatementsCommand({
        StatementName: namePrefix,
        Status: 'ALL',
        MaxResults: 100,
        NextToken: nextToken,
      });
      const page = await this.call(namePrefix, () => this.options.client.send(command));
      statements.push(...(page.Statements ?? []));
      nextToken = page.NextToken;
    } while (nextToken !== undefined);
    return statements;
  }

  /** Waits for the end of a statement, whoever submitted it. Throws as `execute` does. */
  async waitFor(id: string, name?: string): Promise<FinishedStatement> {
    for (;;) {
      const waitSeconds = Math.floor((this.options.remainingMs() - RESERVE_MS) / 1000);
      if (waitSeconds < 0) throw timedOut(id, name);
      const askedAtMs = Date.now();
      const command = new DescribeStatementCommand({
        Id: id,
        WaitTimeSeconds: Math.min(waitSeconds, MAX_WAIT_SECONDS),
      });
      const described = await this.call(name ?? id, () => this.options.client.send(command));
      const status = described.Status ?? 'unknown';
      if (status === 'FINISHED') return { id, hasResultSet: described.HasResultSet === true };
      if (ENDED.has(status)) {
        const text = described.Error ?? `it ended ${status} without a reason`;
        const verdict =
          status === 'ABORTED'
            ? ({ code: 'WAREHOUSE_BUSY', disposition: 'retry' } as const)
            : classifyFailure(text);
        throw statementError({ id, name: name ?? null, text, verdict, submittedAt: described.CreatedAt });
      }
      // An endpoint that does not wait on its own must not be asked in a tight loop.
      if (Date.now() - askedAtMs < 100) await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  private target(options: StatementOptions) {
    const { database, secretArn } = this.options;
    const parameters = Object.entries(options.parameters ?? {});
    return {
      ...warehouseMember(this.options),
      Database: database,
      ...(secretArn === undefined ? {} : { SecretArn: secretArn }),
      ...(options.name === undefined ? {} : { StatementName: options.name }),
      ...(options.clientToken === undefined ? {} : { ClientToken: options.clientToken }),
      ...(parameters.length === 0
        ? {}
        : { Parameters: parameters.map(([name, value]) => ({ name, value })) }),
    };
  }

  private async call<Output>(name: string | null, send: () => Promise<Output>): Promise<Output> {
    try {
      return await send();
    } catch (error) {
      if (error instanceof PipelineError) throw error;
      const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      throw statementError({ id: null, name, text, verdict: classifyException(error), cause: error });
    }
  }
}

function timedOut(id: string, name: string | undefined): PipelineError {
  return new PipelineError({
    code: 'LOAD_TIMED_OUT',
    disposition: 'retry',
    message: `the statement ${name ?? id} is still running and the time of this run is over. It continues in the warehouse; the next run finds it and waits for it`,
    context: { statementId: id, statementName: name ?? null },
  });
}
