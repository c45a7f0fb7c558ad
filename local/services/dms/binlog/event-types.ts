/**
 * Numbers of binlog events (MySQL source documentation, "Binary Log Event Types"; MariaDB knowledge base,
 * "Replication Protocol"), and what the task does about each that carries changes.
 */
export const EVENT = {
  QUERY: 2,
  STOP: 3,
  ROTATE: 4,
  FORMAT_DESCRIPTION: 15,
  XID: 16,
  EXECUTE_LOAD_QUERY: 18,
  TABLE_MAP: 19,
  WRITE_ROWS_V1: 23,
  UPDATE_ROWS_V1: 24,
  DELETE_ROWS_V1: 25,
  INCIDENT: 26,
  HEARTBEAT: 27,
  WRITE_ROWS_V2: 30,
  UPDATE_ROWS_V2: 31,
  DELETE_ROWS_V2: 32,
  GTID: 33,
  ANONYMOUS_GTID: 34,
  XA_PREPARE: 38,
  PARTIAL_UPDATE_ROWS: 39,
  TRANSACTION_PAYLOAD: 40,
  HEARTBEAT_V2: 41,
  GTID_TAGGED: 42,
  MARIADB_GTID: 162,
} as const;

/**
 * A format description of binlog version 4: header, version (2), server (50), time of creation (4), length of headers
 * (1), one length for each type, the algorithm of checksums (1), a checksum (4).
 */
export const FORMAT_DESCRIPTION = {
  createdAt: 71,
  headerLengthAt: 75,
  leastBytes: 81,
  /** The algorithm's number; 0 is none. */
  crc32: 1,
} as const;

/** Events that carry changes in a form that is not read here: they stop the task. */
export const UNREADABLE_EVENTS: ReadonlyMap<number, string> = new Map([
  [EVENT.EXECUTE_LOAD_QUERY, 'a LOAD DATA that was logged as a statement; set binlog_format=ROW'],
  [EVENT.INCIDENT, 'an incident: the server says that it could not write all changes'],
  [
    EVENT.PARTIAL_UPDATE_ROWS,
    'a partial JSON update; set binlog_row_value_options to empty, as DMS also needs',
  ],
  [
    EVENT.TRANSACTION_PAYLOAD,
    'a compressed transaction; set binlog_transaction_compression=OFF, as DMS also needs',
  ],
  ...[165, 166, 167, 168, 169, 170, 171].map((type): [number, string] => [
    type,
    'a compressed event; set log_bin_compress=OFF, as DMS also needs',
  ]),
]);

export type RowsEventShape = {
  readonly operation: 'insert' | 'update' | 'delete';
  readonly version: 1 | 2;
};

export const ROWS_EVENTS: ReadonlyMap<number, RowsEventShape> = new Map<number, RowsEventShape>([
  [EVENT.WRITE_ROWS_V1, { operation: 'insert', version: 1 }],
  [EVENT.UPDATE_ROWS_V1, { operation: 'update', version: 1 }],
  [EVENT.DELETE_ROWS_V1, { operation: 'delete', version: 1 }],
  [EVENT.WRITE_ROWS_V2, { operation: 'insert', version: 2 }],
  [EVENT.UPDATE_ROWS_V2, { operation: 'update', version: 2 }],
  [EVENT.DELETE_ROWS_V2, { operation: 'delete', version: 2 }],
]);
