/** DynamoDB attribute values, as a stream event and the SDK both give them. */
import { PipelineError } from '../errors';
import { ownValue } from '../values/own-value';

/** Binary values are base64 text in a stream event and bytes from the SDK. */
export type Binary = string | Uint8Array;

/** Exactly one member is set. Numbers are the exact decimal text that DynamoDB keeps: up to 38 digits. */
export interface AttributeValue {
  readonly S?: string | undefined;
  readonly N?: string | undefined;
  readonly B?: Binary | undefined;
  readonly BOOL?: boolean | undefined;
  readonly NULL?: boolean | undefined;
  readonly M?: Readonly<Record<string, AttributeValue>> | undefined;
  readonly L?: readonly AttributeValue[] | undefined;
  readonly SS?: readonly string[] | undefined;
  readonly NS?: readonly string[] | undefined;
  readonly BS?: readonly Binary[] | undefined;
}

export type Item = Readonly<Record<string, AttributeValue>>;

/** An attribute value whose type is known. */
export type TypedValue =
  | { readonly type: 'S' | 'N'; readonly value: string }
  | { readonly type: 'B'; readonly value: Binary }
  | { readonly type: 'BOOL' | 'NULL'; readonly value: boolean }
  | { readonly type: 'M'; readonly value: Item }
  | { readonly type: 'L'; readonly value: readonly AttributeValue[] }
  | { readonly type: 'SS' | 'NS'; readonly value: readonly string[] }
  | { readonly type: 'BS'; readonly value: readonly Binary[] };

const isText = (value: unknown): boolean => typeof value === 'string';
const isBinary = (value: unknown): boolean => isText(value) || value instanceof Uint8Array;
const isListOf = (check: (value: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.every(check);
const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const CHECKS: Readonly<Record<TypedValue['type'], (value: unknown) => boolean>> = {
  S: isText,
  N: isText,
  B: isBinary,
  BOOL: (value) => typeof value === 'boolean',
  NULL: (value) => typeof value === 'boolean',
  M: isObject,
  L: Array.isArray,
  SS: isListOf(isText),
  NS: isListOf(isText),
  BS: isListOf(isBinary),
};

/**
 * Tells which of its types an attribute value has.
 * @throws PipelineError STREAM_RECORD_INVALID (dead-letter) when it has none, several, or one that is not known.
 */
export function parseAttributeValue(attribute: unknown): TypedValue {
  // Called for every value of every item, so it builds no lists.
  let type = '';
  let memberCount = 0;
  const members = isObject(attribute) ? (attribute as Readonly<Record<string, unknown>>) : {};
  for (const name in members) {
    if (members[name] === undefined) continue;
    type = name;
    memberCount++;
  }
  const check = ownValue(CHECKS, type);
  const value = members[type];
  if (memberCount !== 1 || check === undefined || !check(value)) throw untyped(Object.keys(members));
  return { type, value } as TypedValue;
}

function untyped(members: readonly string[]): PipelineError {
  return new PipelineError({
    code: 'STREAM_RECORD_INVALID',
    disposition: 'dead-letter',
    message: `an attribute value must have exactly one of the types ${Object.keys(CHECKS).join(', ')}, got members: ${members.join(', ') || 'none'}. A newer type of DynamoDB, or an event that was not made by DynamoDB`,
  });
}

/** The names of an item's attributes, in the order in which every text of it has them. */
export const sortedKeys = (item: Item): string[] => Object.keys(item).sort();

/** Base64 text, whether the bytes came as text or as bytes. */
export function base64Of(binary: Binary): string {
  return (typeof binary === 'string' ? Buffer.from(binary, 'base64') : Buffer.from(binary)).toString(
    'base64',
  );
}
