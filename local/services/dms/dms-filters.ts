/** The filters of the describing calls of DMS. */
import type { JsonObject } from '../../protocol/service';

export interface Filter {
  readonly name: string;
  readonly values: readonly string[];
}

export function parseFilters(input: JsonObject): Filter[] {
  const filters = Array.isArray(input.Filters)
    ? (input.Filters as { Name?: unknown; Values?: string[] }[])
    : [];
  return filters.map(({ Name: name, Values: values = [] }) => ({ name: String(name), values }));
}
