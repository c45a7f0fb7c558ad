/** The words for a MySQL server that somebody else runs: in the settings, the environment of set-up, and set-up itself. */

/** Who runs the server: on RDS and Aurora a procedure says how long binlogs are kept, elsewhere a variable. */
export const EXISTING_SERVERS = ['rds', 'aurora', 'self-managed'] as const;
export type ExistingServer = (typeof EXISTING_SERVERS)[number];

/** What a setting allows this deployment to change in a server that it does not own, each by name. */
export const MYSQL_CHANGES = ['users', 'heartbeat', 'binlog-retention', 'rows'] as const;
export type MysqlChange = (typeof MYSQL_CHANGES)[number];
