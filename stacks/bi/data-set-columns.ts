/** The columns of a view in the types of QuickSight. */
import type { BiView } from '../../pipeline/bi-views';

/** By the first word of the warehouse's type. */
const TYPES: Readonly<Record<string, string>> = {
  VARCHAR: 'STRING',
  DATE: 'DATETIME',
  TIMESTAMP: 'DATETIME',
  BIGINT: 'INTEGER',
  NUMERIC: 'DECIMAL',
  DOUBLE: 'DECIMAL',
};

/** @throws Error for a type that QuickSight's counterpart is not known of: a data set would be refused half-way */
export const inputColumns = ({ name: view, columns }: BiView): { name: string; type: string }[] =>
  Object.entries(columns).map(([name, { type }]) => {
    const known = TYPES[/^[A-Z]+/.exec(type)?.[0] ?? ''];
    if (known === undefined)
      throw new Error(`the type of ${view}.${name} in QuickSight is not known, got: ${type}`);
    return { name, type: known };
  });
