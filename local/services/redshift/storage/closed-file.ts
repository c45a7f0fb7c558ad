/** Asks a warehouse's file that no process has open: in a fraction of a second, without starting the twin, and changing nothing. */
import { DuckDBInstance } from '@duckdb/node-api';

/** Takes the engine's own words. */
export type AskClosedFile = (sql: string) => Promise<readonly (readonly unknown[])[]>;

/** @throws Error when a process has the file open, and what `work` throws */
export async function withClosedFile<Answer>(
  file: string,
  work: (ask: AskClosedFile) => Promise<Answer>,
): Promise<Answer> {
  const instance = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY', threads: '1' });
  try {
    const connection = await instance.connect();
    return await work(async (sql) => (await connection.runAndReadAll(sql)).getRows());
  } finally {
    instance.closeSync();
  }
}
