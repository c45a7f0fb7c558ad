/** Statements in the binlog: DDL, and changes that were logged as text. */
import type { SourcePosition } from '../../../runtime/ports/source-position';
import type { BinlogEvent } from '../binlog/binlog-event';
import { applyAlter } from './apply-alter';
import type { ChangeApplier } from './change-applier';
import { isAfterCopy } from './row-changes';
import { parseStatement } from './statement/parse-statement';
import { dialectOf, isStrict } from './statement/sql-tokens';
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
  statement: Statement,
  position: SourcePosition,
): Promise<void> {
  const { text, database, sqlMode, serverVersion, usesTemporary } = statement;
  const effects = parseStatement(text, database, dialectOf(sqlMode, serverVersion));
  // A temporary table hides the table of its name from its session.
  if (usesTemporary && effects.some(({ kind }) => kind === 'truncate' || kind === 'alter')) return;
  for (const effect of effects) {
    for (const table of affectedTables(context, effect)) {
      if (isSuspended(table) || !isAfterCopy(table, position)) continue;
      const reason = await applyEffect(context, applier, table, effect, statement);
      if (reason !== undefined) await suspendTable(context, table, reason);
    }
  }
}

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
      return applyAlter(context, applier, table, { ...effect, strict: isStrict(sqlMode) });
    case 'suspend':
    case 'suspend-database':
      return effect.reason;
    case 'change-rows':
      return 'its rows were changed by a statement that was logged as text: the session had binlog_format other than ROW';
    case 'unknown':
      return `the source ran a statement that the task does not know: ${effect.words}`;
  }
}
