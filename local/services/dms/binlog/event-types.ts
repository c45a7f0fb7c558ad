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
  PREVIOUS_GTIDS: 35,
  XA_PREPARE: 38,
  PARTIAL_UPDATE_ROWS: 39,
  TRANSACTION_PAYLOAD: 40,
  HEARTBEAT_V2: 41,
  GTID_TAGGED: 42,
  MARIADB_GTID: 162,
  MARIADB_GTID_LIST: 163,
  QUERY_COMPRESSED: 165,
  WRITE_ROWS_COMPRESSED_V1: 166,
  UPDATE_ROWS_COMPRESSED_V1: 167,
  DELETE_ROWS_COMPRESSED_V1: 168,
  WRITE_ROWS_COMPRESSED: 169,
  UPDATE_ROWS_COMPRESSED: 170,
  DELETE_ROWS_COMPRESSED: 171,
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

/** Events that stop the task: changes of any table may be missing. */
export const UNREADABLE_EVENTS: ReadonlyMap<number, string> = new Map([
  [EVENT.INCIDENT, 'an incident: the server says that it could not write all changes'],
]);

export type RowsEventShape = {
  readonly operation: 'insert' | 'update' | 'delete';
  readonly version: 1 | 2;
  /** The rows, not what is before them (MariaDB with log_bin_compress). */
  readonly compressed?: true;
  /** Changes are in the place of JSON documents (MySQL with binlog_row_value_options). */
  readonly partial?: true;
};

export const ROWS_EVENTS: ReadonlyMap<number, RowsEventShape> = new Map<number, RowsEventShape>([
  [EVENT.WRITE_ROWS_V1, { operation: 'insert', version: 1 }],
  [EVENT.UPDATE_ROWS_V1, { operation: 'update', version: 1 }],
  [EVENT.DELETE_ROWS_V1, { operation: 'delete', version: 1 }],
  [EVENT.WRITE_ROWS_V2, { operation: 'insert', version: 2 }],
  [EVENT.UPDATE_ROWS_V2, { operation: 'update', version: 2 }],
  [EVENT.DELETE_ROWS_V2, { operation: 'delete', version: 2 }],
  [EVENT.PARTIAL_UPDATE_ROWS, { operation: 'update', version: 2, partial: true }],
  [EVENT.WRITE_ROWS_COMPRESSED_V1, { operation: 'insert', version: 1, compressed: true }],
  [EVENT.UPDATE_ROWS_COMPRESSED_V1, { operation: 'update', version: 1, compressed: true }],
  [EVENT.DELETE_ROWS_COMPRESSED_V1, { operation: 'delete', version: 1, compressed: true }],
  [EVENT.WRITE_ROWS_COMPRESSED, { operation: 'insert', version: 2, compressed: true }],
  [EVENT.UPDATE_ROWS_COMPRESSED, { operation: 'update', version: 2, compressed: true }],
  [EVENT.DELETE_ROWS_COMPRESSED, { operation: 'delete', version: 2, compressed: true }],
]);
