/** Statements as the API describes them. Times are epoch seconds, durations nanoseconds. */
import { warehouseMember } from '../../../../pipeline/warehouse/warehouse-name';
import type { JsonObject } from '../../../protocol/service';
import type { SubmittedStatement, SubStatement } from './submitted-statement';

const seconds = (milliseconds: number): number => milliseconds / 1000;
const hasRows = (part: SubStatement): boolean => (part.result?.columns.length ?? 0) > 0;

export const submittedStatement = (statement: SubmittedStatement): JsonObject => ({
  Id: statement.id,
  CreatedAt: seconds(statement.createdAtMs),
  ...warehouseMember(statement.request.calledAs),
  Database: statement.request.database,
  ...(statement.request.dbUser === undefined ? {} : { DbUser: statement.request.dbUser }),
  ...(statement.request.secretArn === undefined ? {} : { SecretArn: statement.request.secretArn }),
  Status: statement.status,
  HasResultSet: statement.parts.some(hasRows),
});

/** The whole, or the part of a batch that was asked for. */
export function describeStatement(statement: SubmittedStatement, part?: SubStatement): JsonObject {
  if (part !== undefined)
    return { ...common(statement), ...partFields(statement, part, statement.parts.indexOf(part)) };
  const { request, parts } = statement;
  const single = request.batch ? undefined : parts[0]!;
  return {
    ...common(statement),
    Id: statement.id,
    Status: statement.status,
    CreatedAt: seconds(statement.createdAtMs),
    UpdatedAt: seconds(statement.updatedAtMs),
    Duration: parts.reduce((sum, one) => sum + one.durationMs, 0) * 1e6,
    HasResultSet: parts.some(hasRows),
    ResultRows: single === undefined ? -1 : rowCount(single),
    ResultSize: single === undefined ? -1 : single.bytes,
    RedshiftQueryId: single?.queryId ?? -1,
    ...(single === undefined ? {} : { QueryString: single.sql }),
    ...(statement.error === undefined ? {} : { Error: statement.error }),
    ...(request.parameters.size === 0
      ? {}
      : { QueryParameters: [...request.parameters].map(([name, value]) => ({ name, value })) }),
    ...(request.batch
      ? {
          SubStatements: parts.map((one, index) => partFields(statement, one, index)),
          ExecutionMode: request.autoCommit ? 'AUTO_COMMIT' : 'TRANSACTION',
        }
      : {}),
  };
}

const common = ({ request }: SubmittedStatement): JsonObject => ({
  ...warehouseMember(request.calledAs),
  Database: request.database,
  ...(request.dbUser === undefined ? {} : { DbUser: request.dbUser }),
  ...(request.secretArn === undefined ? {} : { SecretArn: request.secretArn }),
  ResultFormat: request.resultFormat.toLowerCase(),
  RedshiftPid: 0,
});

const partFields = (statement: SubmittedStatement, part: SubStatement, index: number): JsonObject => ({
  Id: `${statement.id}:${index + 1}`,
  QueryString: part.sql,
  Status: part.status,
  CreatedAt: seconds(part.createdAtMs),
  UpdatedAt: seconds(part.updatedAtMs),
  Duration: part.durationMs * 1e6,
  HasResultSet: hasRows(part),
  ResultRows: rowCount(part),
  ResultSize: part.bytes,
  RedshiftQueryId: part.queryId,
  ...(part.error === undefined ? {} : { Error: part.error }),
});

const rowCount = (part: SubStatement): number => part.result?.rowCount ?? -1;

export const listedStatement = (statement: SubmittedStatement): JsonObject => ({
  Id: statement.id,
  Status: statement.status,
  CreatedAt: seconds(statement.createdAtMs),
  UpdatedAt: seconds(statement.updatedAtMs),
  IsBatchStatement: statement.request.batch,
  ResultFormat: statement.request.resultFormat.toLowerCase(),
  ...(statement.request.batch
    ? { QueryStrings: statement.parts.map(({ sql }) => sql) }
    : { QueryString: statement.parts[0]!.sql }),
  ...(statement.request.name === undefined ? {} : { StatementName: statement.request.name }),
  ...(statement.request.secretArn === undefined ? {} : { SecretArn: statement.request.secretArn }),
});
