/**
 * The number of the format in which the state folder keeps things. An older folder is brought to the present format,
 * step by step; a newer one is refused by name.
 *
 * 1  the marker held a sentence and no number
 * 2  checkpoints of streams keep the generation of each shard
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomically } from './write-atomically';

export const STATE_FORMAT = 2;

/** Says that the folder is ours; nothing is ever deleted in a folder without it. */
export const MARKER = '.cdc-state';

const MARKER_NOTE =
  'State of a cdc pipeline on this machine. `npm start -- --fresh` deletes what is in this folder.';

/** What a later version left, or what is no state at all. */
export class StateFormatError extends Error {
  override readonly name = 'StateFormatError';
}

export function writeMarker(folder: string): void {
  const marker = { format: STATE_FORMAT, note: MARKER_NOTE };
  writeFileAtomically(join(folder, MARKER), `${JSON.stringify(marker, null, 2)}\n`);
}

/**
 * Steps, each of which may run again after a crash:
 * 1. every migration from the folder's number to the present one, each file replaced whole;
 * 2. the marker with the present number.
 * Stopped before step 2, the next start begins again at step 1.
 * @throws StateFormatError when a later version wrote the folder
 */
export function bringToPresentFormat(folder: string): void {
  const found = readFormat(folder);
  if (found === STATE_FORMAT) return;
  if (found > STATE_FORMAT) {
    throw new StateFormatError(
      `${folder} has the state format ${found}, and this version knows formats up to ${STATE_FORMAT}: a later version wrote it. Run that version, name another folder with --data-dir, or start with --fresh, which deletes what is in it.`,
    );
  }
  for (let format = found; format < STATE_FORMAT; format += 1) MIGRATIONS[format]?.(folder);
  writeMarker(folder);
}

function readFormat(folder: string): number {
  const text = readFileSync(join(folder, MARKER), 'utf8');
  if (text.trim() === MARKER_NOTE) return 1;
  try {
    const { format } = JSON.parse(text) as { format?: unknown };
    if (typeof format === 'number' && Number.isInteger(format) && format > 0) return format;
  } catch {
    // Refused below.
  }
  throw new StateFormatError(
    `${join(folder, MARKER)} names no state format, so that nothing can tell how to read the folder. Name another folder with --data-dir, or start with --fresh, which deletes what is in it.`,
  );
}

/** By the format that each begins with. */
const MIGRATIONS: Readonly<Record<number, (folder: string) => void>> = { 1: addGenerations };

/** Until format 2 the versions of a shard's records began with the time in its id. */
function addGenerations(folder: string): void {
  const mappings = join(folder, 'stream-mappings');
  if (!existsSync(mappings)) return;
  for (const name of readdirSync(mappings).filter((file) => file.endsWith('.json'))) {
    const file = join(mappings, name);
    const kept = JSON.parse(readFileSync(file, 'utf8')) as { shards: Record<string, object> };
    const shards = Object.entries(kept.shards).map(([id, checkpoint]) => [
      id,
      { ...checkpoint, generation: Number(/^shardId-0*(\d{1,13})-/.exec(id)?.[1] ?? 0) },
    ]);
    const migrated = { ...kept, shards: Object.fromEntries(shards) };
    writeFileAtomically(file, `${JSON.stringify(migrated, null, 2)}\n`);
  }
}
