/** Functions of PostgreSQL's catalog, as drivers and tools call them: macros over the twin's views of the catalog. */
import { macroCall, quoteText } from '../names';
import { isInteger } from '../resolve/value-types';
import type { Expression } from '../syntax/tree';
import type { Rendering } from './rendering';

type WriteCall = (r: Rendering, operands: readonly Expression[]) => string;

/** The macro of the name, with its first operands. */
const macro =
  (name: string, count: number): WriteCall =>
  (r, operands) =>
    macroCall(
      name,
      operands.slice(0, count).map((one) => r.expression(one)),
    );

const always =
  (text: string): WriteCall =>
  () =>
    text;

const UNKNOWN_SIZE = always('CAST(NULL AS BIGINT)');

const searchPath = (r: Rendering): string =>
  `[${(r.context.searchPath ?? [r.context.defaultSchema]).map(quoteText).join(', ')}]`;

/** A number becomes a name, a name a number. */
const lookUp =
  (kind: string): WriteCall =>
  (r, [operand]) =>
    isInteger(r.typeOf(operand!))
      ? macroCall(`${kind}_name`, [r.expression(operand!)])
      : macroCall(`${kind}_oid`, [`CAST(${r.expression(operand!)} AS VARCHAR)`, searchPath(r)]);

/** The last two operands are object and privilege; who asks is the session's user. */
const hasPrivilege =
  (kind: string): WriteCall =>
  (r, operands) =>
    macroCall(
      kind,
      operands.slice(-2).map((one) => r.expression(one)),
    );

export const CATALOG_CALLS: ReadonlyMap<string, WriteCall> = new Map<string, WriteCall>([
  ['_pg_expandarray', (r, [list]) => `unnest(${macroCall('expanded', [r.expression(list!)])})`],
  ['array_lower', always('1')],
  ['array_of_text', macro('array_of_text', 1)],
  [
    'array_to_string',
    (r, [list, between]) => macroCall('list_text', [r.expression(list!), r.expression(between!)]),
  ],
  ['array_upper', (r, [list]) => `CAST(len(${r.expression(list!)}) AS INTEGER)`],
  ['col_description', always('CAST(NULL AS VARCHAR)')],
  ['current_setting', macro('setting_of', 1)],
  ['current_schemas', (r) => searchPath(r)],
  ['format_type', macro('format_type', 2)],
  ['has_database_privilege', always('TRUE')],
  ['has_schema_privilege', always('TRUE')],
  ['has_table_privilege', hasPrivilege('has_table_privilege')],
  ['obj_description', always('CAST(NULL AS VARCHAR)')],
  ['pg_backend_pid', always('1')],
  ['pg_encoding_to_char', always("'UTF8'")],
  ['pg_function_is_visible', always('TRUE')],
  ['pg_get_constraintdef', macro('constraint_text', 1)],
  ['pg_get_expr', (r, [text]) => r.expression(text!)],
  ['pg_get_function_arguments', always("''")],
  ['pg_get_function_result', always("''")],
  [
    'pg_get_indexdef',
    (r, operands) =>
      macro(operands.length > 1 ? 'index_column' : 'index_text', operands.length > 1 ? 2 : 1)(r, operands),
  ],
  ['pg_get_userbyid', macro('user_name', 1)],
  ['pg_get_viewdef', macro('view_text', 1)],
  ['pg_database_size', UNKNOWN_SIZE],
  ['pg_is_in_recovery', always('FALSE')],
  ['pg_relation_size', UNKNOWN_SIZE],
  ['pg_size_pretty', always('CAST(NULL AS VARCHAR)')],
  ['pg_table_size', UNKNOWN_SIZE],
  ['pg_total_relation_size', UNKNOWN_SIZE],
  ['pg_table_is_visible', (r, [oid]) => macroCall('is_visible', [r.expression(oid!), searchPath(r)])],
  ['pg_tablespace_location', always("''")],
  ['pg_type_is_visible', always('TRUE')],
  ['quote_ident', macro('quoted_name', 1)],
  ['regclass', lookUp('class')],
  ['regnamespace', lookUp('namespace')],
  ['regrole', lookUp('role')],
  ['regtype', lookUp('type')],
  ['unnest', (r, [list]) => `unnest(${r.expression(list!)})`],
  ['shobj_description', always('CAST(NULL AS VARCHAR)')],
]);
