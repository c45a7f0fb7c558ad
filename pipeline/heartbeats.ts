/**
 * The heartbeat of MySQL (decision D16): one row in a database of the pipeline's own, which the server itself sets to
 * the time once a minute. It travels with all other changes, so that the warehouse shows how far it has come also
 * while nobody writes; and a task that always has something to read never loses its place in the binlog.
 */
import { type MysqlTable, mysqlTables } from './tables';

export const HEARTBEATS: MysqlTable = {
  source: 'mysql',
  name: 'heartbeats',
  database: 'cdc_heartbeat',
  target: { schema: 'cdc_heartbeat', table: 'heartbeats' },
  key: ['id'],
  columns: [
    { name: 'id', type: { kind: 'smallint' }, nullable: false },
    { name: 'beat_at', type: { kind: 'timestamp' }, nullable: false },
  ],
};

/** What the replication task copies: the tables of the catalogue, and the heartbeat. */
export const taskTables = (tables: readonly MysqlTable[] = mysqlTables()): MysqlTable[] => [
  ...tables,
  HEARTBEATS,
];
