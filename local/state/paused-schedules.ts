/** Which schedules a person paused: they stay so from start to start. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomically } from './write-atomically';

const fileIn = (dataDir: string): string => join(dataDir, 'paused-schedules.json');

export function readPausedSchedules(dataDir: string): readonly string[] {
  const file = fileIn(dataDir);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as string[]) : [];
}

export function keepPausedSchedule(dataDir: string, name: string, isPaused: boolean): void {
  const others = readPausedSchedules(dataDir).filter((one) => one !== name);
  writeFileAtomically(fileIn(dataDir), `${JSON.stringify(isPaused ? [...others, name] : others)}\n`);
}
