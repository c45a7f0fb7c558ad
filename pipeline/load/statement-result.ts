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

export interface ResultColumn {
  readonly name: string;
  /** Redshift's name: int2, int4, int8, float8, numeric, bool, varchar, date, timestamp, super. */
  readonly typeName: string;
  readonly precision: number;
  readonly scale: number;
}

export interface ResultPage {
  readonly columns: readonly ResultColumn[];
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
    const columns = (page.ColumnMetadata ?? []).map(resultColumn);
    const rows = (page.Records ?? []).map((record) =>
      Object.fromEntries(
        record.map((field, index) => [columns[index]?.name ?? '', fieldText(field, columns[index])]),
      ),
    );
    yield { columns, rows };
    nextToken = page.NextToken;
  } while (nextToken !== undefined);
}

function resultColumn(metadata: ColumnMetadata): ResultColumn {
  return {
    name: (metadata.label ?? metadata.name ?? '').toLowerCase(),
    typeName: metadata.typeName ?? '',
    precision: metadata.precision ?? 0,
    scale: metadata.scale ?? 0,
  };
}

/** @throws PipelineError LOAD_STATEMENT_FAILED (halt) for an integer that JSON has already rounded. */
function fieldText(field: Field, column: ResultColumn | undefined): string | null {
  if (field.isNull === true) return null;
  if (field.stringValue !== undefined) return field.stringValue;
  if (field.booleanValue !== undefined) return String(field.booleanValue);
  if (field.doubleValue !== undefined) return String(field.doubleValue);
  if (field.longValue !== undefined && Number.isSafeInteger(field.longValue)) return String(field.longValue);
  throw new PipelineError({
    code: 'LOAD_STATEMENT_FAILED',
    disposition: 'halt',
    message: `the result's column ${column?.name ?? ''} (${column?.typeName ?? ''}) holds a value that the Data API cannot carry exactly. Cast it to VARCHAR in the query`,
    context: { column: column?.name ?? null },
  });
}
