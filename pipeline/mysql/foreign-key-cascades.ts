/**
 * Foreign keys whose parent changes rows of their table. InnoDB carries that out itself, below the binlog, on MariaDB
 * and on MySQL before 9.6 (MySQL manual, "The Binary Log"; MariaDB knowledge base, "Foreign Keys"): the rows change at
 * the source, nothing says so, and the warehouse would keep the old ones. So such a table is not replicated.
 */
import { flavourOf } from './server-flavour';

/** Version as a number: 90600 for 9.6.0. */
const LOGGED_FROM_MYSQL = 90_600;

export const CASCADE_SERVER_SQL =
  "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('version', 'innodb_native_foreign_keys')";

export interface ServerVariable {
  readonly Variable_name: string;
  readonly Value: string;
}

/** @param variables what {@link CASCADE_SERVER_SQL} gives */
export function logsCascades(variables: readonly ServerVariable[]): boolean {
  const variable = (name: string): string =>
    variables.find((one) => one.Variable_name.toLowerCase() === name)?.Value ?? '';
  const version = variable('version');
  const [, major = '0', minor = '0'] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  if (flavourOf(version) === 'mariadb') return false;
  const isNative = variable('innodb_native_foreign_keys').toUpperCase() === 'ON';
  return Number(major) * 10_000 + Number(minor) * 100 >= LOGGED_FROM_MYSQL && !isNative;
}

const ACTING = "('CASCADE', 'SET NULL', 'SET DEFAULT')";

/** Two placeholders: database, table. */
export const CASCADING_KEYS_SQL = [
  'SELECT CONSTRAINT_NAME AS name, REFERENCED_TABLE_NAME AS parent, DELETE_RULE AS onDelete, UPDATE_RULE AS onUpdate',
  'FROM INFORMATION_SCHEMA.REFERENTIAL_CONSTRAINTS',
  'WHERE CONSTRAINT_SCHEMA = ? AND TABLE_NAME = ?',
  `  AND (DELETE_RULE IN ${ACTING} OR UPDATE_RULE IN ${ACTING})`,
  'ORDER BY CONSTRAINT_NAME',
].join('\n');

export interface CascadingKey {
  readonly name: string;
  readonly parent: string;
  readonly onDelete: string;
  readonly onUpdate: string;
}

/** Why a table with these keys cannot be replicated; undefined for a table without any. */
export function cascadeProblem(keys: readonly CascadingKey[]): string | undefined {
  if (keys.length === 0) return undefined;
  const named = keys.map(
    ({ name, parent, onDelete, onUpdate }) =>
      `${name} to ${parent} (ON DELETE ${onDelete}, ON UPDATE ${onUpdate})`,
  );
  return `its foreign key ${named.join(' and ')} changes its rows without a word in the binlog, so that they would stay in the warehouse as they were. Declare it ON DELETE RESTRICT ON UPDATE RESTRICT and let the application change the rows, or move to MySQL 9.6 or later, which logs them`;
}
