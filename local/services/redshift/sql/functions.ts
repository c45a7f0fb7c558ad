/**
 * The functions that may be called, each with what answers it. A name that is not here does not exist, so that
 * no DuckDB function of the same name and another meaning can answer in its place.
 */
import type { PieceType } from './piece';

export interface FunctionSpec {
  readonly kind: 'scalar' | 'aggregate' | 'window';
  readonly min: number;
  readonly max: number;
  /** DuckDB's function, or the twin's macro. */
  readonly as: string;
  readonly macro?: boolean;
  readonly type?: PieceType;
  /** Takes SUPER values; all others refuse them. */
  readonly takesSuper?: boolean;
}

type Entry = readonly [name: string, min: number, max: number, as?: string];

const MANY = 100;

/** Redshift's name, and DuckDB's where it differs. Same answers. */
const BUILT_IN: readonly Entry[] = [
  ['abs', 1, 1],
  ['acos', 1, 1],
  ['asin', 1, 1],
  ['atan', 1, 1],
  ['atan2', 2, 2],
  ['cbrt', 1, 1],
  ['ceil', 1, 1],
  ['ceiling', 1, 1],
  ['cos', 1, 1],
  ['cot', 1, 1],
  ['degrees', 1, 1],
  ['dlog1', 1, 1, 'ln'],
  ['dlog10', 1, 1, 'log10'],
  ['dexp', 1, 1, 'exp'],
  ['dsqrt', 1, 1, 'sqrt'],
  ['dpow', 2, 2, 'pow'],
  ['exp', 1, 1],
  ['floor', 1, 1],
  ['ln', 1, 1],
  ['log', 1, 1, 'log10'],
  ['pi', 0, 0],
  ['pow', 2, 2],
  ['power', 2, 2, 'pow'],
  ['radians', 1, 1],
  ['random', 0, 0],
  ['round', 1, 2],
  ['sin', 1, 1],
  ['sqrt', 1, 1],
  ['tan', 1, 1],
  ['greatest', 1, MANY],
  ['least', 1, MANY],
  ['nullif', 2, 2],
  ['lower', 1, 1],
  ['upper', 1, 1],
  ['left', 2, 2],
  ['right', 2, 2],
  ['ltrim', 1, 2],
  ['rtrim', 1, 2],
  ['btrim', 1, 2, 'trim'],
  ['replace', 3, 3],
  ['translate', 3, 3],
  ['repeat', 2, 2],
  ['replicate', 2, 2, 'repeat'],
  ['reverse', 1, 1],
  ['chr', 1, 1],
  ['md5', 1, 1],
  ['sha', 1, 1, 'sha1'],
  ['sha1', 1, 1],
  ['func_sha1', 1, 1, 'sha1'],
  ['last_day', 1, 1],
];

/** Answered by the twin's macro of that name. */
const MACROS: readonly Entry[] = [
  ['add_months', 2, 2],
  ['charindex', 2, 2],
  ['concat', 2, 2],
  ['convert_timezone', 2, 3],
  ['date_cmp', 2, 2],
  ['getdate', 0, 0],
  ['initcap', 1, 1],
  ['lpad', 2, 3],
  ['rpad', 2, 3],
  ['mod', 2, 2, 'modulo'],
  ['nvl2', 3, 3],
  ['regexp_replace', 2, 3],
  ['regexp_substr', 2, 2],
  ['sha2', 2, 2],
  ['split_part', 3, 3],
  ['strtol', 2, 2],
  ['substr', 2, 3, 'substring'],
  ['timestamp_cmp', 2, 2],
  ['to_date', 1, 1],
  ['to_hex', 1, 1],
  ['version', 0, 0],
];

const WHOLE_NUMBERS: readonly (readonly [
  name: string,
  min: number,
  max: number,
  as: string,
  type: PieceType,
])[] = [
  ['ascii', 1, 1, 'ascii', 'int4'],
  ['len', 1, 1, 'length', 'int4'],
  ['length', 1, 1, 'length', 'int4'],
  ['char_length', 1, 1, 'length', 'int4'],
  ['character_length', 1, 1, 'length', 'int4'],
  ['textlen', 1, 1, 'length', 'int4'],
  ['octet_length', 1, 1, 'strlen', 'int4'],
  ['strpos', 2, 2, 'strpos', 'int4'],
  ['sign', 1, 1, 'sign', 'int4'],
];

const SUPER_MACROS: readonly Entry[] = [
  ['can_json_parse', 1, 1],
  ['get_array_length', 1, 1],
  ['is_array', 1, 1],
  ['is_object', 1, 1],
  ['is_scalar', 1, 1],
  ['is_valid_json', 1, 1],
  ['is_valid_json_array', 1, 1],
  ['json_array_length', 1, 1],
  ['json_extract_array_element_text', 2, 2],
  ['json_parse', 1, 1],
  ['json_serialize', 1, 1],
  ['json_size', 1, 1],
  ['json_typeof', 1, 1],
];

const AGGREGATES: readonly Entry[] = [
  ['any_value', 1, 1],
  ['avg', 1, 1],
  ['bit_and', 1, 1],
  ['bit_or', 1, 1],
  ['bool_and', 1, 1],
  ['bool_or', 1, 1],
  ['count', 0, 1],
  ['listagg', 1, 2],
  ['max', 1, 1],
  ['median', 1, 1],
  ['min', 1, 1],
  ['percentile_cont', 1, 1, 'quantile_cont'],
  ['percentile_disc', 1, 1, 'quantile_disc'],
  ['stddev', 1, 1, 'stddev_samp'],
  ['stddev_pop', 1, 1],
  ['stddev_samp', 1, 1],
  ['sum', 1, 1],
  ['variance', 1, 1, 'var_samp'],
  ['var_pop', 1, 1],
  ['var_samp', 1, 1],
];

const WINDOWS: readonly Entry[] = [
  ['cume_dist', 0, 0],
  ['dense_rank', 0, 0],
  ['first_value', 1, 1],
  ['lag', 1, 2],
  ['last_value', 1, 1],
  ['lead', 1, 2],
  ['nth_value', 2, 2],
  ['ntile', 1, 1],
  ['percent_rank', 0, 0],
  ['rank', 0, 0],
  ['ratio_to_report', 1, 1],
  ['row_number', 0, 0],
];

const spec = ([name, min, max, as]: Entry, kind: FunctionSpec['kind'], more: Partial<FunctionSpec> = {}) =>
  [name, { kind, min, max, as: as ?? name, ...more }] as const;

const ANSWERS: Readonly<Record<string, PieceType>> = {
  charindex: 'int4',
  strtol: 'int8',
  getdate: 'time',
  last_day: 'time',
  date_cmp: 'int4',
  timestamp_cmp: 'int4',
  count: 'int8',
  row_number: 'int8',
  rank: 'int8',
  dense_rank: 'int8',
  ntile: 'int8',
  get_array_length: 'int4',
  json_array_length: 'int4',
};

const FUNCTIONS: ReadonlyMap<string, FunctionSpec> = new Map<string, FunctionSpec>([
  ...BUILT_IN.map((entry) => spec(entry, 'scalar', { type: ANSWERS[entry[0]] })),
  ...MACROS.map((entry) => spec(entry, 'scalar', { macro: true, type: ANSWERS[entry[0]] })),
  ...SUPER_MACROS.map((entry) =>
    spec(entry, 'scalar', { macro: true, takesSuper: true, type: ANSWERS[entry[0]] }),
  ),
  ...WHOLE_NUMBERS.map(([name, min, max, as, type]) => spec([name, min, max, as], 'scalar', { type })),
  ...AGGREGATES.map((entry) =>
    spec(entry, 'aggregate', { type: ANSWERS[entry[0]], takesSuper: entry[0] === 'count' }),
  ),
  ...WINDOWS.map((entry) => spec(entry, 'window', { type: ANSWERS[entry[0]], takesSuper: true })),
]);

export const functionNamed = (name: string): FunctionSpec | undefined => FUNCTIONS.get(name);
