/** The target table, hashed in the warehouse: only hashes travel. */

import type { ReplicatedTable } from '../tables';
import type { DataApi } from '../warehouse/data-api';
import { statementPieces } from '../warehouse/statement-pieces';
import { readExactRows } from './exact-rows';
import { parseBucket, parseHashedRow } from './hashed-row-parser';
import { buildBucketQuery, buildRowQuery, type RowFilter } from './queries';
import { type Bucket, type ComparedSide, WHOLE } from './side';
import { WAREHOUSE_DIALECT } from './warehouse-dialect';

/** Hashes that one statement may name: 36 bytes each, of the 100 KB that the Data API takes. */
const KEYS_A_STATEMENT = 2_000;

export function warehouseSide(api: DataApi, table: ReplicatedTable): ComparedSide {
  const options = { name: `reconcile/${table.name}` };
  const readRows = async (
    filter: RowFilter,
    withKeys: boolean,
    take: Parameters<ComparedSide['readRows']>[1],
  ): Promise<void> => {
    const sql = buildRowQuery(WAREHOUSE_DIALECT, table, filter, { withKeys });
    for await (const row of api.query(sql, options)) take(parseHashedRow(row));
  };
  return {
    async readBuckets(digits, slice) {
      const buckets = new Map<string, Bucket>();
      for await (const row of api.query(buildBucketQuery(WAREHOUSE_DIALECT, table, digits, slice), options)) {
        buckets.set(...parseBucket(row));
      }
      return buckets;
    },
    async readRows(buckets, take, slice = WHOLE) {
      const build = (piece: readonly string[]): string =>
        buildRowQuery(WAREHOUSE_DIALECT, table, { buckets: piece, slice }, { withKeys: false });
      for (const piece of statementPieces(buckets, buckets.length, build))
        await readRows({ buckets: piece, slice }, false, take);
    },
    hasPrintedDocuments: table.source === 'dynamodb',
    async readKeys(keys, take) {
      if (table.source === 'dynamodb') return readExactRows(api, table, keys, take);
      const hashes = keys.map(({ keyHash }) => keyHash);
      const build = (keyHashes: readonly string[]): string =>
        buildRowQuery(WAREHOUSE_DIALECT, table, { keyHashes }, { withKeys: true });
      for (const keyHashes of statementPieces(hashes, KEYS_A_STATEMENT, build))
        await readRows({ keyHashes }, true, take);
    },
  };
}
