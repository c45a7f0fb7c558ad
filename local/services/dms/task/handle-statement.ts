/** DDL in the binlog, and changes that were logged as statements. */

import { comparePositions, type SourcePosition } from '../../../runtime/ports/source-position';
import type { BinlogEvent } from '../binlog/binlog-event';
import type { ChangeApplier } from './change-applier';
import { readTable } from './source-catalogue';
import { withSource } from './source-connection';
import { structureFingerprint } from './source-table';
import { mentions, movesRowsUnlogged, parseStatement, type StatementEffect } from './statement-kind';
import { isSuspended, suspendTable, type TaskContext, type TaskTable } from './task-context';

type Statement = Extract<BinlogEvent, { readonly kind: 'statement' }>;

/** Honours TRUNCATE; suspends each replicated table whose structure or rows changed in another way. */
export async function handleStatement(
  context: TaskContext,
  applier: ChangeApplier,
  statement: Statement,
  position: SourcePosition,
): Promise<void> {
  const effect = effectOf(statement);
  for (const table of affectedTables(context, effect, statement)) {
    if (isSuspended(table) || isInCopy(table, position)) continue;
    if (effect.kind === 'truncate') {
      if (context.settings.truncateHonoured) applier.truncate(table);
      continue;
    }
    const reason = await reasonToSuspend(context, table, effect, statement.text);
    if (reason !== undefined) await suspendTable(context, table, reason);
  }
}

/** In a transaction, whatever is logged as text besides savepoints is a change that has no row events. */
function effectOf({ text, database, inTransaction }: Statement): StatementEffect {
  const effect = parseStatement(text, database);
  if (!inTransaction || effect.kind !== 'none' || /^(?:SAVEPOINT|RELEASE|XA)\b/i.test(text)) return effect;
  return { kind: 'change-rows', tables: [] };
}

const isInCopy = ({ snapshotPosition }: TaskTable, position: SourcePosition): boolean =>
  snapshotPosition !== undefined && comparePositions(position, snapshotPosition) < 0;

function affectedTables(context: TaskContext, effect: StatementEffect, statement: Statement): TaskTable[] {
  const all = [...context.tables.values()];
  if (effect.kind === 'drop-database')
    return all.filter(({ name }) => name.startsWith(`${effect.database}.`));
  if (effect.kind === 'change-rows') {
    return all.filter(({ name }) => mentions(statement.text, name.slice(name.indexOf('.') + 1)));
  }
  const names = new Set(effect.tables.map(({ database, table }) => `${database}.${table}`));
  return all.filter(({ name }) => names.has(name));
}

async function reasonToSuspend(
  context: TaskContext,
  table: TaskTable,
  effect: StatementEffect,
  text: string,
): Promise<string | undefined> {
  switch (effect.kind) {
    case 'alter':
      if (movesRowsUnlogged(text))
        return 'an ALTER TABLE moved partitions or tablespaces, whose rows are not in the binlog';
      return (await isUnchanged(context, table))
        ? undefined
        : 'its columns or key were changed by ALTER TABLE';
    case 'rename':
      return 'it was renamed, or another table took its name';
    case 'drop':
    case 'drop-database':
      return 'it was dropped at the source';
    case 'create':
      return 'it was recreated at the source';
    case 'change-rows':
      return 'its rows were changed by a statement that was logged as text: the session had binlog_format other than ROW';
    case 'truncate':
    case 'none':
      return undefined;
  }
}

/** An index more or a new default changes no row. */
async function isUnchanged(context: TaskContext, table: TaskTable): Promise<boolean> {
  const { replicated } = table;
  if (replicated === undefined) return false;
  const { database, table: name } = replicated.source;
  const now = await withSource(context.readLogin, (connection) => readTable(connection, database, name));
  return now !== undefined && structureFingerprint(now) === replicated.fingerprint;
}
