/** The Redshift Data API over the warehouse twin. */

import type { WarehouseName } from '../../../../pipeline/warehouse/warehouse-name';
import type { Caller, JsonObject, JsonService } from '../../../protocol/service';
import { ServiceError } from '../../../protocol/service';
import { checkParameters, isSingleStatement } from '../sql/statement-text';
import type { TwinWarehouse } from '../storage/open-warehouse';
import { describeTable, listDatabases, listSchemas, listTables } from './catalog-calls';
import { describeStatement, listedStatement, submittedStatement } from './describe';
import { checkSql, numberOf, parametersOf, requiredText, textOf, validationError } from './input';
import { columnMetadata, csvText, readPage } from './records';
import { runStatement } from './run-statement';
import { StatementStore } from './statement-store';
import { type StatementRequest, SubmittedStatement, type SubStatement } from './submitted-statement';

export type DataApiOptions = WarehouseName & {
  readonly warehouse: TwinWarehouse;
  /** Which database user a request comes in as; undefined, or no such option: a superuser. */
  readonly userOf?: (caller: Caller, input: JsonObject) => string | undefined;
};

const MAX_BATCH_STATEMENTS = 40;
/** More are refused with ActiveStatementsExceededException. */
const MAX_ACTIVE_STATEMENTS = 500;

export function createDataApi(options: DataApiOptions): JsonService {
  return new DataApiService(options);
}

class DataApiService implements JsonService {
  private readonly store = new StatementStore();

  constructor(private readonly options: DataApiOptions) {}

  async handle(operation: string, input: JsonObject, caller: Caller): Promise<JsonObject> {
    switch (operation) {
      case 'ExecuteStatement':
        return this.execute(input, caller);
      case 'BatchExecuteStatement':
        return this.executeBatch(input, caller);
      case 'DescribeStatement':
        return this.describe(input, caller);
      case 'GetStatementResult':
        return this.result(input, caller);
      case 'GetStatementResultV2':
        return this.resultV2(input, caller);
      case 'CancelStatement':
        return this.cancel(input, caller);
      case 'ListStatements':
        return this.list(input, caller);
      case 'ListDatabases':
        this.checkTarget(input);
        return listDatabases(this.options.warehouse);
      case 'ListSchemas':
        this.checkTarget(input);
        return listSchemas(this.options.warehouse, input);
      case 'ListTables':
        this.checkTarget(input);
        return listTables(this.options.warehouse, input);
      case 'DescribeTable':
        this.checkTarget(input);
        return describeTable(this.options.warehouse, input);
      default:
        throw new ServiceError('UnknownOperationException', `the operation ${operation} is not supported`);
    }
  }

  private async execute(input: JsonObject, caller: Caller): Promise<JsonObject> {
    const sql = checkSql(requiredText(input, 'Sql'));
    if (!isSingleStatement(sql)) {
      throw validationError(
        'ExecuteStatement takes a single SQL statement; use BatchExecuteStatement for several',
      );
    }
    return this.submit([sql], false, input, caller);
  }

  private async executeBatch(input: JsonObject, caller: Caller): Promise<JsonObject> {
    const sqls = input.Sqls;
    if (!Array.isArray(sqls) || sqls.length < 1 || sqls.length > MAX_BATCH_STATEMENTS) {
      throw validationError(
        `1 validation error detected: Value at 'sqls' failed to satisfy constraint: Member must have length between 1 and ${MAX_BATCH_STATEMENTS}`,
      );
    }
    const texts = sqls.map((sql) => checkSql(typeof sql === 'string' ? sql : ''));
    if (!texts.every(isSingleStatement))
      throw validationError('each element of Sqls must be a single SQL statement');
    return this.submit(texts, true, input, caller);
  }

  private async submit(
    sqls: readonly string[],
    batch: boolean,
    input: JsonObject,
    caller: Caller,
  ): Promise<JsonObject> {
    const waitSeconds = numberOf(input, 'WaitTimeSeconds', 0, 30) ?? 0;
    const request = this.requestOf(sqls, batch, input, caller);
    const known = this.store.byToken(caller.identity, request.clientToken);
    if (known !== undefined) {
      await known.wait(waitSeconds);
      return submittedStatement(known);
    }
    if (this.store.activeCount() >= MAX_ACTIVE_STATEMENTS) {
      throw new ServiceError(
        'ActiveStatementsExceededException',
        'Active statements exceeded the allowed quota',
      );
    }
    const statement = new SubmittedStatement(request);
    this.store.add(statement);
    void runStatement(statement, this.options.warehouse, request.dbUser).then(() =>
      this.store.keepWithinLimits(),
    );
    await statement.wait(waitSeconds);
    return submittedStatement(statement);
  }

  private requestOf(
    sqls: readonly string[],
    batch: boolean,
    input: JsonObject,
    caller: Caller,
  ): StatementRequest {
    this.checkTarget(input);
    for (const member of ['SessionId', 'SessionKeepAliveSeconds', 'WithEvent']) {
      if (input[member] !== undefined && input[member] !== false)
        throw validationError(`${member} is not supported by this endpoint`);
    }
    const mode = textOf(input, 'ExecutionMode') ?? 'TRANSACTION';
    if (mode !== 'TRANSACTION' && mode !== 'AUTO_COMMIT')
      throw validationError(`ExecutionMode '${mode}' is not TRANSACTION or AUTO_COMMIT`);
    const format = textOf(input, 'ResultFormat') ?? 'JSON';
    if (format !== 'JSON' && format !== 'CSV')
      throw validationError(`ResultFormat '${format}' is not JSON or CSV`);
    const parameters = parametersOf(input);
    const problem = checkParameters(sqls, parameters);
    if (problem !== undefined) throw validationError(problem);
    const [name, clientToken, secretArn] = [
      textOf(input, 'StatementName'),
      textOf(input, 'ClientToken'),
      textOf(input, 'SecretArn'),
    ];
    if (name !== undefined && name.length > 500)
      throw validationError('StatementName must have at most 500 characters');
    if (clientToken !== undefined && !/^.{1,64}$/s.test(clientToken))
      throw validationError('ClientToken must have 1 to 64 characters');
    const dbUser = this.options.userOf?.(caller, input);
    return {
      owner: caller.identity,
      batch,
      autoCommit: mode === 'AUTO_COMMIT',
      sqls,
      parameters,
      calledAs: this.options,
      database: this.options.warehouse.database,
      resultFormat: format,
      ...(name === undefined ? {} : { name }),
      ...(clientToken === undefined ? {} : { clientToken }),
      ...(secretArn === undefined ? {} : { secretArn }),
      ...(dbUser === undefined ? {} : { dbUser }),
    };
  }

  /** @throws ServiceError ValidationException for a cluster, a database or a way in that is not here. */
  private checkTarget(input: JsonObject): void {
    if (input.DbUser !== undefined) {
      throw validationError(
        "DbUser is not supported by this endpoint: a caller comes in as the user of its role (IAMR:<role>), or with SecretArn as the secret's user. Leave DbUser out",
      );
    }
    this.checkWarehouse(input);
    const database = requiredText(input, 'Database');
    if (database !== this.options.warehouse.database)
      throw validationError(`FATAL: database "${database}" does not exist`);
  }

  /** A request names a cluster or a workgroup, and the service looks for it among those. */
  private checkWarehouse(input: JsonObject): void {
    const [cluster, workgroup] = [textOf(input, 'ClusterIdentifier'), textOf(input, 'WorkgroupName')];
    if (cluster !== undefined && workgroup !== undefined) {
      throw validationError('only one of ClusterIdentifier and WorkgroupName may be specified');
    }
    if (cluster === undefined && workgroup === undefined) requiredText(input, 'ClusterIdentifier');
    const { clusterIdentifier, workgroupName } = this.options;
    if (cluster !== clusterIdentifier || workgroup !== workgroupName)
      throw validationError("Redshift endpoint doesn't exist in this region.");
  }

  private async describe(input: JsonObject, caller: Caller): Promise<JsonObject> {
    const waitSeconds = numberOf(input, 'WaitTimeSeconds', 0, 30) ?? 0;
    const { statement, part } = this.store.find(requiredText(input, 'Id'), caller);
    await statement.wait(waitSeconds);
    return describeStatement(statement, part);
  }

  private async finishedPart(
    input: JsonObject,
    caller: Caller,
  ): Promise<{ statement: SubmittedStatement; part: SubStatement }> {
    const waitSeconds = numberOf(input, 'WaitTimeSeconds', 0, 30) ?? 0;
    const id = requiredText(input, 'Id');
    const { statement, part } = this.store.find(id, caller);
    await statement.wait(waitSeconds);
    const chosen = part ?? (statement.request.batch ? undefined : statement.parts[0]);
    if (chosen?.released !== undefined)
      throw new ServiceError('ResourceNotFoundException', chosen.released, 404, { ResourceId: id });
    if (chosen?.result === undefined || chosen.result.columns.length === 0 || statement.active) {
      throw new ServiceError(
        'ResourceNotFoundException',
        'Query does not have result. Please check query status with DescribeStatement.',
        404,
        { ResourceId: id },
      );
    }
    return { statement, part: chosen };
  }

  private async result(input: JsonObject, caller: Caller): Promise<JsonObject> {
    const { statement, part } = await this.finishedPart(input, caller);
    if (statement.request.resultFormat !== 'JSON')
      throw validationError('the statement ran with ResultFormat CSV; use GetStatementResultV2');
    const result = part.result!;
    const token = textOf(input, 'NextToken');
    const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString());
    if (!Number.isInteger(start) || start < 0 || start > result.rows.length)
      throw validationError('NextToken is invalid');
    const page = readPage(result, start);
    return {
      Records: page.records,
      ColumnMetadata: result.columns.map(columnMetadata),
      TotalNumRows: result.rows.length,
      ...(page.next === undefined ? {} : { NextToken: Buffer.from(String(page.next)).toString('base64url') }),
    };
  }

  private async resultV2(input: JsonObject, caller: Caller): Promise<JsonObject> {
    const { statement, part } = await this.finishedPart(input, caller);
    if (statement.request.resultFormat !== 'CSV')
      throw validationError('the statement ran with ResultFormat JSON; use GetStatementResult');
    const result = part.result!;
    return {
      Records: [{ CSVRecords: csvText(result) }],
      ColumnMetadata: result.columns.map(columnMetadata),
      TotalNumRows: result.rows.length,
      ResultFormat: 'csv',
    };
  }

  private async cancel(input: JsonObject, caller: Caller): Promise<JsonObject> {
    const { statement } = this.store.find(requiredText(input, 'Id'), caller);
    if (!statement.active)
      throw validationError('Could not cancel a query that is already in FINISHED, FAILED or ABORTED state.');
    statement.cancelled = true;
    statement.cancel?.();
    await statement.ended;
    return { Status: statement.status === 'ABORTED' };
  }

  private async list(input: JsonObject, caller: Caller): Promise<JsonObject> {
    const most = numberOf(input, 'MaxResults', 0, 100) || 100;
    const status = textOf(input, 'Status');
    const prefix = textOf(input, 'StatementName') ?? '';
    const token = textOf(input, 'NextToken');
    const found = this.store
      .newestFirst(caller, input.RoleLevel !== false)
      .filter(({ request }) => prefix === '' || request.name?.startsWith(prefix) === true)
      .filter((statement) =>
        status === undefined
          ? statement.status === 'FINISHED'
          : status === 'ALL' || statement.status === status,
      );
    const start = token === undefined ? 0 : found.findIndex(({ id }) => id === token);
    if (start < 0) throw validationError('NextToken is invalid');
    const next = found[start + most];
    return {
      Statements: found.slice(start, start + most).map(listedStatement),
      ...(next === undefined ? {} : { NextToken: next.id }),
    };
  }
}
