/** How an answer of the warehouse is best drawn: what is on the x axis, and which columns are numbers to draw. */

const NUMBERS = ['int2', 'int4', 'int8', 'float4', 'float8', 'numeric'];
const TIMES = ['date', 'timestamp', 'timestamptz'];
const MOST_SERIES = 3;
/** Beyond this many, bars are lines. */
const MOST_BARS = 40;

/**
 * @param {{ columns: { name: string, typeName: string }[], rows: (null | boolean | string)[][] }} answer
 * @returns undefined when there is nothing to draw
 */
export function choosePlot({ columns, rows }) {
  const isOf = (types) => (at) => types.includes(columns[at]?.typeName);
  const places = columns.map((_, at) => at);
  const numbers = places.filter(isOf(NUMBERS));
  if (numbers.length === 0 || rows.length < 2) return undefined;
  const time = places.find(isOf(TIMES));
  const text = places.find((at) => !isOf([...NUMBERS, ...TIMES])(at));
  // A first column of numbers beside others is what they are drawn over.
  const over = time ?? text ?? (numbers.length > 1 ? numbers[0] : undefined);
  const drawn = numbers.filter((at) => at !== over).slice(0, MOST_SERIES);
  const kind =
    over === time && time !== undefined ? 'time' : over !== undefined && over !== text ? 'number' : 'label';
  const points = rows.map((row, at) => ({
    x: kind === 'time' ? timeOf(row[over]) : kind === 'number' ? Number(row[over]) : at,
    label: over === undefined ? String(at + 1) : String(row[over] ?? 'NULL'),
    values: drawn.map((column) => (row[column] === null ? null : Number(row[column]))),
  }));
  if (kind !== 'label') points.sort((one, other) => one.x - other.x);
  return {
    kind,
    isBars: kind === 'label' && points.length <= MOST_BARS,
    over: over === undefined ? 'row' : columns[over].name,
    names: drawn.map((at) => columns[at].name),
    points: points.filter(({ x }) => Number.isFinite(x)),
  };
}

/** Seconds; times are UTC. */
const timeOf = (text) =>
  Date.parse(
    `${String(text).replace(' ', 'T')}${/[+Z]/.test(String(text)) ? '' : String(text).includes(':') ? 'Z' : 'T00:00:00Z'}`,
  ) / 1000;
