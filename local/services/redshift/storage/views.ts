/** The twin's own tables in the database file, and the views of Redshift's catalog over them. */

import { HIDDEN_SCHEMA, quoteName, quoteText, TWIN_SCHEMA } from '../sql/names';
import { clientCatalogViews } from './client-catalog';
import { clientMacroStatements } from './client-macros';

export function hiddenTableStatements(database: string, adminUser: string): string[] {
  const schema = `${quoteName(database)}.${HIDDEN_SCHEMA}`;
  return [
    `CREATE SCHEMA IF NOT EXISTS ${schema}`,
    `CREATE TABLE IF NOT EXISTS ${schema}.users (id INTEGER, name VARCHAR, superuser BOOLEAN)`,
    `CREATE TABLE IF NOT EXISTS ${schema}.grants (object_kind VARCHAR, schema_name VARCHAR, object_name VARCHAR, grantee VARCHAR, privilege VARCHAR)`,
    // `role x` or `group x`, as grants name them.
    `CREATE TABLE IF NOT EXISTS ${schema}.identities (grantee VARCHAR)`,
    `CREATE TABLE IF NOT EXISTS ${schema}.identity_members (grantee VARCHAR, user_name VARCHAR)`,
    `CREATE TABLE IF NOT EXISTS ${schema}.load_errors (query_id BIGINT, session_id INTEGER, start_time TIMESTAMP, table_name VARCHAR, file_name VARCHAR, line_number BIGINT, column_name VARCHAR, column_type VARCHAR, column_length VARCHAR, position INTEGER, raw_line VARCHAR, raw_value VARCHAR, error_code INTEGER, error_message VARCHAR)`,
    // Files of earlier versions did not record whose COPY it was; superusers see those rows.
    `ALTER TABLE ${schema}.load_errors ADD COLUMN IF NOT EXISTS user_name VARCHAR`,
    `INSERT INTO ${schema}.users SELECT 100, ${quoteText(adminUser)}, true WHERE NOT EXISTS (SELECT 1 FROM ${schema}.users)`,
  ];
}

/** The declared type is the comment of the column; see catalog.ts. */
const LONG_TYPE = `CASE regexp_extract(coalesce(comment, data_type), '^[A-Za-z0-9 ]+')
  WHEN 'int2' THEN 'smallint' WHEN 'int4' THEN 'integer' WHEN 'int8' THEN 'bigint' WHEN 'float4' THEN 'real' WHEN 'float8' THEN 'double precision'
  WHEN 'bool' THEN 'boolean' WHEN 'varchar' THEN 'character varying' WHEN 'char' THEN 'character' WHEN 'timestamp' THEN 'timestamp without time zone'
  WHEN 'timestamptz' THEN 'timestamp with time zone' WHEN 'VARCHAR' THEN 'character varying' WHEN 'JSON' THEN 'super' WHEN 'DECIMAL' THEN 'numeric'
  WHEN 'INTEGER' THEN 'integer' WHEN 'BIGINT' THEN 'bigint' WHEN 'HUGEINT' THEN 'numeric' WHEN 'DOUBLE' THEN 'double precision' WHEN 'DATE' THEN 'date' WHEN 'BOOLEAN' THEN 'boolean'
  WHEN 'TIMESTAMP' THEN 'timestamp without time zone' ELSE lower(regexp_extract(coalesce(comment, data_type), '^[A-Za-z0-9 ]+')) END`;
const LENGTH = `TRY_CAST(regexp_extract(comment, '^(?:var)?char\\((\\d+)\\)', 1) AS INTEGER)`;
const PRECISION = `TRY_CAST(regexp_extract(coalesce(comment, lower(data_type)), '^(?:numeric|decimal)\\((\\d+),', 1) AS INTEGER)`;
const SCALE = `TRY_CAST(regexp_extract(coalesce(comment, lower(data_type)), '^(?:numeric|decimal)\\(\\d+,\\s*(\\d+)\\)', 1) AS INTEGER)`;

/** Of the same comment; without an encoding Redshift chooses one itself, and shows that. */
const ENCODING = `coalesce(nullif(regexp_extract(comment, ' encode ([a-z0-9]+)', 1), ''), 'none')`;
const IS_DIST_KEY = `coalesce(comment LIKE '% distkey%', false)`;
const SORT_KEY = `coalesce(TRY_CAST(nullif(regexp_extract(comment, ' sortkey (\\d+)', 1), '') AS INTEGER), 0)`;

/** Who asks, for the views: variables of DuckDB are of one connection, and no statement of a user can set them. */
export function identityStatements(user: string, superuser: boolean): string[] {
  return [`SET VARIABLE twin_user = ${quoteText(user)}`, `SET VARIABLE twin_superuser = ${superuser}`];
}

/** Of a grantee as grants record it: a user, `public`, `role x` or `group x`. */
const IDENTITY_NAME = `regexp_extract(grantee, '^(?:role |group )?(.*)$', 1)`;
const IDENTITY_TYPE = `CASE WHEN grantee = 'public' THEN 'public' ELSE coalesce(nullif(regexp_extract(grantee, '^(role|group) ', 1), ''), 'user') END`;

const IS_SUPERUSER = "coalesce(getvariable('twin_superuser'), false)";

export function viewStatements(database: string): string[] {
  const name = quoteText(database);
  const hidden = `${quoteName(database)}.${HIDDEN_SCHEMA}`;
  const visible = `database_name = ${name} AND schema_name NOT IN ('${HIDDEN_SCHEMA}', 'main')`;
  // Redshift shows a user the metadata of what they own or have a privilege on, and all of it to superusers.
  const isKnown = (schema: string, table: string): string => `(${IS_SUPERUSER} OR EXISTS (
      SELECT 1 FROM ${hidden}.grants AS g WHERE g.object_kind = 'table' AND g.schema_name = ${schema} AND g.object_name = ${table}
        AND (g.grantee IN ('public', getvariable('twin_user'))
          OR g.grantee IN (SELECT m.grantee FROM ${hidden}.identity_members AS m WHERE m.user_name = getvariable('twin_user')))))`;
  const tables = `SELECT schema_name AS s, table_name AS t, 'BASE TABLE' AS kind, '' AS remark FROM duckdb_tables() WHERE ${visible}
    UNION ALL SELECT schema_name, view_name, 'VIEW', coalesce(comment, '') FROM duckdb_views() WHERE ${visible} AND NOT internal`;
  const described = (
    more: string,
  ): string => `SELECT ${name} AS table_catalog, schema_name AS table_schema, table_name, column_name, CAST(column_index AS INTEGER) AS ordinal_position,
      column_default, CASE WHEN is_nullable THEN 'YES' ELSE 'NO' END AS is_nullable, ${LONG_TYPE} AS data_type, ${LENGTH} AS character_maximum_length,
      ${PRECISION} AS numeric_precision, ${SCALE} AS numeric_scale${more}
    FROM duckdb_columns() WHERE ${visible} AND ${isKnown('schema_name', 'table_name')}`;
  const columns = described('');
  const columnsLaidOut = described(
    `, ${ENCODING} AS encoding, ${IS_DIST_KEY} AS distkey, ${SORT_KEY} AS sortkey`,
  );
  const svvTables = `SELECT ${name} AS table_catalog, s AS table_schema, t AS table_name, kind AS table_type, remark AS remarks FROM (${tables}) WHERE ${isKnown('s', 't')}`;
  const schemas = `SELECT ${name} AS database_name, schema_name, 'local' AS schema_type FROM duckdb_schemas() WHERE ${visible}`;
  const users = `SELECT name AS usename, id AS usesysid, superuser AS usecreatedb, superuser AS usesuper, false AS usecatupd, '********' AS passwd FROM ${hidden}.users`;
  const relationPrivileges = `SELECT schema_name AS namespace_name, object_name AS relation_name, upper(privilege) AS privilege_type, ${IDENTITY_NAME} AS identity_name,
      ${IDENTITY_TYPE} AS identity_type, false AS admin_option FROM ${hidden}.grants WHERE object_kind = 'table'`;
  const ownLoadErrors = `FROM ${hidden}.load_errors WHERE ${IS_SUPERUSER} OR user_name = getvariable('twin_user')`;
  const loadErrors = `SELECT 100 AS user_id, query_id, CAST(0 AS BIGINT) AS transaction_id, session_id, ${name} AS database_name, 0 AS table_id, start_time, file_name, line_number,
      column_name, column_type, column_length, position, error_code, error_message ${ownLoadErrors}`;
  const views: Readonly<Record<string, string>> = {
    pg_user: users,
    svl_user_info: users,
    svv_user_info: `SELECT name AS user_name, id AS user_id, superuser AS superuser FROM ${hidden}.users`,
    pg_group: `SELECT regexp_extract(grantee, '^group (.*)$', 1) AS groname, 100 + CAST(row_number() OVER (ORDER BY grantee) AS INTEGER) AS grosysid FROM ${hidden}.identities WHERE grantee LIKE 'group %'`,
    svv_roles: `SELECT 100 + CAST(row_number() OVER (ORDER BY grantee) AS INTEGER) AS role_id, regexp_extract(grantee, '^role (.*)$', 1) AS role_name, 'cdc_admin' AS role_owner, NULL::VARCHAR AS external_id FROM ${hidden}.identities WHERE grantee LIKE 'role %'`,
    svv_user_grants: `SELECT user_name, regexp_extract(grantee, '^role (.*)$', 1) AS role_name, false AS admin_option FROM ${hidden}.identity_members WHERE grantee LIKE 'role %'`,
    pg_tables: `SELECT s AS schemaname, t AS tablename, 'cdc_admin' AS tableowner FROM (${tables}) WHERE kind = 'BASE TABLE'`,
    pg_table_def: `SELECT table_schema AS schemaname, table_name AS tablename, column_name AS "column", data_type || CASE WHEN character_maximum_length IS NOT NULL THEN '(' || character_maximum_length || ')' WHEN numeric_precision IS NOT NULL THEN '(' || numeric_precision || ',' || numeric_scale || ')' ELSE '' END AS type, 'none' AS encoding, false AS distkey, 0 AS sortkey, is_nullable = 'NO' AS "notnull" FROM (${columns})`,
    ...clientCatalogViews(database, { visible, isKnown }),
    svv_tables: svvTables,
    svv_all_tables: `SELECT table_catalog AS database_name, table_schema AS schema_name, table_name, CASE table_type WHEN 'VIEW' THEN 'VIEW' ELSE 'TABLE' END AS table_type FROM (${svvTables})`,
    svv_redshift_tables: `SELECT table_catalog AS database_name, table_schema AS schema_name, table_name, CASE table_type WHEN 'VIEW' THEN 'VIEW' ELSE 'TABLE' END AS table_type FROM (${svvTables})`,
    svv_columns: columns,
    svv_all_columns: `SELECT table_catalog AS database_name, table_schema AS schema_name, * EXCLUDE (table_catalog, table_schema) FROM (${columns})`,
    svv_redshift_columns: `SELECT table_catalog AS database_name, table_schema AS schema_name, * EXCLUDE (table_catalog, table_schema) FROM (${columnsLaidOut})`,
    svv_redshift_schemas: schemas,
    svv_all_schemas: schemas,
    svv_schema_privileges: `SELECT schema_name AS namespace_name, upper(privilege) AS privilege_type, ${IDENTITY_NAME} AS identity_name, ${IDENTITY_TYPE} AS identity_type FROM ${hidden}.grants WHERE object_kind = 'schema'`,
    svv_relation_privileges: relationPrivileges,
    svv_table_info: `SELECT ${name} AS "database", schema_name AS "schema", table_name AS "table", estimated_size AS tbl_rows FROM duckdb_tables() WHERE ${visible} AND ${IS_SUPERUSER}`,
    stv_db_isolation_level: `SELECT ${name} AS db_name, 'Snapshot Isolation' AS isolation_level`,
    sys_load_error_detail: loadErrors,
    sys_load_history: `SELECT DISTINCT query_id, start_time, 'aborted' AS status ${ownLoadErrors}`,
    stl_load_errors: `SELECT 100 AS userid, start_time AS starttime, session_id AS session, query_id AS query, file_name AS filename, line_number, column_name AS colname, column_type AS type, column_length AS col_length, position, raw_line, raw_value AS raw_field_value, error_code AS err_code, left(error_message, 100) AS err_reason ${ownLoadErrors}`,
    information_schema_tables: `SELECT table_catalog, table_schema, table_name, table_type FROM (${svvTables})`,
    information_schema_columns: columns,
    information_schema_schemata: `SELECT database_name AS catalog_name, schema_name FROM (${schemas})`,
    information_schema_table_privileges: `SELECT ${name} AS table_catalog, namespace_name AS table_schema, relation_name AS table_name, identity_name AS grantee, privilege_type FROM (${relationPrivileges})`,
  };
  return [
    ...Object.entries(views).map(
      ([view, query]) => `CREATE OR REPLACE VIEW ${TWIN_SCHEMA}.${quoteName(view)} AS ${query}`,
    ),
    ...clientMacroStatements(),
  ];
}
