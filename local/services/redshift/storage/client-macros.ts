/** Functions of PostgreSQL's catalog that clients call: macros over the views of `client-catalog.ts`. */
import { TWIN_SCHEMA } from '../sql/names';

/** An index of a primary key has the number of its table and this. */
export const INDEX_OIDS = 1_000_000_000;

type Macro = readonly [signature: string, body: string];

/**
 * What the macros below read. An operand's text is put into a macro's body, where a column of the same name would take
 * its place: so all names here are such that no statement has them.
 */
export const MACRO_VIEWS: Readonly<Record<string, string>> = {
  twin_roles: `SELECT oid AS twin_oid, rolname AS twin_name FROM ${TWIN_SCHEMA}.pg_roles`,
  twin_types: `SELECT oid AS twin_oid, typname AS twin_name FROM ${TWIN_SCHEMA}.pg_type`,
  twin_namespaces: `SELECT oid AS twin_oid, nspname AS twin_name FROM ${TWIN_SCHEMA}.pg_namespace`,
  twin_relations: `SELECT c.oid AS twin_oid, c.relname AS twin_name, n.nspname AS twin_schema FROM ${TWIN_SCHEMA}.pg_class AS c JOIN ${TWIN_SCHEMA}.pg_namespace AS n ON n.oid = c.relnamespace`,
  twin_key_columns: `SELECT attrelid AS twin_oid, attname AS twin_name, attnum AS twin_place FROM ${TWIN_SCHEMA}.pg_attribute WHERE attrelid >= ${INDEX_OIDS}`,
  twin_settings: `SELECT name AS twin_name, setting AS twin_text FROM ${TWIN_SCHEMA}.pg_settings`,
  twin_view_texts: 'SELECT view_oid AS twin_oid, CAST("sql" AS VARCHAR) AS twin_text FROM duckdb_views()',
};

/** The one value of a view above. */
const read = (view: string, what: string, where: string): string =>
  `(SELECT ${what} FROM ${TWIN_SCHEMA}.${view} WHERE ${where})`;

const quoted = (name: string): string => `${TWIN_SCHEMA}.quoted_name(${name})`;
const LAST_NAME = `replace(regexp_extract(x, '[^.]*$'), '"', '')`;
const FIRST_NAME = `replace(regexp_extract(x, '^(.*)[.]', 1), '"', '')`;

const sized = (oid: number, name: string, size: string): string =>
  `WHEN x = ${oid} THEN '${name}' || CASE WHEN modifier >= 4 THEN '(' || ${size} || ')' ELSE '' END`;

const LONG_NAMES: Readonly<Record<number, string>> = {
  16: 'boolean',
  20: 'bigint',
  21: 'smallint',
  23: 'integer',
  700: 'real',
  701: 'double precision',
  1042: 'character',
  1043: 'character varying',
  1083: 'time without time zone',
  1114: 'timestamp without time zone',
  1184: 'timestamp with time zone',
};

const MACROS: readonly Macro[] = [
  ['expanded(x)', `list_transform(x, lambda v, i: {'x': CAST(v AS INTEGER), 'n': CAST(i AS INTEGER)})`],
  [
    'array_of_text(x)',
    `CASE WHEN length(x) <= 2 THEN CAST([] AS VARCHAR[]) ELSE string_split(x[2:-2], ',') END`,
  ],
  ['list_text(x, separator)', 'array_to_string(x, separator)'],
  [
    'quoted_name(x)',
    `CASE WHEN regexp_full_match(x, '[a-z_][a-z0-9_]*') THEN x ELSE '"' || replace(x, '"', '""') || '"' END`,
  ],
  [
    'user_name(x)',
    `coalesce(${read('twin_roles', 'twin_name', 'twin_oid = x')}, 'unknown (OID=' || x || ')')`,
  ],
  [
    'type_name(x)',
    `CASE x ${Object.entries(LONG_NAMES)
      .map(([oid, name]) => `WHEN ${oid} THEN '${name}'`)
      .join(' ')} ELSE coalesce(${read('twin_types', 'twin_name', 'twin_oid = x')}, CAST(x AS VARCHAR)) END`,
  ],
  [
    'format_type(x, modifier)',
    `CASE ${sized(1043, 'character varying', '(modifier - 4)')} ${sized(1042, 'character', '(modifier - 4)')}
      ${sized(1700, 'numeric', `((modifier - 4) // 65536) || ',' || ((modifier - 4) % 65536)`)} ELSE ${TWIN_SCHEMA}.type_name(x) END`,
  ],
  ['type_oid(x, path)', read('twin_types', 'twin_oid', `twin_name = ${LAST_NAME}`)],
  [
    'class_name(x)',
    `coalesce(${read('twin_relations', `CASE WHEN twin_schema IN ('pg_catalog', 'public') THEN '' ELSE ${quoted('twin_schema')} || '.' END || ${quoted('twin_name')}`, 'twin_oid = x')}, CAST(x AS VARCHAR))`,
  ],
  [
    'class_oid(x, path)',
    `CASE WHEN regexp_full_match(x, '[0-9]+') THEN CAST(x AS INTEGER) ELSE coalesce(${read(
      'twin_relations',
      'min(twin_oid)',
      `twin_name = ${LAST_NAME} AND CASE WHEN contains(x, '.') THEN twin_schema = ${FIRST_NAME} ELSE twin_schema = 'pg_catalog' OR list_contains(path, twin_schema) END`,
    )}, error('relation "' || x || '" does not exist')) END`,
  ],
  ['namespace_name(x)', read('twin_namespaces', 'twin_name', 'twin_oid = x')],
  ['namespace_oid(x, path)', read('twin_namespaces', 'twin_oid', `twin_name = ${LAST_NAME}`)],
  ['role_name(x)', read('twin_roles', 'twin_name', 'twin_oid = x')],
  ['role_oid(x, path)', read('twin_roles', 'twin_oid', `twin_name = ${LAST_NAME}`)],
  [
    'is_visible(x, path)',
    `(x IN (SELECT arg_min(twin_oid, list_position(path, twin_schema)) FROM ${TWIN_SCHEMA}.twin_relations WHERE list_contains(path, twin_schema) GROUP BY twin_name)
      OR x IN (SELECT twin_oid FROM ${TWIN_SCHEMA}.twin_relations WHERE twin_schema = 'pg_catalog'))`,
  ],
  // A session sees only tables on which its user has a privilege, and what it could write is not asked for here.
  ['has_table_privilege(x, privilege)', `contains(lower(privilege), 'select')`],
  [
    'index_columns(x)',
    read('twin_key_columns', `string_agg(${quoted('twin_name')}, ', ' ORDER BY twin_place)`, 'twin_oid = x'),
  ],
  ['constraint_text(x)', `'PRIMARY KEY (' || ${TWIN_SCHEMA}.index_columns(x) || ')'`],
  [
    'index_text(x)',
    `'CREATE UNIQUE INDEX ' || ${read('twin_relations', quoted('twin_name'), 'twin_oid = x')} || ' ON ' || ${TWIN_SCHEMA}.class_name(x - ${INDEX_OIDS}) || ' USING btree (' || ${TWIN_SCHEMA}.index_columns(x) || ')'`,
  ],
  [
    'index_column(x, place)',
    `CASE WHEN place = 0 THEN ${TWIN_SCHEMA}.index_text(x) ELSE ${read('twin_key_columns', quoted('twin_name'), 'twin_oid = x AND twin_place = place')} END`,
  ],
  ['setting_of(x)', read('twin_settings', 'twin_text', 'twin_name = lower(x)')],
  ['view_text(x)', read('twin_view_texts', 'twin_text', 'twin_oid = x')],
];

export const clientMacroStatements = (): string[] =>
  MACROS.map(([signature, body]) => {
    const [name, operands] = signature.split(/(?=\()/) as [string, string];
    return `CREATE OR REPLACE MACRO ${TWIN_SCHEMA}.${name}${operands} AS ${body}`;
  });
