/**
 * All that the twin's SQL knows: each statement and each function by name, and why it is there. What is in neither
 * table is refused in Redshift's words, so that nothing that DuckDB happens to have can answer in its place.
 * Adding a function here is not enough: `render/call-texts.ts` must say what answers it, and a test compares the two.
 */
import type { TypeName } from './syntax/column-type';

/** `pipeline`: a handler or the replication task sends it. `documents`: a page shows it. `analyst`: SQL that people write by hand. `client`: what drivers and tools of PostgreSQL ask of its catalog. */
export type KnownBecause = 'pipeline' | 'documents' | 'analyst' | 'client';

export interface KnownStatement {
  /** Its first words. */
  readonly words: readonly string[];
  readonly why: KnownBecause;
}

const begins =
  (why: KnownBecause) =>
  (words: string): KnownStatement => ({ words: words.split(' '), why });

export const KNOWN_STATEMENTS: readonly KnownStatement[] = [
  ...[
    'select',
    'with',
    'insert',
    'update',
    'delete',
    'copy',
    'create schema',
    'create user',
    'create table',
    'create temp table',
    'alter table',
    'alter user',
    'drop',
    'grant',
    'revoke',
    'lock',
    'begin',
    'commit',
    'rollback',
  ].map(begins('pipeline')),
  ...['create view', 'comment on view'].map(begins('pipeline')),
  ...['truncate', 'vacuum', 'analyze', 'create role'].map(begins('documents')),
  ...[
    'explain',
    'merge',
    'create group',
    'alter group',
    'create or replace view',
    'create temporary table',
    'create local temp table',
    'create local temporary table',
    'set',
    'reset',
    'show',
    'start',
    'end',
    'abort',
  ].map(begins('analyst')),
];

/** The type of the answer: one type, that of the first operand, or the one that all operands have in common. */
export type AnswerType = TypeName | 'first' | 'common' | undefined;

export interface KnownFunction {
  readonly name: string;
  readonly kind: 'scalar' | 'aggregate' | 'window';
  readonly min: number;
  readonly max: number;
  readonly answers: AnswerType;
  readonly why: KnownBecause;
}

/** Number of operands: `1`, `1-2`, or `1+` for any number from one. */
type Row = readonly [name: string, operands: string, answers?: AnswerType];

const functions = (kind: KnownFunction['kind'], why: KnownBecause, rows: readonly Row[]): KnownFunction[] =>
  rows.map(([name, operands, answers]) => {
    const [least, most = least] = operands.replace('+', '-100').split('-');
    return { name, kind, why, answers, min: Number(least), max: Number(most) };
  });

const FUNCTIONS: readonly KnownFunction[] = [
  // The hashes of reconciliation, the merge of the loader, the queries of set-up and of the replication task.
  ...functions('scalar', 'pipeline', [
    ['abs', '1', 'first'],
    ['coalesce', '1+', 'common'],
    ['floor', '1'],
    ['from_varbyte', '2', 'varchar'],
    ['getdate', '0', 'timestamp'],
    ['json_serialize', '1', 'varchar'],
    ['json_serialize_to_varbyte', '1', 'varbyte'],
    ['json_size', '1', 'int4'],
    ['len', '1', 'int4'],
    ['ln', '1', 'float8'],
    ['nullif', '2', 'first'],
    ['octet_length', '1', 'int4'],
    ['power', '2', 'float8'],
    ['sha2', '2', 'varchar'],
    ['strtol', '2', 'int8'],
    ['substring', '2-3', 'varchar'],
    ['to_char', '2', 'varchar'],
    ['translate', '3', 'varchar'],
  ]),
  ...functions('aggregate', 'pipeline', [
    ['count', '0-1', 'int8'],
    ['max', '1', 'first'],
    ['min', '1', 'first'],
    ['sum', '1'],
  ]),
  ...functions('window', 'pipeline', [['row_number', '0', 'int8']]),
  ...functions('scalar', 'documents', [['left', '2', 'varchar']]),
  // Numbers.
  ...functions('scalar', 'analyst', [
    ['ceil', '1'],
    ['ceiling', '1'],
    ['exp', '1', 'float8'],
    ['greatest', '1+', 'common'],
    ['least', '1+', 'common'],
    ['log', '1', 'float8'],
    ['mod', '2', 'common'],
    ['pow', '2', 'float8'],
    ['random', '0', 'float8'],
    ['round', '1-2'],
    ['sign', '1', 'int4'],
    ['sqrt', '1', 'float8'],
    ['to_hex', '1', 'varchar'],
    ['trunc', '1-2'],
  ]),
  // Text.
  ...functions('scalar', 'analyst', [
    ['ascii', '1', 'int4'],
    ['btrim', '1-2', 'varchar'],
    ['char_length', '1', 'int4'],
    ['character_length', '1', 'int4'],
    ['charindex', '2', 'int4'],
    ['chr', '1', 'varchar'],
    ['concat', '2', 'varchar'],
    ['func_sha1', '1', 'varchar'],
    ['initcap', '1', 'varchar'],
    ['length', '1', 'int4'],
    ['lower', '1', 'varchar'],
    ['lpad', '2-3', 'varchar'],
    ['ltrim', '1-2', 'varchar'],
    ['md5', '1', 'varchar'],
    ['position', '2', 'int4'],
    ['regexp_replace', '2-3', 'varchar'],
    ['regexp_substr', '2', 'varchar'],
    ['repeat', '2', 'varchar'],
    ['replace', '3', 'varchar'],
    ['reverse', '1', 'varchar'],
    ['right', '2', 'varchar'],
    ['rpad', '2-3', 'varchar'],
    ['rtrim', '1-2', 'varchar'],
    ['sha1', '1', 'varchar'],
    ['split_part', '3', 'varchar'],
    ['strpos', '2', 'int4'],
    ['substr', '2-3', 'varchar'],
    ['upper', '1', 'varchar'],
  ]),
  // Conditions, dates, the session.
  ...functions('scalar', 'analyst', [
    ['decode', '3+'],
    ['nvl', '1+', 'common'],
    ['nvl2', '3'],
    ['add_months', '2', 'timestamp'],
    ['convert_timezone', '2-3', 'timestamp'],
    ['date', '1', 'date'],
    ['last_day', '1', 'date'],
    ['to_date', '2', 'date'],
    ['to_timestamp', '2', 'timestamptz'],
    ['current_database', '0', 'varchar'],
    ['current_schema', '0', 'varchar'],
    ['version', '0', 'varchar'],
  ]),
  // The documents that DynamoDB's items are kept as.
  ...functions('scalar', 'analyst', [
    ['can_json_parse', '1', 'bool'],
    ['get_array_length', '1', 'int4'],
    ['is_array', '1', 'bool'],
    ['is_object', '1', 'bool'],
    ['is_scalar', '1', 'bool'],
    ['is_valid_json', '1', 'bool'],
    ['is_valid_json_array', '1', 'bool'],
    ['json_array_length', '1', 'int4'],
    ['json_extract_array_element_text', '2', 'varchar'],
    ['json_extract_path_text', '2+', 'varchar'],
    ['json_parse', '1', 'super'],
    ['json_typeof', '1', 'varchar'],
  ]),
  ...functions('aggregate', 'analyst', [
    ['any_value', '1', 'first'],
    ['avg', '1'],
    ['bool_and', '1', 'bool'],
    ['bool_or', '1', 'bool'],
    ['listagg', '1-2', 'varchar'],
    ['median', '1'],
    ['percentile_cont', '1'],
    ['percentile_disc', '1'],
    ['stddev', '1', 'float8'],
    ['stddev_pop', '1', 'float8'],
    ['stddev_samp', '1', 'float8'],
    ['var_pop', '1', 'float8'],
    ['var_samp', '1', 'float8'],
    ['variance', '1', 'float8'],
  ]),
  ...functions('window', 'analyst', [
    ['cume_dist', '0', 'float8'],
    ['dense_rank', '0', 'int8'],
    ['first_value', '1', 'first'],
    ['lag', '1-2', 'first'],
    ['last_value', '1', 'first'],
    ['lead', '1-2', 'first'],
    ['nth_value', '2', 'first'],
    ['ntile', '1', 'int8'],
    ['percent_rank', '0', 'float8'],
    ['rank', '0', 'int8'],
    ['ratio_to_report', '1', 'float8'],
  ]),
];

const CLIENT_FUNCTIONS: readonly KnownFunction[] = functions('scalar', 'client', [
  ['_pg_expandarray', '1'],
  ['array_lower', '2', 'int4'],
  ['array_of_text', '1'],
  ['array_to_string', '2', 'varchar'],
  ['array_upper', '2', 'int4'],
  ['col_description', '2', 'varchar'],
  ['current_setting', '1', 'varchar'],
  ['current_schemas', '1'],
  ['format_type', '2', 'varchar'],
  ['has_database_privilege', '2-3', 'bool'],
  ['has_schema_privilege', '2-3', 'bool'],
  ['has_table_privilege', '2-3', 'bool'],
  ['obj_description', '1-2', 'varchar'],
  ['pg_backend_pid', '0', 'int4'],
  ['pg_encoding_to_char', '1', 'varchar'],
  ['pg_function_is_visible', '1', 'bool'],
  ['pg_get_constraintdef', '1-2', 'varchar'],
  ['pg_get_expr', '2-3', 'varchar'],
  ['pg_get_function_arguments', '1', 'varchar'],
  ['pg_get_function_result', '1', 'varchar'],
  ['pg_get_indexdef', '1-3', 'varchar'],
  ['pg_get_userbyid', '1', 'varchar'],
  ['pg_get_viewdef', '1-2', 'varchar'],
  ['pg_database_size', '1', 'int8'],
  ['pg_is_in_recovery', '0', 'bool'],
  ['pg_relation_size', '1-2', 'int8'],
  ['pg_size_pretty', '1', 'varchar'],
  ['pg_table_is_visible', '1', 'bool'],
  ['pg_table_size', '1', 'int8'],
  ['pg_total_relation_size', '1', 'int8'],
  ['pg_tablespace_location', '1', 'varchar'],
  ['pg_type_is_visible', '1', 'bool'],
  ['quote_ident', '1', 'varchar'],
  ['regclass', '1'],
  ['regnamespace', '1'],
  ['regrole', '1'],
  ['regtype', '1'],
  ['shobj_description', '2', 'varchar'],
  ['unnest', '1'],
]);

export const KNOWN_FUNCTIONS: ReadonlyMap<string, KnownFunction> = new Map(
  [...FUNCTIONS, ...CLIENT_FUNCTIONS].map((known) => [known.name, known]),
);
