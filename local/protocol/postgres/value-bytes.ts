/** Values as a Postgres client wants them: in text, or in binary for the types that drivers ask for so. */

/** A value of the warehouse; decimals and 64-bit integers are exact. */
export type PortValue = null | boolean | bigint | number | string;

export interface WireType {
  readonly oid: number;
  readonly size: number;
}

/** By Redshift's name. SUPER has Redshift's own number, which no driver knows: it comes as text. */
const TYPES: Readonly<Record<string, WireType>> = {
  bool: { oid: 16, size: 1 },
  int8: { oid: 20, size: 8 },
  int2: { oid: 21, size: 2 },
  int4: { oid: 23, size: 4 },
  float4: { oid: 700, size: 4 },
  float8: { oid: 701, size: 8 },
  char: { oid: 1042, size: -1 },
  varchar: { oid: 1043, size: -1 },
  date: { oid: 1082, size: 4 },
  time: { oid: 1083, size: 8 },
  timestamp: { oid: 1114, size: 8 },
  timestamptz: { oid: 1184, size: 8 },
  interval: { oid: 1186, size: 16 },
  numeric: { oid: 1700, size: -1 },
  super: { oid: 4000, size: -1 },
  _int4: { oid: 1007, size: -1 },
  _text: { oid: 1009, size: -1 },
};

export const wireTypeOf = (typeName: string): WireType => TYPES[typeName] ?? TYPES.varchar!;

/** The type of a parameter, by the number that a client gives it; others are taken as text. */
export const typeOfOid = (oid: number): string | undefined =>
  Object.entries(TYPES).find(([, type]) => type.oid === oid)?.[0];

export class UnsupportedFormat extends Error {
  override readonly name = 'UnsupportedFormat';
}

/** @throws UnsupportedFormat for a binary form that is not made here */
export function valueBytes(value: PortValue, typeName: string, format: number): Buffer | null {
  if (value === null) return null;
  if (format === 0) return Buffer.from(valueText(value, typeName));
  return binaryBytes(value, typeName);
}

function valueText(value: Exclude<PortValue, null>, typeName: string): string {
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (typeof value === 'number' && typeName === 'float4') return float4Text(value);
  return String(value);
}

/** The shortest text that is this value in 32 bits. */
function float4Text(value: number): string {
  for (let digits = 6; digits < 9; digits += 1) {
    const text = String(Number(value.toPrecision(digits)));
    if (Math.fround(Number(text)) === value) return text;
  }
  return String(value);
}

function binaryBytes(value: Exclude<PortValue, null>, typeName: string): Buffer {
  const { size } = wireTypeOf(typeName);
  const bytes = Buffer.alloc(Math.max(size, 0));
  switch (typeName) {
    case 'bool':
      return Buffer.from([value === true ? 1 : 0]);
    case 'int2':
      bytes.writeInt16BE(Number(value));
      return bytes;
    case 'int4':
      bytes.writeInt32BE(Number(value));
      return bytes;
    case 'int8':
      bytes.writeBigInt64BE(BigInt(value as bigint));
      return bytes;
    case 'float4':
      bytes.writeFloatBE(Number(value));
      return bytes;
    case 'float8':
      bytes.writeDoubleBE(Number(value));
      return bytes;
    case 'numeric':
      return numericBytes(String(value));
    case 'date':
      bytes.writeInt32BE(Number(microsecondsOf(`${String(value)} 00:00:00`) / MICROSECONDS_A_DAY));
      return bytes;
    case 'timestamp':
    case 'timestamptz':
      bytes.writeBigInt64BE(microsecondsOf(String(value)));
      return bytes;
    case 'char':
    case 'varchar':
    case 'super':
      return Buffer.from(String(value));
    default:
      throw new UnsupportedFormat(
        `the binary form of type ${typeName} is not supported; ask for text, or cast it`,
      );
  }
}

const MICROSECONDS_A_DAY = 86_400_000_000n;
/** 2000-01-01, where PostgreSQL counts from. */
const EPOCH_MICROSECONDS = 946_684_800_000_000n;

/** Of a time in UTC, as the warehouse prints it. */
function microsecondsOf(text: string): bigint {
  const found = /^(\d+)-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?/.exec(text);
  if (found === null) throw new UnsupportedFormat(`the time ${text} has no binary form; ask for text`);
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const date = new Date(0);
  // Date.UTC takes the years 0 to 99 as 1900 to 1999.
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  return (
    BigInt(date.getTime()) * 1_000n + BigInt((found[7] ?? '').padEnd(6, '0') || '0') - EPOCH_MICROSECONDS
  );
}

/** Groups of four decimal digits, the weight of the first, the sign, the digits behind the point. */
function numericBytes(text: string): Buffer {
  const negative = text.startsWith('-');
  const [whole = '', fraction = ''] = text.replace(/^[-+]/, '').split('.');
  const left = whole.padStart(Math.ceil(whole.length / 4) * 4, '0');
  const right = fraction.padEnd(Math.ceil(fraction.length / 4) * 4, '0');
  const groups = (left + right).match(/\d{4}/g)?.map(Number) ?? [];
  let weight = left.length / 4 - 1;
  while (groups[0] === 0) {
    groups.shift();
    weight -= 1;
  }
  while (groups.at(-1) === 0) groups.pop();
  const bytes = Buffer.alloc(8 + 2 * groups.length);
  bytes.writeInt16BE(groups.length, 0);
  bytes.writeInt16BE(groups.length === 0 ? 0 : weight, 2);
  bytes.writeUInt16BE(negative && groups.length > 0 ? 0x4000 : 0, 4);
  bytes.writeInt16BE(fraction.length, 6);
  for (const [at, group] of groups.entries()) bytes.writeInt16BE(group, 8 + 2 * at);
  return bytes;
}

/** The other way round. NaN and infinities, which Redshift does not have, are not taken. */
function numericText(bytes: Buffer): string {
  const [count, weight, sign, scale] = [0, 2, 4, 6].map((at) => bytes.readInt16BE(at)) as [
    number,
    number,
    number,
    number,
  ];
  if (sign !== 0 && sign !== 0x4000)
    throw new UnsupportedFormat('a NUMERIC that is no number is not supported');
  const group = (at: number): string =>
    String(at >= 0 && at < count ? bytes.readInt16BE(8 + 2 * at) : 0).padStart(4, '0');
  let whole = '';
  for (let at = 0; at <= weight; at += 1) whole += group(at);
  let fraction = '';
  for (let at = weight + 1; fraction.length < scale; at += 1) fraction += group(at);
  const digits = whole.replace(/^0+(?=\d)/, '') || '0';
  return `${sign === 0 ? '' : '-'}${digits}${scale > 0 ? `.${fraction.slice(0, scale)}` : ''}`;
}

/** A bound value as text. @throws UnsupportedFormat */
export function parameterText(bytes: Buffer, typeName: string | undefined, format: number): string {
  if (format === 0) return bytes.toString('utf8');
  switch (typeName) {
    case 'bool':
      return bytes[0] === 1 ? 'true' : 'false';
    case 'int2':
      return String(bytes.readInt16BE());
    case 'int4':
      return String(bytes.readInt32BE());
    case 'int8':
      return String(bytes.readBigInt64BE());
    case 'float4':
      return float4Text(bytes.readFloatBE());
    case 'float8':
      return String(bytes.readDoubleBE());
    case 'date':
      return timeText(BigInt(bytes.readInt32BE()) * MICROSECONDS_A_DAY).slice(0, 10);
    case 'timestamp':
    case 'timestamptz':
      return timeText(bytes.readBigInt64BE());
    case 'numeric':
      return numericText(bytes);
    case 'time':
    case 'interval':
      throw new UnsupportedFormat(`a parameter of type ${typeName} in binary is not supported; send text`);
    default:
      return bytes.toString('utf8');
  }
}

function timeText(microseconds: bigint): string {
  const all = microseconds + EPOCH_MICROSECONDS;
  const fraction = ((all % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = new Date(Number((all - fraction) / 1_000n)).toISOString().slice(0, 19).replace('T', ' ');
  return `${seconds}.${String(fraction).padStart(6, '0')}`;
}
