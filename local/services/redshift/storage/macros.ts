/**
 * What Redshift's functions mean, as DuckDB macros. `typeof` is known when a statement is bound, so the branches
 * that do not apply cost nothing. `error()` raises only for a row that reaches it.
 */
import { TWIN_SCHEMA } from '../sql/names';

type Macro = readonly [signature: string, body: string];

/** A scalar inside a SUPER value as text, without the quotes of a JSON string. */
const BARE = `json_extract_string(CAST(x AS VARCHAR), '$')`;
const TEXT = `CASE WHEN typeof(x) = 'JSON' THEN ${BARE} ELSE CAST(x AS VARCHAR) END`;

const whole = (name: string, type: string, title: string): Macro => [
  `as_${name}(x)`,
  `CASE WHEN typeof(x) IN ('VARCHAR', 'JSON')
    THEN CAST(CASE WHEN regexp_full_match(${TEXT}, '\\s*[+-]?[0-9]+\\s*') THEN ${TEXT}
      ELSE error('Invalid digit, Value ''' || left(regexp_replace(${TEXT}, '^[+-]?[0-9]*', ''), 1) || ''', Pos ' ||
        strlen(regexp_extract(${TEXT}, '^[+-]?[0-9]*')) || ', Type: ${title}
Detail:
  -----------------------------------------------
  error:  Invalid digit
  code:      1207
  context:   ' || ${TEXT} || '
  -----------------------------------------------') END AS ${type})
    ELSE CAST(x AS ${type}) END`,
];

const time = (name: string, type: string): Macro => [
  `as_${name}(x)`,
  `CASE WHEN typeof(x) IN ('VARCHAR', 'JSON')
    THEN CAST(CASE WHEN regexp_matches(${TEXT}, '^\\s*[0-9]') OR (${TEXT}) IS NULL THEN ${TEXT}
      ELSE error('invalid input syntax for type ${name}: "' || ${TEXT} || '"') END AS ${type})
    ELSE CAST(x AS ${type}) END`,
];

const NUMBER = `'\\s*[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?\\s*'`;

/** Decimals without digits before the point: DuckDB prints `.12`, Redshift `0.12`. */
const FRACTIONS = Array.from({ length: 38 }, (_, at) => `'DECIMAL(${at + 1},${at + 1})'`).join(', ');

/** The longest VARCHAR, in bytes: what would be longer is refused before it is made. */
const LONGEST_VARCHAR = 65_535;
const TOO_LONG = `error('Value too long for character type\nDetail:\n  the result of a text function has at most ${LONGEST_VARCHAR} bytes')`;
/** What a pattern that matches between all characters may make, for each of the 2,048 rows that DuckDB takes at once. */
const LONGEST_REPLACED = 1_048_576;
const bounded = (count: string): string =>
  `CAST(CASE WHEN ${count} > ${LONGEST_VARCHAR} THEN ${TOO_LONG} ELSE ${count} END AS INTEGER)`;

const CASTS: readonly Macro[] = [
  ['is_text(x)', `typeof(x) IN ('VARCHAR', 'JSON')`],
  [
    'bare_text(x)',
    `CASE WHEN typeof(x) = 'BOOLEAN' THEN error('cannot cast type boolean to character varying')
      WHEN typeof(x) = 'JSON' THEN ${BARE}
      WHEN typeof(x) IN (${FRACTIONS}) THEN regexp_replace(CAST(x AS VARCHAR), '^(-?)[.]', '\\10.') ELSE CAST(x AS VARCHAR) END`,
  ],
  ['cut(x, n)', 'CASE WHEN strlen(x) <= n THEN x ELSE twin_cut(x, CAST(n AS INTEGER)) END'],
  whole('int2', 'SMALLINT', 'Short'),
  whole('int4', 'INTEGER', 'Integer'),
  whole('int8', 'BIGINT', 'Long'),
  [
    'numeric_text(x)',
    `CASE WHEN regexp_full_match(${TEXT}, ${NUMBER}) OR (${TEXT}) IS NULL THEN ${TEXT}
      ELSE error('Invalid digit, Value ''' || left(${TEXT}, 1) || ''', Pos 0, Type: Decimal') END`,
  ],
  [
    'as_float8(x)',
    `CASE WHEN typeof(x) IN ('VARCHAR', 'JSON') THEN CAST(${TEXT} AS DOUBLE) ELSE CAST(x AS DOUBLE) END`,
  ],
  [
    'as_float4(x)',
    `CASE WHEN typeof(x) IN ('VARCHAR', 'JSON') THEN CAST(${TEXT} AS FLOAT) ELSE CAST(x AS FLOAT) END`,
  ],
  [
    'as_bool(x)',
    `CASE WHEN typeof(x) IN ('VARCHAR', 'JSON') THEN CAST(${TEXT} AS BOOLEAN) ELSE CAST(x AS BOOLEAN) END`,
  ],
  time('date', 'DATE'),
  time('time', 'TIME'),
  time('timestamp', 'TIMESTAMP'),
  time('timestamptz', 'TIMESTAMPTZ'),
  ['as_super(x)', `CASE WHEN typeof(x) = 'JSON' THEN CAST(CAST(x AS VARCHAR) AS JSON) ELSE to_json(x) END`],
];

const OPERANDS: readonly Macro[] = [
  [
    'scalar(x)',
    `CASE WHEN typeof(x) = 'JSON' THEN error('an operation on a SUPER value needs a cast, as in path::varchar') ELSE x END`,
  ],
  // JSON null inside SUPER is NULL.
  ['present(x)', `CASE WHEN typeof(x) = 'JSON' AND CAST(x AS VARCHAR) = 'null' THEN NULL ELSE x END`],
  ['divide(a, b)', `a / CASE WHEN b = 0 THEN error('division by zero') ELSE b END`],
  ['modulo(a, b)', `a % CASE WHEN b = 0 THEN error('division by zero') ELSE b END`],
  ['numeric_overflow()', `error('Numeric data overflow (result precision)')`],
];

const TEXTS: readonly Macro[] = [
  ['charindex(part, whole)', 'strpos(whole, part)'],
  ['concat(a, b)', 'a || b'],
  ['initcap(x)', 'twin_initcap(CAST(x AS VARCHAR))'],
  // A length below the text's cuts it.
  ['lpad(x, n)', `lpad(x, ${bounded('n')}, ' ')`],
  ['lpad(x, n, fill)', `lpad(x, ${bounded('n')}, fill)`],
  ['rpad(x, n)', `rpad(x, ${bounded('n')}, ' ')`],
  ['rpad(x, n, fill)', `rpad(x, ${bounded('n')}, fill)`],
  [
    'repeat(x, n)',
    `repeat(x, CASE WHEN strlen(x) * CAST(n AS BIGINT) > ${LONGEST_VARCHAR} THEN ${TOO_LONG} ELSE CAST(n AS BIGINT) END)`,
  ],
  ['regexp_replace(x, pattern)', `regexp_replace(x, pattern, '', 'g')`],
  [
    'regexp_replace(x, pattern, text)',
    `CASE WHEN CAST(strlen(x) + 1 AS BIGINT) * strlen(text) > ${LONGEST_REPLACED} THEN ${TOO_LONG} ELSE regexp_replace(x, pattern, text, 'g') END`,
  ],
  ['replace(x, part, text)', 'twin_replace(CAST(x AS VARCHAR), part, text)'],
  ['like_pattern(x, pattern, escape)', 'regexp_full_match(x, twin_like_pattern(pattern, escape))'],
  ['ilike_pattern(x, pattern, escape)', `regexp_full_match(x, twin_like_pattern(pattern, escape), 'i')`],
  ['regexp_substr(x, pattern)', 'regexp_extract(x, pattern)'],
  [
    // DuckDB's own is faster by far; with a constant second argument only one branch is left.
    'sha2(x, bits)',
    'CASE WHEN bits IN (0, 256) THEN sha256(CAST(x AS VARCHAR)) ELSE twin_sha2(CAST(x AS VARCHAR), CAST(bits AS INTEGER)) END',
  ],
  ['similar_to(x, pattern)', 'regexp_full_match(x, twin_similar_pattern(pattern))'],
  [
    'split_part(x, delimiter, part)',
    `CASE WHEN part > 0 THEN split_part(x, delimiter, part) ELSE error('field position must be greater than zero') END`,
  ],
  [
    'strtol(x, base)',
    `CASE WHEN base = 16 AND regexp_full_match(x, '[0-9a-fA-F]{1,15}') THEN CAST('0x' || x AS BIGINT)
      ELSE twin_strtol(CAST(x AS VARCHAR), CAST(base AS INTEGER)) END`,
  ],
  // PostgreSQL's rule: positions before the first character count, but hold nothing.
  ['substring(x, start)', 'substr(x, greatest(start, 1))'],
  [
    'substring(x, start, n)',
    `CASE WHEN n < 0 THEN error('negative substring length not allowed')
      WHEN start + n <= 1 THEN CASE WHEN x IS NULL THEN NULL ELSE '' END
      ELSE substr(x, greatest(start, 1), start + n - greatest(start, 1)) END`,
  ],
  ['byte_substring(x, start)', 'array_slice(x, greatest(start, 1), octet_length(x))'],
  [
    'byte_substring(x, start, n)',
    `CASE WHEN n < 0 THEN error('negative substring length not allowed')
      ELSE array_slice(x, greatest(start, 1), CAST(start + n - 1 AS BIGINT)) END`,
  ],
  ['to_hex(x)', 'lower(to_hex(x))'],
  ['number_text(x, format)', 'twin_number_text(CAST(x AS VARCHAR), format)'],
  ['version()', `'PostgreSQL 8.0.2, Redshift (twin)'`],
];

const TIMES: readonly Macro[] = [
  ['getdate()', `date_trunc('second', CAST(timezone('UTC', now()) AS TIMESTAMP))`],
  [
    'add_months(x, n)',
    `CASE WHEN CAST(x AS DATE) = last_day(CAST(x AS DATE))
      THEN last_day(CAST(CAST(x AS TIMESTAMP) + to_months(CAST(n AS INTEGER)) AS DATE)) + (CAST(x AS TIMESTAMP) - date_trunc('day', CAST(x AS TIMESTAMP)))
      ELSE CAST(x AS TIMESTAMP) + to_months(CAST(n AS INTEGER)) END`,
  ],
  ['convert_timezone(target, x)', `timezone(target, timezone('UTC', CAST(x AS TIMESTAMP)))`],
  ['convert_timezone(source, target, x)', 'timezone(target, timezone(source, CAST(x AS TIMESTAMP)))'],
];

const JSONS: readonly Macro[] = [
  [
    'json_parse(x)',
    `CASE WHEN x IS NULL THEN NULL WHEN json_valid(CAST(x AS VARCHAR)) THEN nullif(CAST(json(CAST(x AS VARCHAR)) AS VARCHAR), 'null')::JSON ELSE error('Invalid JSON: ' || left(CAST(x AS VARCHAR), 40)) END`,
  ],
  ['can_json_parse(x)', 'json_valid(CAST(x AS VARCHAR))'],
  [
    'is_valid_json(x)',
    `CASE WHEN x IS NULL THEN NULL ELSE json_valid(CAST(x AS VARCHAR)) AND left(ltrim(CAST(x AS VARCHAR)), 1) = '{' END`,
  ],
  [
    'is_valid_json_array(x)',
    `CASE WHEN x IS NULL THEN NULL ELSE json_valid(CAST(x AS VARCHAR)) AND left(ltrim(CAST(x AS VARCHAR)), 1) = '[' END`,
  ],
  [
    'json_serialize(x)',
    `CASE WHEN typeof(x) = 'JSON' THEN CAST(x AS VARCHAR) ELSE error('function json_serialize(' || lower(typeof(x)) || ') does not exist') END`,
  ],
  [
    'json_serialize_to_varbyte(x)',
    `CASE WHEN typeof(x) = 'JSON' THEN encode(CAST(x AS VARCHAR)) ELSE error('function json_serialize_to_varbyte(' || lower(typeof(x)) || ') does not exist') END`,
  ],
  [
    'json_size(x)',
    `CASE WHEN typeof(x) = 'JSON' THEN strlen(CAST(x AS VARCHAR)) ELSE error('function json_size(' || lower(typeof(x)) || ') does not exist') END`,
  ],
  [
    'json_typeof(x)',
    `CASE json_type(CAST(x AS JSON)) WHEN 'ARRAY' THEN 'array' WHEN 'OBJECT' THEN 'object' WHEN 'VARCHAR' THEN 'string' WHEN 'BOOLEAN' THEN 'boolean' WHEN 'NULL' THEN 'null' ELSE 'number' END`,
  ],
  ['is_array(x)', `json_type(CAST(x AS JSON)) = 'ARRAY'`],
  ['is_object(x)', `json_type(CAST(x AS JSON)) = 'OBJECT'`],
  ['is_scalar(x)', `json_type(CAST(x AS JSON)) NOT IN ('ARRAY', 'OBJECT')`],
  [
    'get_array_length(x)',
    `CASE WHEN json_type(CAST(x AS JSON)) = 'ARRAY' THEN json_array_length(CAST(x AS JSON)) END`,
  ],
  ['json_array_length(x)', 'json_array_length(CAST(x AS JSON))'],
  ['json_extract_array_element_text(x, n)', `json_extract_string(CAST(x AS JSON), '$[' || n || ']')`],
  [
    'json_path_text(x, path, null_if_invalid)',
    'twin_json_path_text(CAST(x AS VARCHAR), to_json(path)::VARCHAR, null_if_invalid)',
  ],
  ['nvl2(x, a, b)', 'CASE WHEN x IS NOT NULL THEN a ELSE b END'],
];

const MACROS: readonly Macro[] = [...CASTS, ...OPERANDS, ...TEXTS, ...TIMES, ...JSONS];

/** How often a macro's body holds an operand, at most: DuckDB copies the operand's whole expression to each place. */
export function macroCopies(): ReadonlyMap<string, number> {
  const copies = new Map<string, number>();
  for (const [signature, body] of MACROS) {
    const [name = '', operands = ''] = signature.replace(')', '').split('(');
    for (const operand of operands.split(', ').filter(Boolean)) {
      const count = body.match(new RegExp(`\\b${operand}\\b`, 'g'))?.length ?? 0;
      copies.set(name, Math.max(copies.get(name) ?? 1, count));
    }
  }
  return copies;
}

/** Statements that define every macro, overloads by their number of operands. */
export function macroStatements(): string[] {
  const overloads = new Map<string, string[]>();
  for (const [signature, body] of MACROS) {
    const [name, operands] = signature.split(/(?=\()/) as [string, string];
    overloads.set(name, [...(overloads.get(name) ?? []), `${operands} AS ${body}`]);
  }
  return [...overloads].map(
    ([name, bodies]) => `CREATE OR REPLACE MACRO ${TWIN_SCHEMA}.${name}${bodies.join(', ')}`,
  );
}
