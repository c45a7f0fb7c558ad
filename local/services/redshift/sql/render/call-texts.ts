/**
 * What answers each known function: DuckDB's function of the same name, its function of another name, a macro of
 * the twin, or text of its own. A function is in exactly one of these lists.
 */
import { WarehouseError } from '../../../../runtime/ports/warehouse';
import { macroCall, quoteText } from '../names';
import { isDayOrTime, isTextType } from '../resolve/value-types';
import type { Expression } from '../syntax/tree';
import { CATALOG_CALLS } from './catalog-calls';
import { copied, renderAsText, renderScalar, renderScalars } from './operands';
import { renderCast } from './render-cast';
import { type Rendering, renderList } from './rendering';
import { renderToChar, renderToDate, renderToTimestamp } from './time-formats';

const words = (text: string): string[] => text.trim().split(/\s+/);

/** DuckDB's function of that name gives the same answers. */
export const SAME_IN_DUCKDB: ReadonlySet<string> = new Set(
  words(`abs ascii ceil ceiling exp floor greatest least ln pow random round sign sqrt nullif last_day
    chr left length lower ltrim md5 reverse right rtrim sha1 strpos translate upper
    any_value bool_and bool_or count max median min stddev_pop stddev_samp var_pop var_samp
    cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number`),
);

/** DuckDB's function under another name. */
export const RENAMED_IN_DUCKDB: ReadonlyMap<string, string> = new Map([
  ['btrim', 'trim'],
  ['char_length', 'length'],
  ['character_length', 'length'],
  ['func_sha1', 'sha1'],
  ['len', 'length'],
  ['log', 'log10'],
  ['octet_length', 'strlen'],
  ['power', 'pow'],
  ['stddev', 'stddev_samp'],
  ['variance', 'var_samp'],
]);

/** A macro of the twin; see ../../storage/macros.ts. */
export const TWIN_MACROS: ReadonlyMap<string, string> = new Map([
  ...words(`add_months charindex convert_timezone getdate initcap lpad repeat rpad nvl2 regexp_replace regexp_substr
    split_part strtol to_hex version can_json_parse get_array_length is_array is_object is_scalar
    is_valid_json is_valid_json_array json_array_length json_extract_array_element_text json_parse
    json_typeof`).map((name): [string, string] => [name, name]),
  ['mod', 'modulo'],
]);

/** They take SUPER values; every other function refuses them. */
const TAKES_SUPER: ReadonlySet<string> = new Set(
  words(`can_json_parse get_array_length is_array is_object is_scalar is_valid_json is_valid_json_array json_array_length
    json_extract_array_element_text json_parse json_serialize json_serialize_to_varbyte json_size
    json_typeof count
    cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number`),
);

export const renderOperands = (r: Rendering, name: string, operands: readonly Expression[]): string =>
  TAKES_SUPER.has(name) ? renderList(r, operands) : renderScalars(r, operands);

export type WriteCall = (r: Rendering, operands: readonly Expression[]) => string;

/** Text of their own. Those with a window or an order are in render-aggregate.ts. */
export const OWN_TEXTS: ReadonlyMap<string, WriteCall> = new Map<string, WriteCall>([
  ['coalesce', (r, operands) => `coalesce(${renderList(r, operands)})`],
  ['nvl', (r, operands) => `coalesce(${renderList(r, operands)})`],
  ['decode', renderDecode],
  [
    'concat',
    (r, operands) =>
      macroCall(
        'concat',
        operands.map((one) => renderAsText(r, one)),
      ),
  ],
  ['replace', renderReplace],
  ['substring', renderSubstring],
  ['substr', renderSubstring],
  ['from_varbyte', renderFromVarbyte],
  ['sha2', renderSha2],
  ['json_serialize', ofSuper('json_serialize', (value) => `CAST(${value} AS VARCHAR)`)],
  [
    'json_serialize_to_varbyte',
    ofSuper('json_serialize_to_varbyte', (value) => `encode(CAST(${value} AS VARCHAR))`),
  ],
  ['json_size', ofSuper('json_size', (value) => `CAST(strlen(CAST(${value} AS VARCHAR)) AS INTEGER)`)],
  ['position', (r, [part, whole]) => `CAST(strpos(${renderScalars(r, [whole!, part!])}) AS INTEGER)`],
  ['trunc', renderTrunc],
  ['date', (r, [value]) => renderCast(r, value!, { name: 'date' })],
  ['json_extract_path_text', renderExtractPath],
  ['to_char', (r, [value, format]) => renderToChar(r, value!, literalFormat('TO_CHAR', format!))],
  ['to_date', (r, [value, format]) => renderToDate(r, value!, literalFormat('TO_DATE', format!))],
  [
    'to_timestamp',
    (r, [value, format]) => renderToTimestamp(r, value!, literalFormat('TO_TIMESTAMP', format!)),
  ],
  ['current_database', (r) => quoteText(r.context.database)],
  ['current_schema', (r) => quoteText(r.context.defaultSchema)],
  ...CATALOG_CALLS,
]);

/** Of a text by characters, of bytes by bytes. */
function renderSubstring(r: Rendering, operands: readonly Expression[]): string {
  const [text, ...places] = operands;
  const type = r.typeOf(text!);
  // The macro looks at the places, and has its text several times for that.
  if (isTextType(type) && places.every(isPositive)) return `substr(${renderScalars(r, operands)})`;
  return macroCall(type === 'varbyte' ? 'byte_substring' : 'substring', [renderScalars(r, operands)]);
}

const isPositive = (node: Expression): boolean => node.kind === 'number' && /^[1-9]\d{0,8}$/.test(node.text);

/** DuckDB has the one of 256 bits. */
function renderSha2(r: Rendering, operands: readonly Expression[]): string {
  const [text, bits] = operands;
  return bits?.kind === 'number' && bits.text === '256'
    ? `sha256(CAST(${renderScalar(r, text!)} AS VARCHAR))`
    : macroCall('sha2', [renderScalars(r, operands)]);
}

/** What is known to be SUPER needs no look at its type, for which the macro has it several times. */
function ofSuper(macro: string, write: (value: string) => string): WriteCall {
  return (r, [value]) => {
    const text = r.expression(value!);
    return r.typeOf(value!) === 'super' ? write(text) : macroCall(macro, [text]);
  };
}

function renderFromVarbyte(r: Rendering, [bytes, format]: readonly Expression[]): string {
  const name = literalFormat('FROM_VARBYTE', format!).toLowerCase();
  const value = renderScalar(r, bytes!);
  if (name === 'hex') return `lower(hex(${value}))`;
  throw new WarehouseError(`FROM_VARBYTE with the format '${name}' is not supported: use 'hex'`);
}

/** What does not grow is DuckDB's own; the twin's function looks at what it would make first. */
function renderReplace(r: Rendering, operands: readonly Expression[]): string {
  const [, part, text] = operands;
  const isShorter =
    part?.kind === 'string' &&
    text?.kind === 'string' &&
    Buffer.byteLength(text.text) <= Buffer.byteLength(part.text);
  return isShorter
    ? `replace(${renderScalars(r, operands)})`
    : macroCall(
        'replace',
        operands.map((one) => renderScalar(r, one)),
      );
}

/** Unlike CASE, DECODE finds NULL equal to NULL. */
function renderDecode(r: Rendering, [subject, ...rest]: readonly Expression[]): string {
  const subjectText = copied(renderScalar(r, subject!));
  let sql = 'CASE';
  for (let at = 0; at + 1 < rest.length; at += 2) {
    const [value, result] = [rest[at]!, rest[at + 1]!];
    sql += ` WHEN ${subjectText} IS NOT DISTINCT FROM ${renderScalar(r, value)} THEN ${r.expression(result)}`;
  }
  return `${sql}${rest.length % 2 === 0 ? '' : ` ELSE ${r.expression(rest.at(-1)!)}`} END`;
}

/** TRUNC of a time is its date; of a number, its digits before the point or before the place asked for. */
function renderTrunc(r: Rendering, [value, places]: readonly Expression[]): string {
  if (places !== undefined)
    return `trunc(${renderScalar(r, value!)}, CAST(${r.expression(places)} AS INTEGER))`;
  return isDayOrTime(r.typeOf(value!))
    ? `CAST(${r.expression(value!)} AS DATE)`
    : `trunc(${renderScalar(r, value!)}, 0)`;
}

/** The path's steps are names or array indexes, given as text; anything that is not there is NULL. */
function renderExtractPath(r: Rendering, operands: readonly Expression[]): string {
  const last = operands.at(-1)!;
  // A last operand TRUE or FALSE is null_if_invalid.
  const given = last.kind === 'constant' && (last.name === 'true' || last.name === 'false');
  const [value, ...steps] = given ? operands.slice(0, -1) : operands;
  if (steps.length === 0) throw new WarehouseError('function json_extract_path_text requires a path');
  return macroCall('json_path_text', [
    renderScalar(r, value!),
    `[${renderScalars(r, steps)}]`,
    given ? r.expression(last) : 'FALSE',
  ]);
}

/** The format must be a literal, because it is translated here. */
function literalFormat(name: string, format: Expression): string {
  if (format.kind === 'string') return format.text;
  throw new WarehouseError(`${name} with a format that is not a literal is not supported`);
}
