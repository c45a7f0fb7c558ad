/** What a state folder holds that no seed file can bring back: looked for before `--fresh` deletes it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ByteStream } from '../../pipeline/files/seed-file';
import { INGEST_TRADES, INGEST_TXNS } from '../../pipeline/ingested-tables';
import { SEED_PREFIX } from '../../pipeline/s3-layout';
import { startDynamodbLocal } from '../services/dynamodb/dynamodb-local';
import { startMysqlServer } from '../services/rds/mysql-server';
import { ObjectStore } from '../services/s3/object-store';
import { countOwnItems, type OwnData } from './own-items';
import { countOwnRows } from './own-rows';

const SEED_OF_ITEMS = SEED_PREFIX + INGEST_TRADES.seedFile;
const SEED_OF_ROWS = SEED_PREFIX + INGEST_TXNS.seedFile;

/**
 * Starts both servers on the folder's data and stops them again. The seed files are those that the folder was filled from.
 * @throws Error when a server does not start on the data, or a seed file cannot be read
 */
export async function findOwnData(folder: string): Promise<OwnData[]> {
  const [dynamodb, mysql] = [join(folder, 'dynamodb'), join(folder, 'mysql')];
  const store = await ObjectStore.open(join(folder, 's3'));
  const found = await Promise.allSettled([
    existsSync(join(dynamodb, 'data')) ? findOwnItems(dynamodb, readSeeds(store, SEED_OF_ITEMS)) : [],
    existsSync(join(mysql, 'data')) ? findOwnRows(mysql, readSeeds(store, SEED_OF_ROWS)) : [],
  ]);
  return found.flatMap((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}

async function findOwnItems(folder: string, seeds: readonly ByteStream[]): Promise<OwnData[]> {
  const server = await startDynamodbLocal({ folder });
  return countOwnItems(server, seeds).finally(() => server.stop());
}

async function findOwnRows(folder: string, seeds: readonly ByteStream[]): Promise<OwnData[]> {
  const server = await startMysqlServer({ folder });
  return countOwnRows(server, seeds).finally(() => server.stop());
}

/** The object of this key, in whichever buckets have it. */
const readSeeds = (store: ObjectStore, key: string): ByteStream[] =>
  store
    .listBuckets()
    .filter(({ name }) => store.find(name, key) !== undefined)
    .map(({ name }) => store.read(name, key));
