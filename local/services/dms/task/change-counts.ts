/** Changes of a table by kind. */
export interface ChangeCounts {
  inserts: number;
  updates: number;
  deletes: number;
  truncates: number;
}

export const noChanges = (): ChangeCounts => ({ inserts: 0, updates: 0, deletes: 0, truncates: 0 });

export function addCounts(to: ChangeCounts, from: ChangeCounts): void {
  for (const name of ['inserts', 'updates', 'deletes', 'truncates'] as const) to[name] += from[name];
}
