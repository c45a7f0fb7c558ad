/** Where two JSON values differ, documents inside texts included. */
import { isMap, type Json, type JsonMap } from '../json';

export interface Difference {
  /** `policy.Statement[Sid=ReadSecret].Action[]`: a key in brackets picks an element, `[]` is one element among others. */
  readonly path: string;
  /** Undefined: there is none. */
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/** What tells elements of a list apart, the best first. */
const IDENTITIES = [
  'Sid',
  'rule-name',
  'id',
  'name',
  'parameter_key',
  'parameter_name',
  'properties.title',
  'rule-id',
];

export function differencesOf(path: string, before: Json | undefined, after: Json | undefined): Difference[] {
  const [one, other] = [unpack(before), unpack(after)];
  if (isSameJson(one, other)) return [];
  if (isMap(one) && isMap(other)) return ofMaps(path, one, other);
  // Terraform writes a block as an object or as a list of one.
  if (Array.isArray(one) && isMap(other)) return ofLists(path, one, [other]);
  if (isMap(one) && Array.isArray(other)) return ofLists(path, [one], other);
  if (Array.isArray(one) && Array.isArray(other)) return ofLists(path, one, other);
  return [{ path, before, after }];
}

function ofMaps(path: string, before: JsonMap, after: JsonMap): Difference[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) =>
    differencesOf(path === '' ? name : `${path}.${name}`, ownValue(before, name), ownValue(after, name)),
  );
}

const ownValue = (map: JsonMap, name: string): Json | undefined =>
  Object.hasOwn(map, name) ? map[name] : undefined;

function ofLists(path: string, before: readonly Json[], after: readonly Json[]): Difference[] {
  const identity = IDENTITIES.find((name) => tellsApart(name, before) && tellsApart(name, after));
  if (identity !== undefined) return byIdentity(path, identity, [before, after]);
  if (isSameJson([...before], [...after])) return [];
  const removed = withoutOnes(before, after);
  const added = withoutOnes(after, before);
  if (removed.length === 0 && added.length === 0) return [{ path: `${path} (order)`, before, after }];
  // Where as many are changed as were there, each is compared with the one in its place.
  if (removed.length === added.length && [...removed, ...added].every(isMap)) {
    return removed.flatMap((element, index) =>
      differencesOf(removed.length === 1 ? path : `${path}[${index}]`, element, added[index]),
    );
  }
  return [
    ...removed.map((element) => ({ path: `${path}[]`, before: element, after: undefined })),
    ...added.map((element) => ({ path: `${path}[]`, before: undefined, after: element })),
  ];
}

function byIdentity(
  path: string,
  identity: string,
  [before, after]: readonly [readonly Json[], readonly Json[]],
): Difference[] {
  const keys = [...new Set([...before, ...after].map((element) => identityOf(element, identity)))];
  const find = (list: readonly Json[], key: string | undefined): Json | undefined =>
    list.find((element) => identityOf(element, identity) === key);
  const last = identity.split('.').at(-1);
  return keys.flatMap((key) => differencesOf(`${path}[${last}=${key}]`, find(before, key), find(after, key)));
}

function tellsApart(identity: string, list: readonly Json[]): boolean {
  const keys = list.map((element) => identityOf(element, identity));
  return keys.every((key) => key !== undefined) && new Set(keys).size === keys.length;
}

function identityOf(element: Json, identity: string): string | undefined {
  let value: Json | undefined = element;
  for (const name of identity.split('.')) value = isMap(value) ? ownValue(value, name) : undefined;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** The elements of a list that another has fewer of. */
function withoutOnes(list: readonly Json[], others: readonly Json[]): Json[] {
  const left = others.map(sortedText);
  return list.filter((element) => {
    const index = left.indexOf(sortedText(element));
    if (index === -1) return true;
    left.splice(index, 1);
    return false;
  });
}

/** A text that holds a JSON object or list stands for what it holds. */
function unpack(value: Json | undefined): Json | undefined {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}

export const isSameJson = (one: Json | undefined, other: Json | undefined): boolean =>
  sortedText(one) === sortedText(other);

function sortedText(value: Json | undefined): string {
  if (value === undefined) return '';
  return JSON.stringify(value, (_, inner: Json) =>
    isMap(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );
}
