/** Names of Redshift's catalog that the twin answers; each is a view of the same name beside the macros. */

const VIEWS = new Set([
  'pg_user',
  'pg_group',
  'svv_roles',
  'pg_namespace',
  'pg_table_def',
  'pg_tables',
  'svv_tables',
  'svv_all_tables',
  'svv_redshift_tables',
  'svv_columns',
  'svv_all_columns',
  'svv_redshift_columns',
  'svv_redshift_schemas',
  'svv_all_schemas',
  'svv_schema_privileges',
  'svv_relation_privileges',
  'svv_table_info',
  'svl_user_info',
  'svv_user_info',
  'stv_db_isolation_level',
  'sys_load_error_detail',
  'sys_load_history',
  'stl_load_errors',
]);

const INFORMATION_SCHEMA = new Set(['tables', 'columns', 'schemata', 'table_privileges']);

/** The view that stands for a catalog name, or undefined for any other name. */
export function systemViewOf(parts: readonly string[]): string | undefined {
  const [schema, name] = parts.length === 1 ? [undefined, parts[0]!] : [parts[0]!, parts[1]!];
  if (schema === 'information_schema' && INFORMATION_SCHEMA.has(name)) return `information_schema_${name}`;
  return (schema === undefined || schema === 'pg_catalog') && VIEWS.has(name) ? name : undefined;
}
