/** Which value of an object goes into which column: by name, by path, or the whole object. */

import { ownValue } from '../../../../pipeline/values/own-value';
import { WarehouseError } from '../../../runtime/ports/warehouse';
import type { CopyOptions } from '../commands/copy-options';
import type { TableColumn } from '../storage/catalog';
import { convertValue } from './convert-value';
import { type FetchAsRole, parseS3Address } from './manifest';
import { ValueError } from './value-error';

export interface FailedColumn {
  readonly error: ValueError;
  readonly column: TableColumn;
}

/** Fills `row`; says which column could not take its value. */
export type BuildRow = (object: Record<string, unknown>, row: (string | null)[]) => FailedColumn | undefined;

type Pick = (object: Record<string, unknown>) => unknown;

export async function rowBuilder(
  fetchObject: FetchAsRole,
  options: CopyOptions,
  columns: readonly TableColumn[],
): Promise<BuildRow> {
  const picks = await columnPicks(fetchObject, options, columns);
  return (object, row) => {
    for (let index = 0; index < columns.length; index += 1) {
      const column = columns[index]!;
      try {
        row.push(convertValue(picks[index]!(object), column, options));
      } catch (error) {
        if (error instanceof ValueError) return { error, column };
        throw error;
      }
    }
    return undefined;
  };
}

async function columnPicks(
  fetchObject: FetchAsRole,
  options: CopyOptions,
  columns: readonly TableColumn[],
): Promise<Pick[]> {
  switch (options.json) {
    case 'auto':
      return columns.map(
        ({ name }) =>
          (object) =>
            ownValue(object, name),
      );
    case 'auto ignorecase':
      return columns.map(({ name }) => (object) => {
        const key = Object.keys(object).find((one) => one.toLowerCase() === name.toLowerCase());
        return key === undefined ? undefined : object[key];
      });
    case 'noshred':
      if (columns.length !== 1 || columns[0]!.type.name !== 'super') {
        throw new WarehouseError('noshred needs a target of one SUPER column');
      }
      return [(object) => object];
    default:
      return readPaths(fetchObject, options.json!, columns.length);
  }
}

async function readPaths(fetchObject: FetchAsRole, address: string, count: number): Promise<Pick[]> {
  const { bucket, key } = parseS3Address(address);
  const bytes = await fetchObject(bucket, key);
  const paths = (JSON.parse(bytes.toString('utf8')) as { jsonpaths?: unknown }).jsonpaths;
  if (!Array.isArray(paths)) throw new WarehouseError(`the file ${address} has no jsonpaths`);
  if (paths.length !== count) {
    throw new WarehouseError(
      `Number of jsonpaths and the number of columns should match. JSONPath size: ${paths.length}, Number of columns in table or column list: ${count}`,
    );
  }
  return paths.map((path) => pathPick(String(path)));
}

function pathPick(path: string): Pick {
  const steps = [...path.matchAll(/\.([A-Za-z_]\w*)|\['([^']*)'\]|\["([^"]*)"\]|\[(\d+)\]/g)].map(
    ([, dotted, single, double, index]) => dotted ?? single ?? double ?? Number(index),
  );
  const written = steps.length > 0 && /^\$(\.[A-Za-z_]\w*|\['[^']*'\]|\["[^"]*"\]|\[\d+\])*$/.test(path);
  if (!written) throw new WarehouseError(`Invalid JSONPath format: ${path}`);
  return (object) => {
    let value: unknown = object;
    for (const step of steps) {
      if (typeof step === 'number') {
        if (!Array.isArray(value) || step >= value.length) {
          throw new ValueError(1224, 'Invalid JSONPath format: Array index is out of bounds', '');
        }
        value = value[step];
      } else if (typeof value === 'object' && value !== null && Object.hasOwn(value, step)) {
        value = (value as Record<string, unknown>)[step];
      } else return undefined;
    }
    return value;
  };
}
