/** Variables of a MySQL or MariaDB server without which its changes cannot be replicated exactly. */

export interface NeededVariable {
  readonly value: string;
  /** What is wrong while the variable has another value. */
  readonly reason: string;
}

export type NeededVariables = Readonly<Record<string, NeededVariable>>;

/** DMS user guide, "Using a MySQL-compatible database as a source". A server without the variable is fine. */
export const NEEDED_VARIABLES: NeededVariables = {
  log_bin: { value: 'ON', reason: 'no change is logged' },
  binlog_format: { value: 'ROW', reason: 'changes are logged as statements' },
  binlog_row_image: { value: 'FULL', reason: 'changes leave columns out' },
  binlog_row_value_options: { value: '', reason: 'changes of JSON are partial' },
  binlog_transaction_compression: { value: 'OFF', reason: 'DMS cannot read compressed transactions' },
  log_bin_compress: { value: 'OFF', reason: 'DMS cannot read compressed events' },
};

/** @returns one line for each variable that has another value than it needs */
export function checkVariables(found: ReadonlyMap<string, string>, needed: NeededVariables): string[] {
  return Object.entries(needed).flatMap(([name, { value, reason }]) => {
    const got = found.get(name);
    if (got === undefined || got.toUpperCase() === value) return [];
    return [`${name} is "${got}" and must be "${value}" (${reason})`];
  });
}
