/** Which keys and common prefixes make one page of ListObjectsV2. */
import { compareKeys, type SortedKeys } from './key-order';

export interface ListingRequest {
  readonly prefix: string;
  /** Empty: none. */
  readonly delimiter: string;
  readonly maxKeys: number;
  /** Last key or common prefix of the page before, or StartAfter. */
  readonly after?: string;
}

export interface Listing {
  readonly keys: readonly string[];
  readonly commonPrefixes: readonly string[];
  /** Where the next page starts after; absent when there is none. */
  readonly nextAfter?: string;
}

export function listKeys(sorted: SortedKeys, request: ListingRequest): Listing {
  const { prefix, delimiter, maxKeys } = request;
  const keys: string[] = [];
  const commonPrefixes: string[] = [];
  let index = sorted.firstFrom(prefix);
  if (request.after !== undefined) index = Math.max(index, startAfter(sorted, request, request.after));
  let last: string | undefined;
  for (let key = sorted.at(index); key?.startsWith(prefix) === true; key = sorted.at(index)) {
    if (keys.length + commonPrefixes.length >= maxKeys) {
      // S3 answers a request for no keys at all as complete.
      return last === undefined ? { keys, commonPrefixes } : { keys, commonPrefixes, nextAfter: last };
    }
    const common = commonPrefixOf(key, prefix, delimiter);
    if (common === undefined) {
      keys.push(key);
      index += 1;
    } else {
      commonPrefixes.push(common);
      index = sorted.firstPast(common);
    }
    last = common ?? key;
  }
  return { keys, commonPrefixes };
}

/** A page that ended with a common prefix goes on behind all keys that it stands for. */
function startAfter(sorted: SortedKeys, request: ListingRequest, after: string): number {
  const isCommonPrefix = commonPrefixOf(after, request.prefix, request.delimiter) === after;
  if (isCommonPrefix) return sorted.firstPast(after);
  const index = sorted.firstFrom(after);
  return sorted.at(index) === after ? index + 1 : index;
}

function commonPrefixOf(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '' || !key.startsWith(prefix)) return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

/** Keys and common prefixes together, in the order that S3 counts them. */
export const inOrder = (listing: Listing): string[] =>
  [...listing.keys, ...listing.commonPrefixes].sort(compareKeys);
