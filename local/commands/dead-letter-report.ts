/** How many records wait as dead letters, and what a command that ends in their presence says. */
import { lettersOf } from '../runtime/redrive-stream';
import type { Runtime } from '../runtime/runtime';
import { typedCommand } from '../state/typed-command';

export interface DeadLetterCount {
  readonly count: number;
  readonly file: string;
}

/** The pipeline did all that it can, and some records are in the dead letters instead of the warehouse. */
export const EXIT_DEAD_LETTERS = 3;

/** Of stream records: a letter of a scheduled run stands for work that the next run does anyway. */
export function countDeadLetters(runtime: Runtime): DeadLetterCount {
  const queue = lettersOf(runtime.registry, runtime.functionOf('stage-stream-records'));
  return { count: queue?.count() ?? 0, file: queue?.file ?? '' };
}

/** Empty when there are none. */
export function describeDeadLetters({ count, file }: DeadLetterCount, dataDir: string): string[] {
  if (count === 0) return [];
  const letters = count === 1 ? '1 dead letter stands' : `${count} dead letters stand`;
  return [
    `${letters} for records that are not in the warehouse: ${file}`,
    `once their cause is fixed: ${typedCommand(dataDir, 'redrive_stream')}`,
  ];
}

/** 0 when all is well, 1 when tables differ, 3 when records are in the dead letters. */
export function exitCodeOf(equal: boolean, { count }: DeadLetterCount): number {
  if (count > 0) return EXIT_DEAD_LETTERS;
  return equal ? 0 : 1;
}
