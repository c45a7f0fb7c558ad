/** A warehouse of its own in a temp folder, and the objects that COPY finds in S3. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ResultValue, WarehouseSession } from '../../../../local/runtime/ports/warehouse';
import {
  openWarehouse,
  type TwinWarehouse,
} from '../../../../local/services/redshift/storage/open-warehouse';

export interface WarehouseBed {
  readonly folder: string;
  readonly warehouse: TwinWarehouse;
  /** By `bucket/key`. */
  readonly objects: Map<string, Buffer>;
  /** Puts gzip files and their manifest; `names` says in which order, and how often, the manifest lists them. */
  putBatch(files: Readonly<Record<string, string>>, names?: readonly string[]): void;
  close(): Promise<void>;
}

/** The manifest that `putBatch` writes. */
export const MANIFEST = 's3://bucket/manifest.json';

export async function openBed(): Promise<WarehouseBed> {
  const folder = mkdtempSync(join(tmpdir(), 'cdc-warehouse-'));
  const objects = new Map<string, Buffer>();
  const warehouse = await openWarehouse({
    file: join(folder, 'twin.duckdb'),
    database: 'dev',
    fetchObject: async (bucket, key) => {
      const object = objects.get(`${bucket}/${key}`);
      if (object !== undefined) return object;
      throw Object.assign(new Error('The specified key does not exist.'), { name: 'NoSuchKey' });
    },
  });
  return {
    folder,
    warehouse,
    objects,
    putBatch: (files, names = Object.keys(files)) => {
      for (const [name, text] of Object.entries(files)) objects.set(`bucket/${name}`, gzipSync(text));
      const entries = names.map((name) => ({ url: `s3://bucket/${name}`, mandatory: true }));
      objects.set('bucket/manifest.json', Buffer.from(JSON.stringify({ entries })));
    },
    close: async () => {
      await warehouse.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const copyOf = (table: string, options = ''): string =>
  `COPY ${table} FROM '${MANIFEST}' IAM_ROLE 'arn:aws:iam::123456789012:role/copy' FORMAT JSON 'auto' GZIP MANIFEST TIMEFORMAT 'auto' ${options}`;

/** Rows of a query. */
export async function rowsOf(session: WarehouseSession, sql: string): Promise<(readonly ResultValue[])[]> {
  return [...(await session.run(sql)).rows];
}

/** The one value of a query. */
export async function singleValue(session: WarehouseSession, sql: string): Promise<ResultValue | undefined> {
  return (await session.run(sql)).rows[0]?.[0];
}

/** Runs statements one after the other. */
export async function runAll(session: WarehouseSession, ...statements: readonly string[]): Promise<void> {
  for (const sql of statements) await session.run(sql);
}
