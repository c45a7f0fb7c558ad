/** What the server does at each start before it takes connections: its accounts, and what RDS adds to MySQL. */

export interface AdminLogin {
  readonly user: string;
  readonly password: string;
}

/**
 * The stored procedure that keeps binlogs, and the table that it writes, which the set-up function calls (Amazon RDS
 * user guide, "mysql.rds_set_configuration").
 */
const RDS_OBJECTS = [
  'CREATE TABLE IF NOT EXISTS mysql.rds_configuration (name VARCHAR(100) PRIMARY KEY, value VARCHAR(100), description VARCHAR(300) NOT NULL)',
  "INSERT IGNORE INTO mysql.rds_configuration VALUES ('binlog retention hours', NULL, 'how many hours binlogs are kept')",
  'DROP PROCEDURE IF EXISTS mysql.rds_show_configuration',
  'CREATE PROCEDURE mysql.rds_show_configuration() SQL SECURITY INVOKER SELECT name, value, description FROM mysql.rds_configuration',
  'DROP PROCEDURE IF EXISTS mysql.rds_set_configuration',
  'CREATE PROCEDURE mysql.rds_set_configuration(IN name_ VARCHAR(100), IN value_ VARCHAR(100)) SQL SECURITY INVOKER UPDATE mysql.rds_configuration SET value = value_ WHERE name = name_',
];

/** MariaDB keeps accounts in another table; its `mysql.user` is a view. */
const ACCOUNT_TABLE = { mariadb: 'mysql.global_priv', mysql: 'mysql.user' } as const;

/**
 * Statements for `--init-file`. They run at every start, so a folder of an earlier version is put right as well:
 *
 * - `root` and the anonymous account go: both sign in without a password, from any local user.
 * - The administrator has no FILE, as on RDS: the server would read and write files as the laptop's owner.
 * - Nothing of it is in the binlog, to which MariaDB writes passwords as they are typed.
 */
export function buildAdminStatements(
  flavour: keyof typeof ACCOUNT_TABLE,
  admin: AdminLogin,
  { isRds = true }: { readonly isRds?: boolean } = {},
): string[] {
  const account = `'${admin.user}'@'%'`;
  const identified = `IDENTIFIED BY '${admin.password}'`;
  return [
    'SET SESSION sql_log_bin = 0',
    `DELETE FROM ${ACCOUNT_TABLE[flavour]} WHERE User IN ('root', '')`,
    "DELETE FROM mysql.proxies_priv WHERE User IN ('root', '')",
    'FLUSH PRIVILEGES',
    `CREATE USER IF NOT EXISTS ${account} ${identified}`,
    `ALTER USER ${account} ${identified}`,
    `GRANT ALL PRIVILEGES ON *.* TO ${account} WITH GRANT OPTION`,
    `REVOKE FILE ON *.* FROM ${account}`,
    ...(isRds ? RDS_OBJECTS : []),
  ];
}
