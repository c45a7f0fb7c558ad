/** What a Postgres server answers, as bytes. */

export interface ColumnDescription {
  readonly name: string;
  readonly typeOid: number;
  /** Bytes of a value; negative where that differs by value. */
  readonly typeSize: number;
  readonly typeModifier: number;
  /** 0: text, 1: binary. */
  readonly format: number;
}

export interface ErrorFields {
  readonly severity: 'ERROR' | 'FATAL';
  readonly code: string;
  readonly message: string;
  readonly detail?: string;
  readonly hint?: string;
  /** Of a character in the statement, from 1. */
  readonly position?: number;
}

export type TransactionStatus = 'I' | 'T' | 'E';

const message = (kind: string, ...parts: readonly Buffer[]): Buffer => {
  const length = parts.reduce((bytes, part) => bytes + part.length, 4);
  return Buffer.concat([Buffer.from(kind, 'latin1'), int32(length), ...parts]);
};

function int32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeInt32BE(value | 0);
  return bytes;
}

function int16(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(2);
  bytes.writeInt16BE(value);
  return bytes;
}

const text = (value: string): Buffer => Buffer.from(`${value.replaceAll('\0', '')}\0`, 'utf8');

export const PARSE_COMPLETE = message('1');
export const BIND_COMPLETE = message('2');
export const CLOSE_COMPLETE = message('3');
export const NO_DATA = message('n');
export const PORTAL_SUSPENDED = message('s');
export const EMPTY_QUERY = message('I');
export const AUTHENTICATION_OK = message('R', int32(0));
/** No TLS: the port is on the loopback address. */
export const NO_SSL = Buffer.from('N');

export const buildSaslStart = (mechanism: string): Buffer =>
  message('R', int32(10), text(mechanism), Buffer.from([0]));

export const buildSaslContinue = (data: string): Buffer => message('R', int32(11), Buffer.from(data));

export const buildSaslFinal = (data: string): Buffer => message('R', int32(12), Buffer.from(data));

export const buildParameterStatus = (name: string, value: string): Buffer =>
  message('S', text(name), text(value));

export const buildKeyData = (processId: number, secret: number): Buffer =>
  message('K', int32(processId), int32(secret));

export const buildReady = (status: TransactionStatus): Buffer => message('Z', Buffer.from(status));

export const buildCommandComplete = (tag: string): Buffer => message('C', text(tag));

export const buildParameterDescription = (typeOids: readonly number[]): Buffer =>
  message('t', int16(typeOids.length), ...typeOids.map(int32));

export const buildRowDescription = (columns: readonly ColumnDescription[]): Buffer =>
  message(
    'T',
    int16(columns.length),
    ...columns.flatMap((column) => [
      text(column.name),
      int32(0),
      int16(0),
      int32(column.typeOid),
      int16(column.typeSize),
      int32(column.typeModifier),
      int16(column.format),
    ]),
  );

export function buildDataRow(values: readonly (Buffer | null)[]): Buffer {
  const length = values.reduce((bytes, value) => bytes + 4 + (value?.length ?? 0), 6);
  const row = Buffer.allocUnsafe(length + 1);
  row[0] = 0x44;
  row.writeInt32BE(length, 1);
  row.writeInt16BE(values.length, 5);
  let at = 7;
  for (const value of values) {
    row.writeInt32BE(value === null ? -1 : value.length, at);
    at += 4;
    if (value !== null) at += value.copy(row, at);
  }
  return row;
}

export function buildError({ severity, code, message: said, detail, hint, position }: ErrorFields): Buffer {
  const field = (letter: string, value: string | undefined): Buffer[] =>
    value === undefined ? [] : [Buffer.from(letter), text(value)];
  return message(
    'E',
    ...field('S', severity),
    ...field('V', severity),
    ...field('C', code),
    ...field('M', said),
    ...field('D', detail),
    ...field('H', hint),
    ...field('P', position === undefined ? undefined : String(position)),
    Buffer.from([0]),
  );
}
