/**
 * What a table has under a name that comes from outside; undefined when it has nothing of its own under it.
 * `table[name]` would find `constructor` and `toString` in every table.
 */
export const ownValue = <Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;
