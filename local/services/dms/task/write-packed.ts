/**
 * Writes changes that are kept as bytes into the open warehouse transaction. The engine takes them at once and says which
 * of their rows it does not take; only those are looked at one by one.
 */
import { formatPosition } from '../../../runtime/ports/source-position';
import type { ApplyNotes } from './apply-notes';
import { charactersOfRow } from './change-buffer';
import { columnNames, type TargetRow } from './mapped-table';
import type { PackedChanges } from './packed-changes';
import { rejectRow } from './rejected-rows';
import { takeChange } from './take-change';
import { checkTablesLeft, isSuspended, type TaskContext, type TaskTable } from './task-context';

const MAX_EXCEPTIONS = 10_000;
const MAX_CHARACTERS = 8 * 1024 * 1024;

/** @returns `suspended` when a row suspended the table; it is then as it was before these changes */
export async function writePacked(
  context: TaskContext,
  packed: PackedChanges,
  notes: ApplyNotes,
): Promise<'written' | 'suspended'> {
  const { session } = context;
  const prepared = await session.prepareChanges(packed.table.targetSql, await packed.finish(session));
  const { misfits } = prepared;
  try {
    const seen = misfits.length === 0 ? 'all rejected' : await rejectMisfits(context, packed, misfits, notes);
    if (seen === 'suspended') return 'suspended';
    await prepared.apply();
    notes.count(packed.table, packed.counts);
    if (seen === 'some fit') await appendFlagged(context, packed, misfits, notes);
    return 'written';
  } finally {
    await prepared.drop();
  }
}

async function rejectMisfits(
  context: TaskContext,
  packed: PackedChanges,
  misfits: readonly number[],
  notes: ApplyNotes,
): Promise<'all rejected' | 'some fit' | 'suspended'> {
  const table = context.tables.get(packed.table.name);
  let seen: 'all rejected' | 'some fit' = 'all rejected';
  for await (const given of packed.unpack(misfits)) {
    if (table === undefined || isSuspended(table)) return 'suspended';
    const { change, misfit } = takeChange(packed.table, given, () => undefined);
    if (change === undefined) packed.counts[`${given.operation}s`] -= 1;
    if (misfit === undefined) {
      seen = 'some fit';
      continue;
    }
    const statement = `${given.operation} in the transaction at ${formatPosition(given.position)}`;
    notes.reject(table, await rejectRow(context, table, misfit, statement));
    checkTablesLeft(context);
    if (notes.exceptionCount >= MAX_EXCEPTIONS) await notes.writeExceptions();
  }
  return table === undefined || isSuspended(table) ? 'suspended' : seen;
}

/** Rows that are written with another value than the source has: NULL, or a text that is cut. */
async function appendFlagged(
  context: TaskContext,
  packed: PackedChanges,
  misfits: readonly number[],
  notes: ApplyNotes,
): Promise<void> {
  const { targetSql, name } = packed.table;
  const table = context.tables.get(name) as TaskTable;
  let rows: TargetRow[] = [];
  let characters = 0;
  const write = async (): Promise<void> => {
    await context.session.append(targetSql, columnNames(packed.table), rows);
    rows = [];
    characters = 0;
  };
  for await (const given of packed.unpack(misfits)) {
    const { change } = takeChange(packed.table, given, (flagged) => notes.flag(table, flagged));
    if (change?.after === undefined || !given.isMissing) continue;
    rows.push(change.after);
    characters += charactersOfRow(change.after);
    if (characters > MAX_CHARACTERS) await write();
  }
  await write();
}
