/** Which columns tell the rows of an existing table apart: the same answer for set-up and for the replication task. */

/** One column of one unique index, in the order of {@link KEY_ORDER}. */
export interface IndexedColumn {
  readonly indexName: string;
  /** Null where the index is over an expression. */
  readonly name: string | null;
  /** `YES` or empty. */
  readonly nullable: string;
  /** Not null where only the beginning of the column is indexed. */
  readonly prefix: number | null;
}

export interface KeyIndex {
  /** `PRIMARY` for the primary key. */
  readonly name: string;
  readonly columns: readonly string[];
}

/** To be followed by the condition on the table, and then {@link KEY_ORDER}. */
export const KEY_SELECT = [
  'SELECT index_name AS indexName, column_name AS name, nullable AS nullable, sub_part AS prefix',
  'FROM information_schema.statistics',
  // A unique hash index of MariaDB is over texts of any length; a primary key is hashed only in memory.
  "WHERE non_unique = 0 AND (index_type <> 'HASH' OR index_name = 'PRIMARY') AND",
].join('\n');

export const KEY_ORDER = "ORDER BY index_name = 'PRIMARY' DESC, index_name, seq_in_index";

/** @param rows in the order of {@link KEY_ORDER}. @returns its columns; empty without a key */
export const chooseKey = (rows: readonly IndexedColumn[]): string[] => [
  ...(chooseKeyIndex(rows)?.columns ?? []),
];

/**
 * The primary key, else the unique key without a nullable column that comes first by name; undefined without either.
 * @param rows in the order of {@link KEY_ORDER}.
 */
export function chooseKeyIndex(rows: readonly IndexedColumn[]): KeyIndex | undefined {
  const indexes = new Map<string, IndexedColumn[]>();
  for (const row of rows) indexes.set(row.indexName, [...(indexes.get(row.indexName) ?? []), row]);
  for (const [name, columns] of indexes) {
    const isWhole = columns.every(
      (column) => column.name !== null && column.nullable !== 'YES' && column.prefix === null,
    );
    if (isWhole) return { name, columns: columns.map((column) => column.name ?? '') };
  }
  return undefined;
}
