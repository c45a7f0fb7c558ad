/** One statement's text as a command: parsed once, names resolved, ready to run. */
import { WarehouseError } from '../../../runtime/ports/warehouse';
import type { TableName } from '../sql/names';
import { parseSqlStatement } from '../sql/syntax/parse-statement';
import type { SqlStatement } from '../sql/syntax/statement-tree';
import type { ReaderOptions } from '../sql/syntax/token-reader';
import { planAlterTable } from './alter-table';
import { planDelete, planInsert, planUpdate } from './changes';
import { type Command, type CommandSession, EMPTY_RESULT } from './command';
import { planCopy } from './copy';
import { planCreateTable } from './create-table';
import { planCommentOnView, planCreateView } from './create-view';
import { planDropRelations, planDropSchema } from './drop';
import { planGrant } from './grant';
import { planLock, planTouch, planTruncate } from './maintenance';
import { planMerge } from './merge';
import { Plan } from './plan';
import { planCreateIdentity, planDropIdentity, planMembership } from './roles';
import { planCreateSchema } from './schemas';
import { planExplain, planSelect } from './select';
import { planReset, planSet, planShow, searchPathOf } from './settings';
import { planAlterUser, planCreateUser, planDropUser } from './users';

/** Statements that change nothing outside of their session. */
const READING: ReadonlySet<SqlStatement['kind']> = new Set<SqlStatement['kind']>([
  'select',
  'explain',
  'show',
  'set',
  'reset',
  'transaction',
]);

/** Values for the parameters of a statement, by name or by number. */
export type StatementValues = Pick<ReaderOptions, 'parameters' | 'positional'>;

/** @throws WarehouseError in Redshift's words. */
export function planStatement(sql: string, session: CommandSession, values: StatementValues = {}): Command {
  const statement = parseSqlStatement(sql, {
    caseSensitive: session.settings.get('enable_case_sensitive_identifier') === 'true',
    ...values,
  });
  if (session.readOnly && !READING.has(statement.kind)) {
    const words = sql
      .trim()
      .split(/[^A-Za-z]+/, 1)[0]!
      .toUpperCase();
    throw new WarehouseError(`cannot execute ${words} in a read-only transaction`);
  }
  const searchPath = searchPathOf(session);
  const plan = new Plan(statement, {
    database: session.database,
    defaultSchema: searchPath[0]!,
    searchPath,
    schemaOf: session.schemaOf,
    tempTables: session.tempTables,
    user: session.user,
  });
  const changesTables = changedTables(statement, plan);
  const command = commandOf(statement, plan);
  return changesTables === undefined ? command : { ...command, changesTables };
}

function changedTables(statement: SqlStatement, plan: Plan): Command['changesTables'] {
  const of = (tables: readonly TableName[]) =>
    tables.every(({ schema }) => schema === undefined) ? 'temp' : 'any';
  switch (statement.kind) {
    case 'create-table':
      return of([plan.newTable(statement.name, statement.temporary)]);
    case 'alter-table':
      return of([plan.table(statement.table)]);
    case 'drop-table':
    case 'drop-view':
      return of(statement.names.map((parts) => plan.table(parts)));
    case 'create-view':
    case 'drop-schema':
      return 'any';
    default:
      return undefined;
  }
}

function commandOf(statement: SqlStatement, plan: Plan): Command {
  switch (statement.kind) {
    case 'select':
      return planSelect(statement.query, plan);
    case 'explain':
      return planExplain(statement.query, plan);
    case 'insert':
      return planInsert(statement, plan);
    case 'update':
      return planUpdate(statement, plan);
    case 'delete':
      return planDelete(statement, plan);
    case 'merge':
      return planMerge(statement, plan);
    case 'copy':
      return planCopy(statement, plan);
    case 'create-table':
      return planCreateTable(statement, plan);
    case 'alter-table':
      return planAlterTable(statement, plan);
    case 'create-view':
      return planCreateView(statement, plan);
    case 'comment-on-view':
      return planCommentOnView(statement, plan);
    case 'create-schema':
      return planCreateSchema(statement);
    case 'create-user':
      return planCreateUser(statement);
    case 'alter-user':
      return planAlterUser(statement);
    case 'drop-user':
      return planDropUser(statement);
    case 'create-identity':
      return planCreateIdentity(statement);
    case 'drop-identity':
      return planDropIdentity(statement);
    case 'membership':
      return planMembership(statement);
    case 'drop-table':
    case 'drop-view':
      return planDropRelations(statement, plan);
    case 'drop-schema':
      return planDropSchema(statement);
    case 'grant':
    case 'revoke':
      return planGrant(statement, plan);
    case 'lock':
      return planLock(statement.tables, plan);
    case 'truncate':
      return planTruncate(statement.table, plan);
    case 'vacuum':
      return { ...planTouch(statement.table, plan), transaction: 'forbidden' };
    case 'analyze':
      return planTouch(statement.table, plan);
    case 'set':
    case 'reset':
    case 'show':
    case 'transaction':
      return sessionCommandOf(statement);
  }
}

type SessionStatement = Extract<SqlStatement, { kind: 'set' | 'reset' | 'show' | 'transaction' }>;

/** Statements about the session itself. */
function sessionCommandOf(statement: SessionStatement): Command {
  switch (statement.kind) {
    case 'set':
      return planSet(statement.name, statement.values);
    case 'reset':
      return planReset(statement.name);
    case 'show':
      return planShow(statement.name);
    case 'transaction':
      return { locks: [], needs: [], transaction: statement.effect, run: async () => EMPTY_RESULT };
  }
}
