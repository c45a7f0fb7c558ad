/** The target table, hashed in the warehouse: only hashes travel. */

import type { ReplicatedTable } from '../tables';
import type { DataApi } from '../warehouse/data-api';
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
    readRows: (buckets, take, slice = WHOLE) => readRows({ buckets, slice }, false, take),
    hasPrintedDocuments: table.source === 'dynamodb',
    async readKeys(keys, take) {
      if (table.source === 'dynamodb') return readExactRows(api, table, keys, take);
      for (let at = 0; at < keys.length; at += KEYS_A_STATEMENT) {
        const keyHashes = keys.slice(at, at + KEYS_A_STATEMENT).map(({ keyHash }) => keyHash);
        await readRows({ keyHashes }, true, take);
      }
    },
  };
}
