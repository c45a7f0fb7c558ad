/** Small parts that several statements share. */
import type { SqlToken } from './sql-tokens';

export interface StatementTable {
  readonly database: string;
  readonly table: string;
}

/** `first`, or behind the column of this name; without one it stays, or a new column comes last. */
export type ColumnPlace = 'first' | { readonly after: string };

/** ON DELETE or ON UPDATE with CASCADE, SET NULL or SET DEFAULT. */
export function hasCascade(tokens: readonly SqlToken[]): boolean {
  return tokens.some(({ kind, text }, index) => {
    if (kind !== 'word' || text.toUpperCase() !== 'ON') return false;
    const event = tokens[index + 1]?.text.toUpperCase();
    const action = tokens[index + 2]?.text.toUpperCase();
    return (event === 'DELETE' || event === 'UPDATE') && (action === 'CASCADE' || action === 'SET');
  });
}
