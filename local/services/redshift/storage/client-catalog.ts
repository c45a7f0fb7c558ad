/**
 * PostgreSQL's catalog, as the clients of PostgreSQL ask for it (PostgreSQL documentation, "System Catalogs"): views over
 * what the twin knows of its tables. What Redshift has none of, such as triggers or enumerations, is an empty view.
 */
import { HIDDEN_SCHEMA, quoteName, quoteText, TWIN_SCHEMA } from '../sql/names';
import { INDEX_OIDS, MACRO_VIEWS } from './client-macros';
import { CLIENT_TYPES, TYPE_ROWS } from './client-types';

/** Numbers of PostgreSQL's own catalog tables, by which clients ask for descriptions of them. */
const CATALOG_OIDS: Readonly<Record<string, number>> = {
  pg_type: 1247,
  pg_attribute: 1249,
  pg_proc: 1255,
  pg_class: 1259,
  pg_database: 1262,
  pg_attrdef: 2604,
  pg_constraint: 2606,
  pg_description: 2609,
  pg_index: 2610,
  pg_namespace: 2615,
};

const CATALOG_NAMESPACE = 11;
const INFORMATION_NAMESPACE = 13_000;

const byName = (name: string, numbers: Readonly<Record<string, number>>, otherwise: string): string =>
  `CASE ${name} ${Object.entries(numbers)
    .map(([one, number]) => `WHEN '${one}' THEN ${number}`)
    .join(' ')} ELSE ${otherwise} END`;

/** Of the type that the column's comment or DuckDB itself declares. */
const DECLARED = `regexp_extract(coalesce(comment, data_type), '^[A-Za-z0-9 ]+')`;
const TYPE_OID = byName(DECLARED, CLIENT_TYPES, '1043');
const LENGTH = `TRY_CAST(regexp_extract(comment, '^(?:var)?char\\((\\d+)\\)', 1) AS INTEGER)`;
const PRECISION = `TRY_CAST(regexp_extract(coalesce(comment, lower(data_type)), '^(?:numeric|decimal)\\((\\d+),', 1) AS INTEGER)`;
const SCALE = `TRY_CAST(regexp_extract(coalesce(comment, lower(data_type)), '^(?:numeric|decimal)\\(\\d+,\\s*(\\d+)\\)', 1) AS INTEGER)`;
const TYPE_MODIFIER = `coalesce(${LENGTH} + 4, ${PRECISION} * 65536 + ${SCALE} + 4, -1)`;
const KEY_PLACE = `TRY_CAST(nullif(regexp_extract(comment, ' primarykey (\\d+)', 1), '') AS INTEGER)`;
const SORT_PLACE = `coalesce(TRY_CAST(nullif(regexp_extract(comment, ' sortkey (\\d+)', 1), '') AS INTEGER), 0)`;

/** DuckDB's text of a default, but for the constants of BOOLEAN, as Redshift prints them. */
const DEFAULT = `CASE column_default WHEN 'CAST(''t'' AS BOOLEAN)' THEN 'true' WHEN 'CAST(''f'' AS BOOLEAN)' THEN 'false' ELSE column_default END`;

const [TWIN_DATABASE, TWIN_NAME] = TWIN_SCHEMA.split('.') as [string, string];

/** Columns of a view, each with what all of its rows have. */
const constant = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${value} AS ${name}`)
    .join(', ');

/** A view that has columns and never a row. */
const empty = (columns: string): string =>
  `SELECT ${columns
    .trim()
    .split(/\s+/)
    .map((column) => {
      const [name, type = 'INTEGER'] = column.split(':');
      return `CAST(NULL AS ${type}) AS ${name}`;
    })
    .join(', ')} WHERE false`;

export interface CatalogVisibility {
  /** A condition on rows of duckdb_tables() and its like: those that users may know of. */
  readonly visible: string;
  /** Whether the session's user may know of a table. */
  readonly isKnown: (schema: string, table: string) => string;
}

/** The oldest first: a view may read those before it. */
export function clientCatalogViews(
  database: string,
  { visible, isKnown }: CatalogVisibility,
): Readonly<Record<string, string>> {
  const hidden = `${quoteName(database)}.${HIDDEN_SCHEMA}`;
  return {
    twin_numbers: 'SELECT CAST(range AS INTEGER) AS n FROM range(0, 1601)',
    ...namespaceViews(database, visible),
    ...relationViews({ visible, isKnown }),
    ...keyViews({ visible, isKnown }),
    pg_type: typeView(),
    pg_roles: `SELECT id AS oid, name AS rolname, superuser AS rolsuper, true AS rolinherit, superuser AS rolcreaterole, superuser AS rolcreatedb,
      true AS rolcanlogin, false AS rolreplication, -1 AS rolconnlimit, '********' AS rolpassword, CAST(NULL AS TIMESTAMPTZ) AS rolvaliduntil, false AS rolbypassrls FROM ${hidden}.users`,
    pg_settings: `SELECT * FROM (VALUES ('max_index_keys', '32'), ('server_version', '8.0.2'), ('server_encoding', 'UTF8'), ('standard_conforming_strings', 'off'), ('timezone', 'UTC')) AS s (name, setting)`,
    pg_am: `SELECT 403 AS oid, 'btree' AS amname, 'i' AS amtype`,
    ...EMPTY_VIEWS,
    ...informationViews(database),
    ...MACRO_VIEWS,
  };
}

function namespaceViews(database: string, visible: string): Readonly<Record<string, string>> {
  return {
    pg_namespace: `SELECT CAST(oid AS INTEGER) AS oid, schema_name AS nspname, 100 AS nspowner, CAST(NULL AS VARCHAR[]) AS nspacl FROM duckdb_schemas() WHERE ${visible}
      UNION ALL SELECT ${CATALOG_NAMESPACE}, 'pg_catalog', 100, NULL UNION ALL SELECT ${INFORMATION_NAMESPACE}, 'information_schema', 100, NULL`,
    pg_database: `SELECT CAST(oid AS INTEGER) AS oid, ${constant({
      datname: quoteText(database),
      datdba: '100',
      encoding: '6',
      datcollate: "'C'",
      datctype: "'C'",
      datistemplate: 'false',
      datallowconn: 'true',
      datconnlimit: '-1',
      dattablespace: '1663',
      datacl: 'CAST(NULL AS VARCHAR[])',
    })} FROM (SELECT database_oid AS oid FROM duckdb_databases() WHERE database_name = ${quoteText(database)})`,
  };
}

/** What the standard asks of constraints and views, from the catalog's own views. */
function informationViews(database: string): Readonly<Record<string, string>> {
  const name = quoteText(database);
  const named = `SELECT k.conname, n.nspname, c.relname, k.conrelid, k.conkey FROM ${TWIN_SCHEMA}.pg_constraint AS k
    JOIN ${TWIN_SCHEMA}.pg_class AS c ON c.oid = k.conrelid JOIN ${TWIN_SCHEMA}.pg_namespace AS n ON n.oid = c.relnamespace`;
  const place = `${name} AS constraint_catalog, nspname AS constraint_schema, conname AS constraint_name, ${name} AS table_catalog, nspname AS table_schema, relname AS table_name`;
  return {
    information_schema_views: `SELECT ${name} AS table_catalog, schemaname AS table_schema, viewname AS table_name, definition AS view_definition, 'NONE' AS check_option, 'NO' AS is_updatable, 'NO' AS is_insertable_into FROM ${TWIN_SCHEMA}.pg_views`,
    information_schema_table_constraints: `SELECT ${place}, 'PRIMARY KEY' AS constraint_type, 'NO' AS is_deferrable, 'NO' AS initially_deferred FROM (${named})`,
    information_schema_key_column_usage: `SELECT ${place}, a.attname AS column_name, CAST(k.place AS INTEGER) AS ordinal_position, CAST(NULL AS INTEGER) AS position_in_unique_constraint
      FROM (SELECT *, unnest(conkey) AS number, unnest(range(1, len(conkey) + 1)) AS place FROM (${named})) AS k JOIN ${TWIN_SCHEMA}.pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = k.number`,
    information_schema_referential_constraints: empty(
      'constraint_catalog:VARCHAR constraint_schema:VARCHAR constraint_name:VARCHAR unique_constraint_catalog:VARCHAR unique_constraint_schema:VARCHAR unique_constraint_name:VARCHAR match_option:VARCHAR update_rule:VARCHAR delete_rule:VARCHAR',
    ),
    information_schema_routines: empty(
      'specific_catalog:VARCHAR specific_schema:VARCHAR specific_name:VARCHAR routine_schema:VARCHAR routine_name:VARCHAR routine_type:VARCHAR data_type:VARCHAR',
    ),
  };
}

/** What all rows of pg_class have. */
const CLASS_CONSTANTS = constant({
  relowner: '100',
  reltype: '0',
  reloftype: '0',
  relfilenode: '0',
  reltablespace: '0',
  relpages: '0',
  reltoastrelid: '0',
  relisshared: 'false',
  relpersistence: "'p'",
  relchecks: '0',
  relhasoids: 'false',
  relhasrules: 'false',
  relhastriggers: 'false',
  relhassubclass: 'false',
  relrowsecurity: 'false',
  relforcerowsecurity: 'false',
  relispopulated: 'true',
  relreplident: "'d'",
  relispartition: 'false',
  relacl: 'CAST(NULL AS VARCHAR[])',
  reloptions: 'CAST(NULL AS VARCHAR[])',
  relpartbound: 'CAST(NULL AS VARCHAR)',
});

/** What all rows of pg_attribute have. */
const ATTRIBUTE_CONSTANTS = constant({
  attstattarget: '-1',
  attndims: '0',
  attcacheoff: '-1',
  attbyval: 'false',
  attstorage: "'p'",
  attalign: "'i'",
  attisdropped: 'false',
  attislocal: 'true',
  attinhcount: '0',
  attcollation: '0',
  attidentity: "''",
  attgenerated: "''",
  attcompression: "''",
  attacl: 'CAST(NULL AS VARCHAR[])',
  attoptions: 'CAST(NULL AS VARCHAR[])',
  attfdwoptions: 'CAST(NULL AS VARCHAR[])',
  attmissingval: 'CAST(NULL AS VARCHAR[])',
});

function relationViews({ visible, isKnown }: CatalogVisibility): Readonly<Record<string, string>> {
  const system = `database_name = '${TWIN_DATABASE}' AND schema_name = '${TWIN_NAME}'`;
  const oidOf = (name: string, oid: string): string => byName(name, CATALOG_OIDS, `CAST(${oid} AS INTEGER)`);
  const hasKey = `EXISTS (SELECT 1 FROM duckdb_columns() AS k WHERE k.table_oid = t.table_oid AND k.database_name = t.database_name AND k.comment LIKE '% primarykey %')`;
  const relations = `SELECT CAST(table_oid AS INTEGER) AS oid, table_name AS relname, CAST(schema_oid AS INTEGER) AS relnamespace, 'r' AS relkind, 0 AS relam,
      CAST(column_count AS SMALLINT) AS relnatts, CAST(estimated_size AS REAL) AS reltuples, ${hasKey} AS relhasindex, ${hasKey} AS relhaspkey FROM duckdb_tables() AS t WHERE ${visible} AND ${isKnown('schema_name', 'table_name')}
    UNION ALL SELECT CAST(view_oid AS INTEGER), view_name, CAST(schema_oid AS INTEGER), 'v', 0, CAST(column_count AS SMALLINT), 0, false, false FROM duckdb_views() WHERE ${visible} AND NOT internal AND ${isKnown('schema_name', 'view_name')}
    UNION ALL SELECT ${oidOf('view_name', 'view_oid')}, view_name, ${CATALOG_NAMESPACE}, 'v', 0, CAST(column_count AS SMALLINT), 0, false, false FROM duckdb_views() WHERE ${system} AND NOT starts_with(view_name, 'information_schema_') AND NOT starts_with(view_name, 'twin_')
    UNION ALL SELECT CAST(table_oid + ${INDEX_OIDS} AS INTEGER), table_name || '_pkey', CAST(schema_oid AS INTEGER), 'i', 403, 1, CAST(estimated_size AS REAL), false, false FROM duckdb_tables() AS t WHERE ${visible} AND ${isKnown('schema_name', 'table_name')} AND ${hasKey}`;
  const attributes = `SELECT ${oidOf('table_name', 'table_oid')} AS attrelid, column_name AS attname, ${TYPE_OID} AS atttypid, CAST(column_index AS SMALLINT) AS attnum, ${TYPE_MODIFIER} AS atttypmod,
      NOT is_nullable AS attnotnull, column_default IS NOT NULL AS atthasdef, coalesce(comment LIKE '% distkey%', false) AS attisdistkey, ${SORT_PLACE} AS attsortkeyord
    FROM duckdb_columns() WHERE (${visible} AND ${isKnown('schema_name', 'table_name')}) OR (${system} AND NOT starts_with(table_name, 'information_schema_'))
    UNION ALL SELECT CAST(table_oid + ${INDEX_OIDS} AS INTEGER), column_name, ${TYPE_OID}, CAST(${KEY_PLACE} AS SMALLINT), ${TYPE_MODIFIER}, false, false, false, 0 FROM duckdb_columns() WHERE ${visible} AND ${isKnown('schema_name', 'table_name')} AND ${KEY_PLACE} IS NOT NULL`;
  return {
    pg_class: `SELECT *, ${CLASS_CONSTANTS} FROM (${relations})`,
    pg_attribute: `SELECT a.*, t.typlen AS attlen, ${ATTRIBUTE_CONSTANTS} FROM (${attributes}) AS a JOIN (${typeView()}) AS t ON t.oid = a.atttypid`,
    pg_attrdef: `SELECT CAST(table_oid AS INTEGER) + CAST(column_index AS INTEGER) AS oid, CAST(table_oid AS INTEGER) AS adrelid, CAST(column_index AS SMALLINT) AS adnum, ${DEFAULT} AS adbin, ${DEFAULT} AS adsrc FROM duckdb_columns() WHERE ${visible} AND ${isKnown('schema_name', 'table_name')} AND column_default IS NOT NULL`,
    pg_views: `SELECT schema_name AS schemaname, view_name AS viewname, 'cdc_admin' AS viewowner, CAST("sql" AS VARCHAR) AS definition FROM duckdb_views() WHERE ${visible} AND NOT internal AND ${isKnown('schema_name', 'view_name')}`,
  };
}

/** Primary keys, each with the index that PostgreSQL would have for it. Nothing in Redshift enforces them. */
function keyViews({ visible, isKnown }: CatalogVisibility): Readonly<Record<string, string>> {
  const keys = `SELECT CAST(table_oid AS INTEGER) AS table_oid, CAST(any_value(schema_oid) AS INTEGER) AS schema_oid, any_value(table_name) AS table_name,
      list(CAST(column_index AS INTEGER) ORDER BY ${KEY_PLACE}) AS places FROM duckdb_columns() WHERE ${visible} AND ${isKnown('schema_name', 'table_name')} AND ${KEY_PLACE} IS NOT NULL GROUP BY table_oid`;
  const flags = constant({
    indisunique: 'true',
    indisprimary: 'true',
    indisexclusion: 'false',
    indimmediate: 'true',
    indisclustered: 'false',
    indisvalid: 'true',
    indisready: 'true',
    indislive: 'true',
    indisreplident: 'false',
    indpred: 'CAST(NULL AS VARCHAR)',
    indexprs: 'CAST(NULL AS VARCHAR)',
  });
  const rules = constant({
    contype: "'p'",
    condeferrable: 'false',
    condeferred: 'false',
    convalidated: 'true',
    contypid: '0',
    confrelid: '0',
    conparentid: '0',
    confupdtype: "' '",
    confdeltype: "' '",
    confmatchtype: "' '",
    conislocal: 'true',
    coninhcount: '0',
    connoinherit: 'true',
    conbin: 'CAST(NULL AS VARCHAR)',
    consrc: 'CAST(NULL AS VARCHAR)',
    confkey: 'CAST(NULL AS SMALLINT[])',
  });
  return {
    pg_index: `SELECT CAST(table_oid + ${INDEX_OIDS} AS INTEGER) AS indexrelid, table_oid AS indrelid, CAST(len(places) AS SMALLINT) AS indnatts, CAST(len(places) AS SMALLINT) AS indnkeyatts, places AS indkey,
      list_transform(places, lambda place: 0) AS indoption, list_transform(places, lambda place: 0) AS indclass, list_transform(places, lambda place: 0) AS indcollation, ${flags} FROM (${keys})`,
    pg_constraint: `SELECT CAST(table_oid + ${INDEX_OIDS} AS INTEGER) AS oid, table_name || '_pkey' AS conname, schema_oid AS connamespace, table_oid AS conrelid, CAST(table_oid + ${INDEX_OIDS} AS INTEGER) AS conindid,
      CAST(places AS SMALLINT[]) AS conkey, ${rules} FROM (${keys})`,
  };
}

const typeView = (): string =>
  `SELECT oid, typname, typlen, typcategory, ${CATALOG_NAMESPACE} AS typnamespace, ${constant({
    typowner: '100',
    typbyval: 'false',
    typtype: "'b'",
    typispreferred: 'false',
    typisdefined: 'true',
    typdelim: "','",
    typrelid: '0',
    typelem: '0',
    typarray: '0',
    typnotnull: 'false',
    typbasetype: '0',
    typtypmod: '-1',
    typndims: '0',
    typcollation: '0',
    typdefault: 'CAST(NULL AS VARCHAR)',
    typacl: 'CAST(NULL AS VARCHAR[])',
  })}, typname || 'in' AS typinput, typname || 'out' AS typoutput FROM (VALUES ${TYPE_ROWS}) AS t (oid, typname, typlen, typcategory)`;

/** What Redshift has none of, or the twin keeps nothing of, by the columns that clients ask for. */
const EMPTY_VIEWS: Readonly<Record<string, string>> = {
  pg_auth_members: empty('roleid member grantor admin_option:BOOLEAN'),
  pg_depend: empty('classid objid objsubid refclassid refobjid refobjsubid deptype:VARCHAR'),
  pg_description: empty('objoid classoid objsubid description:VARCHAR'),
  pg_shdescription: empty('objoid classoid description:VARCHAR'),
  pg_enum: empty('oid enumtypid enumsortorder:REAL enumlabel:VARCHAR'),
  pg_extension: empty('oid extname:VARCHAR extowner extnamespace extversion:VARCHAR'),
  pg_foreign_server: empty('oid srvname:VARCHAR srvowner srvfdw srvoptions:VARCHAR[]'),
  pg_foreign_table: empty('ftrelid ftserver ftoptions:VARCHAR[]'),
  pg_inherits: empty('inhrelid inhparent inhseqno inhdetachpending:BOOLEAN'),
  pg_language: empty('oid lanname:VARCHAR'),
  pg_collation: empty('oid collname:VARCHAR collnamespace'),
  pg_matviews: empty('schemaname:VARCHAR matviewname:VARCHAR'),
  pg_policy: empty(
    'oid polname:VARCHAR polrelid polcmd:VARCHAR polpermissive:BOOLEAN polroles:INTEGER[] polqual:VARCHAR polwithcheck:VARCHAR',
  ),
  pg_proc: empty(
    'oid proname:VARCHAR pronamespace proowner prolang prorettype proisagg:BOOLEAN proiswindow:BOOLEAN proretset:BOOLEAN prokind:VARCHAR proargtypes:INTEGER[] proallargtypes:INTEGER[] proargmodes:VARCHAR[] proargnames:VARCHAR[] prosrc:VARCHAR',
  ),
  pg_publication: empty('oid pubname:VARCHAR puballtables:BOOLEAN'),
  pg_publication_rel: empty('oid prpubid prrelid'),
  pg_range: empty('rngtypid rngsubtype'),
  pg_rewrite: empty('oid rulename:VARCHAR ev_class ev_enabled:VARCHAR'),
  pg_sequence: empty('seqrelid seqtypid'),
  pg_statistic_ext: empty('oid stxrelid stxname:VARCHAR stxnamespace stxkeys:INTEGER[] stxkind:VARCHAR[]'),
  pg_tablespace: `SELECT 1663 AS oid, 'pg_default' AS spcname, 100 AS spcowner, CAST(NULL AS VARCHAR[]) AS spcacl, CAST(NULL AS VARCHAR[]) AS spcoptions`,
  pg_trigger: empty(
    'oid tgname:VARCHAR tgrelid tgenabled:VARCHAR tgisinternal:BOOLEAN tgconstraint tgparentid tgdeferrable:BOOLEAN tginitdeferred:BOOLEAN',
  ),
};
