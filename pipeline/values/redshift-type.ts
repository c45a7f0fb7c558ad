/** The warehouse's types as a table's entry writes them: `varchar(256)`, `numeric(38,12)`, `timestamp`. */
import type { ColumnType } from './column-type';
import { MAX_STRING_BYTES } from './text';

const PLAIN: Readonly<Record<string, ColumnType>> = {
  smallint: { kind: 'smallint' },
  integer: { kind: 'integer' },
  int: { kind: 'integer' },
  bigint: { kind: 'bigint' },
  real: { kind: 'real' },
  'double precision': { kind: 'double' },
  boolean: { kind: 'boolean' },
  date: { kind: 'date' },
  timestamp: { kind: 'timestamp' },
  super: { kind: 'document' },
};

const REDSHIFT_TYPES = `${Object.keys(PLAIN).join(', ')}, numeric(p,s) and varchar(n)`;

/** A column type, or what is wrong with the text. */
export function parseRedshiftType(text: string): ColumnType | string {
  const plain = PLAIN[text.trim().toLowerCase().replace(/\s+/g, ' ')];
  if (plain !== undefined) return plain;
  const sized = /^\s*(numeric|decimal|varchar)\s*\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)\s*$/i.exec(text);
  if (sized === null) return `expected one of ${REDSHIFT_TYPES}, got ${JSON.stringify(text)}`;
  const [, word = '', first = '', second] = sized;
  return word.toLowerCase() === 'varchar'
    ? parseVarchar(Number(first), second)
    : parseNumeric(Number(first), Number(second ?? 0));
}

function parseVarchar(bytes: number, second: string | undefined): ColumnType | string {
  if (second !== undefined || bytes < 1 || bytes > MAX_STRING_BYTES)
    return `VARCHAR has 1 to ${MAX_STRING_BYTES} bytes, got ${bytes}${second === undefined ? '' : `,${second}`}`;
  if (bytes === MAX_STRING_BYTES) return { kind: 'text', characters: MAX_STRING_BYTES };
  if (bytes % 4 === 0) return { kind: 'text', characters: bytes / 4 };
  return { kind: 'text', characters: bytes, isAscii: true };
}

function parseNumeric(precision: number, scale: number): ColumnType | string {
  if (precision < 1 || precision > 38)
    return `NUMERIC has 1 to 38 digits, got ${precision}; a longer number arrives as text if the type is left to the contract`;
  if (scale > Math.min(precision, 37))
    return `NUMERIC(${precision}) has at most ${Math.min(precision, 37)} decimals, got ${scale}`;
  return { kind: 'decimal', precision, scale };
}
