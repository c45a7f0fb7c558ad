/** Names of Redshift's catalog that the twin answers; each is a view of the same name beside the macros. */

const VIEWS = new Set([
  'pg_user',
  'pg_group',
  'svv_roles',
  'svv_user_grants',
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
  // What clients of PostgreSQL ask of its catalog.
  ...`pg_am pg_attrdef pg_attribute pg_auth_members pg_class pg_collation pg_constraint pg_database pg_depend pg_description pg_enum
    pg_extension pg_foreign_server pg_foreign_table pg_index pg_inherits pg_language pg_matviews pg_policy pg_proc pg_publication
    pg_publication_rel pg_range pg_rewrite pg_roles pg_sequence pg_settings pg_shdescription pg_statistic_ext pg_tablespace
    pg_trigger pg_type pg_views twin_numbers`.split(/\s+/),
]);

const INFORMATION_SCHEMA = new Set([
  'tables',
  'columns',
  'schemata',
  'table_privileges',
  'views',
  'table_constraints',
  'key_column_usage',
  'referential_constraints',
  'routines',
]);

/** The view that stands for a catalog name, or undefined for any other name. */
export function systemViewOf(parts: readonly string[]): string | undefined {
  const [schema, name] = parts.length === 1 ? [undefined, parts[0]!] : [parts[0]!, parts[1]!];
  if (schema === 'information_schema' && INFORMATION_SCHEMA.has(name)) return `information_schema_${name}`;
  return (schema === undefined || schema === 'pg_catalog') && VIEWS.has(name) ? name : undefined;
}
