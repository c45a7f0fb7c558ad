/** Statements in the binlog: DDL, and changes that were logged as text. */
import { foldSourceName } from '../../../../pipeline/mysql/folded-name';
import type { SourcePosition } from '../../../runtime/ports/source-position';
import type { BinlogEvent } from '../binlog/binlog-event';
import { decodeStatement } from '../binlog/text-charset';
import { applyAlter } from './apply-alter';
import type { ChangeApplier } from './change-applier';
import { isAfterCopy } from './row-changes';
import { withSource } from './source-connection';
import type { StatementTable } from './statement/clauses';
import { parseStatement } from './statement/parse-statement';
import { dialectOf, isStrict, typeModesOf } from './statement/sql-tokens';
import type { StatementEffect } from './statement/statement-effect';
import {
  findTable,
  isInDatabase,
  isSuspended,
  suspendTable,
  type TaskContext,
  type TaskTable,
} from './task-context';

type Statement = Extract<BinlogEvent, { readonly kind: 'statement' }>;

/** Applies what can be applied; suspends each other replicated table whose structure or rows it changed. */
export async function handleStatement(
  context: TaskContext,
  applier: ChangeApplier,
  logged: Statement,
  position: SourcePosition,
): Promise<void> {
  const statement = { ...logged, text: await readText(context, logged) };
  const { text, database, sqlMode, serverVersion, usesTemporary } = statement;
  const effects = parseStatement(text, database, dialectOf(sqlMode, serverVersion));
  // A temporary table hides the table of its name from its session.
  if (
    usesTemporary &&
    !NUMBER_OF_SESSION.test(text) &&
    effects.some(({ kind }) => kind === 'truncate' || kind === 'alter')
  )
    return;
  for (const effect of effects) {
    for (const table of affectedTables(context, effect)) {
      if (isSuspended(table) || !isAfterCopy(table, position)) continue;
      const reason = await applyEffect(context, applier, table, effect, statement);
      if (reason !== undefined) await suspendTable(context, table, reason);
    }
    if (effect.kind !== 'change-rows') continue;
    for (const table of changedUnseen(context, effect.tables, statement))
      if (!isSuspended(table) && isAfterCopy(table, position))
        await suspendTable(context, table, CHANGED_UNSEEN);
  }
}

/** A statement with one of these is marked as one that uses temporary tables, whatever table it is about. */
const NUMBER_OF_SESSION = /\b(?:connection_id|pseudo_thread_id)\b/i;

function readText({ readLogin }: TaskContext, { text, collation }: Statement): Promise<string> | string {
  if (collation === undefined) return text;
  return withSource(readLogin, (connection) =>
    decodeStatement(connection, Buffer.from(text, 'latin1'), collation),
  );
}

const CHANGED_UNSEEN =
  'a statement that changed tables of its database was logged as text, and what its triggers and functions did is not in the binlog: the session had binlog_format other than ROW';

/**
 * Tables that a statement may have changed without naming them. Which triggers there are only their owners may look
 * up, and those of today are not those of that time; so it is all tables of the databases that it wrote to.
 */
function changedUnseen(
  context: TaskContext,
  named: readonly StatementTable[],
  { text, database: current, usedDatabases = [] }: Statement,
): TaskTable[] {
  // One that the text does not name was used by a trigger or a function; of one that it names, only a row may have been read.
  const fold = context.server.foldsNames ? foldSourceName : (name: string): string => name;
  const words = fold(text);
  const unnamed = usedDatabases.filter(
    (database) => fold(database) !== fold(current) && !words.includes(fold(database)),
  );
  const databases = [...named.filter(isName).map(({ database }) => database), ...unnamed];
  return [...context.tables.values()].filter((table) =>
    databases.some((database) => isInDatabase(context, table, database)),
  );
}

/** Words that are taken for names where any name may be that of a changed table. */
const NO_NAMES = new Set(
  `AS CROSS DELAYED FORCE FROM FULL IGNORE INDEX INNER JOIN KEY LEFT LOW_PRIORITY NATURAL ON OUTER PARTITION QUICK
  RECURSIVE RIGHT STRAIGHT_JOIN USE USING WITH`.split(/\s+/),
);
const isName = ({ table }: StatementTable): boolean => !NO_NAMES.has(table.toUpperCase());

function affectedTables(context: TaskContext, effect: StatementEffect): TaskTable[] {
  switch (effect.kind) {
    case 'suspend-database':
      return [...context.tables.values()].filter((table) => isInDatabase(context, table, effect.database));
    case 'change-rows':
    case 'unknown':
      return [...new Set(effect.tables.flatMap((table) => findTable(context, table) ?? []))];
    default:
      return [findTable(context, effect.table) ?? []].flat();
  }
}

/** @returns why the table must be suspended, if so */
async function applyEffect(
  context: TaskContext,
  applier: ChangeApplier,
  table: TaskTable,
  effect: StatementEffect,
  { sqlMode }: Statement,
): Promise<string | undefined> {
  switch (effect.kind) {
    case 'truncate':
      if (context.settings.truncateHonoured) applier.truncate(table);
      return undefined;
    case 'alter':
      return applyAlter(context, applier, table, {
        ...effect,
        strict: isStrict(sqlMode),
        modes: typeModesOf(sqlMode),
      });
    case 'suspend':
    case 'suspend-database':
      return effect.reason;
    case 'change-rows':
      return 'its rows were changed by a statement that was logged as text: the session had binlog_format other than ROW';
    case 'unknown':
      return `the source ran a statement that the task does not know: ${effect.words}`;
  }
}
