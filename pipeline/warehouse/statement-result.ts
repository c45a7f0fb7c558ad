/** Results of the Data API as text rows: no number passes through JavaScript unnoticed. */
import {
  type ColumnMetadata,
  type Field,
  GetStatementResultCommand,
  type GetStatementResultCommandOutput,
} from '@aws-sdk/client-redshift-data';
import { PipelineError } from '../errors';

/** A row by column name, in lower case. Booleans are `true` and `false`; NULL is null. */
export type TextRow = Readonly<Record<string, string | null>>;

export interface ResultPage {
  readonly rows: readonly TextRow[];
}

/** Reads the pages of a finished query in order. A result is kept for 24 hours. */
export async function* readResultPages(
  send: (command: GetStatementResultCommand) => Promise<GetStatementResultCommandOutput>,
  statementId: string,
): AsyncGenerator<ResultPage> {
  let nextToken: string | undefined;
  do {
    const page = await send(new GetStatementResultCommand({ Id: statementId, NextToken: nextToken }));
    const columns = page.ColumnMetadata ?? [];
    const rows = (page.Records ?? []).map((record) =>
      Object.fromEntries(
        record.map((field, index) => [columnName(columns[index]), fieldText(field, columns[index])]),
      ),
    );
    yield { rows };
    nextToken = page.NextToken;
  } while (nextToken !== undefined);
}

const columnName = (column: ColumnMetadata | undefined): string =>
  (column?.label ?? column?.name ?? '').toLowerCase();

/** @throws PipelineError LOAD_STATEMENT_FAILED (halt) for an integer that JSON has already rounded. */
function fieldText(field: Field, column: ColumnMetadata | undefined): string | null {
  if (field.isNull === true) return null;
  if (field.stringValue !== undefined) return field.stringValue;
  if (field.booleanValue !== undefined) return String(field.booleanValue);
  if (field.doubleValue !== undefined) return String(field.doubleValue);
  if (field.longValue !== undefined && Number.isSafeInteger(field.longValue)) return String(field.longValue);
  throw new PipelineError({
    code: 'LOAD_STATEMENT_FAILED',
    disposition: 'halt',
    message: `the result's column ${columnName(column)} (${column?.typeName ?? 'no type'}) holds a value that the Data API cannot carry exactly. Cast it to VARCHAR in the query`,
    context: { column: columnName(column) },
  });
}
