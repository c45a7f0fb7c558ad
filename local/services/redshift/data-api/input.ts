/** The members of a request, checked as the service checks them. */
import { type JsonObject, ServiceError } from '../../../protocol/service';

export const validationError = (message: string): ServiceError =>
  new ServiceError('ValidationException', message);

export function textOf(input: JsonObject, member: string): string | undefined {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw validationError(`${member} must be a string`);
  return value;
}

export function requiredText(input: JsonObject, member: string): string {
  const value = textOf(input, member);
  if (value === undefined || value === '') {
    throw validationError(
      `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
    );
  }
  return value;
}

export function numberOf(input: JsonObject, member: string, least: number, most: number): number | undefined {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
    throw validationError(
      `1 validation error detected: Value '${String(value)}' at '${member}' failed to satisfy constraint: Member must have value between ${least} and ${most}`,
    );
  }
  return value;
}

/** `:name` values. NULL cannot be passed, and neither can an empty text. */
export function parametersOf(input: JsonObject): ReadonlyMap<string, string> {
  const given = input.Parameters;
  const parameters = new Map<string, string>();
  if (given === undefined || given === null) return parameters;
  if (!Array.isArray(given) || given.length === 0)
    throw validationError('Parameters must have at least one element');
  for (const one of given as JsonObject[]) {
    const [name, value] = [textOf(one, 'name'), textOf(one, 'value')];
    if (name === undefined || !/^[0-9a-zA-Z_]+$/.test(name))
      throw validationError('a parameter name must match ^[0-9a-zA-Z_]+$');
    if (value === undefined || value === '')
      throw validationError(`Parameters: the value of '${name}' must have a length of at least 1`);
    if (parameters.has(name)) throw validationError(`Parameters list contains duplicate name: ${name}`);
    parameters.set(name, value);
  }
  return parameters;
}

/** 100 KB, not adjustable (management guide, "Data API considerations"). */
const MAX_STATEMENT_BYTES = 100_000;

export function checkSql(sql: string): string {
  if (sql.trim() === '') throw validationError('the SQL statement is empty');
  if (Buffer.byteLength(sql) > MAX_STATEMENT_BYTES) {
    throw validationError('Cannot process query string larger than 100kB');
  }
  return sql;
}
