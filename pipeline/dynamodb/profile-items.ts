/** What a sample of items has: each attribute's place, types, share and widest values. */
import { exactDate, exactTimestamp } from '../values/calendar';
import { fitsInteger, parseDecimalDigits } from '../values/decimal';
import { type AttributeValue, type Item, parseAttributeValue, type TypedValue } from './attribute-value';

export interface AttributeProfile {
  /** Names from the item down; only maps are gone into. */
  readonly path: readonly string[];
  /** In how many items it is there and not NULL. */
  readonly count: number;
  /** Types other than NULL, in the order in which they were met. */
  readonly types: readonly TypedValue['type'][];
  /** Bytes of UTF-8 of the longest text. */
  readonly longestBytes: number;
  /** Of numbers: the most digits before and behind the point. */
  readonly wholeDigits: number;
  readonly decimals: number;
  /** All numbers are of BIGINT. */
  readonly isInteger: boolean;
  /** All texts are dates, or times in ISO 8601. */
  readonly isDate: boolean;
  readonly isTimestamp: boolean;
}

const MAX_LEVELS = 3;
/** A map whose names are data has any number of them. */
export const MAX_ATTRIBUTES = 1_000;

type Mutable<Type> = { -readonly [Name in keyof Type]: Type[Name] };

export class ItemProfiler {
  itemCount = 0;
  private readonly found = new Map<string, Mutable<AttributeProfile>>();

  add(item: Item): void {
    this.itemCount += 1;
    this.addMembers(item, []);
  }

  /** In the order in which they were met; at most {@link MAX_ATTRIBUTES}. */
  attributes(): readonly AttributeProfile[] {
    return [...this.found.values()];
  }

  private addMembers(members: Item, path: readonly string[]): void {
    for (const [name, attribute] of Object.entries(members)) this.addAttribute(attribute, [...path, name]);
  }

  private addAttribute(attribute: AttributeValue, path: readonly string[]): void {
    const key = JSON.stringify(path);
    const known = this.found.get(key) ?? newProfile(path);
    if (!this.found.has(key)) {
      if (this.found.size >= MAX_ATTRIBUTES) return;
      this.found.set(key, known);
    }
    const typed = parseAttributeValue(attribute);
    if (typed.type === 'NULL') return;
    known.count += 1;
    if (!known.types.includes(typed.type)) known.types = [...known.types, typed.type];
    if (typed.type === 'S') addText(known, typed.value);
    else if (typed.type === 'N') addNumber(known, typed.value);
    else if (typed.type === 'M' && path.length < MAX_LEVELS) this.addMembers(typed.value, path);
  }
}

const newProfile = (path: readonly string[]): Mutable<AttributeProfile> => ({
  path,
  count: 0,
  types: [],
  longestBytes: 0,
  wholeDigits: 0,
  decimals: 0,
  isInteger: true,
  isDate: true,
  isTimestamp: true,
});

function addText(known: Mutable<AttributeProfile>, text: string): void {
  known.longestBytes = Math.max(known.longestBytes, Buffer.byteLength(text));
  known.isDate &&= exactDate(text) !== undefined;
  known.isTimestamp &&= exactTimestamp(text) !== undefined;
}

function addNumber(known: Mutable<AttributeProfile>, text: string): void {
  const digits = parseDecimalDigits(text);
  if (digits === undefined) {
    known.isInteger = false;
    return;
  }
  known.wholeDigits = Math.max(known.wholeDigits, digits.whole.length);
  known.decimals = Math.max(known.decimals, digits.fraction.length);
  known.isInteger &&= fitsInteger(digits, 'bigint');
}
