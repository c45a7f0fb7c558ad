/** Reads JSON whose shape is not known: a path that leads nowhere gives nothing. */

export type Json = null | boolean | number | string | readonly Json[] | JsonMap;
export interface JsonMap {
  readonly [name: string]: Json;
}

export const isMap = (value: Json | undefined): value is JsonMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The value at a path such as `rule.filter.prefix`. Terraform writes a block as an object or as a list of one, so a
 * name that meets a list is looked up in its first element.
 */
export function valueAt(value: Json | undefined, path: string): Json | undefined {
  let current: Json | undefined = value;
  for (const name of path.split('.')) {
    if (Array.isArray(current)) current = current[0];
    if (!isMap(current) || !Object.hasOwn(current, name)) return undefined;
    current = current[name];
  }
  return current;
}

/** A value as a list: nothing is an empty one, a single value a list of one. */
export function listOf(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value as Json];
}

export const textsOf = (value: Json | undefined): string[] =>
  listOf(value).filter((element) => typeof element === 'string');

/** Every text in a value, with the path of names that leads to it. */
export function textsWithin(value: Json, path = ''): { readonly path: string; readonly text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((element: Json) => textsWithin(element, path));
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    textsWithin(inner, path === '' ? name : `${path}.${name}`),
  );
}
