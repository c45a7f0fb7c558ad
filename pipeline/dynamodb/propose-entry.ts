/** The entry of an existing DynamoDB table in the catalogue, proposed from a sample of its items. */
import { type DynamodbEntry, MAX_PARTITION_KEY_BYTES, MAX_SORT_KEY_BYTES } from '../values/catalogue-entry';
import type { AttributeProfile } from './profile-items';

export interface AttributeFate {
  readonly path: string;
  readonly types: string;
  /** Of the items of the sample, how many have no value there. */
  readonly nullPercent: string;
  readonly longest: string;
  /** Its type in Redshift, or `only in item`. */
  readonly redshift: string;
  readonly note: string;
}

export interface ProposedEntry {
  readonly entry: DynamodbEntry;
  readonly fates: readonly AttributeFate[];
}

export interface ProposeOptions {
  /** Partition key, then sort key if there is one. */
  readonly key: DynamodbEntry['key'];
  readonly target: DynamodbEntry['target'];
  readonly itemCount: number;
}

type Column = DynamodbEntry['columns'][number];
interface Choice {
  readonly redshift: string;
  readonly note: string;
}

const ONLY_IN_ITEM = 'only in item';
const MAX_DIGITS = 38;
/** A longer text is seldom asked for by itself, and is in `item` whole. */
const TEXT_BYTES = [256, 1024, 4096, 16_384, 65_535];

/** Key columns come first; then each attribute that has one type, in the order of the items. @throws RangeError */
export function proposeEntry(
  attributes: readonly AttributeProfile[],
  options: ProposeOptions,
): ProposedEntry {
  const { key, target, itemCount } = options;
  const names = new Set<string>(key.map(({ name }) => name));
  const columns: Column[] = [];
  const fates: AttributeFate[] = [];
  const add = (attribute: AttributeProfile, { redshift, note }: Choice, column?: Column): void => {
    if (column !== undefined) columns.push(column);
    fates.push(describe(attribute, itemCount, { redshift, note }));
  };
  for (const [at, part] of key.entries()) {
    const attribute = attributes.find(({ path }) => path.length === 1 && path[0] === part.name);
    if (attribute === undefined)
      throw new RangeError(
        `no item of the sample has the key ${part.name}. Are the items those of this table?`,
      );
    const choice = keyColumn(part.type, at, attribute);
    add(attribute, choice, { name: part.name, redshift: choice.redshift });
  }
  for (const attribute of attributes) {
    if (attribute.path.length === 1 && key.some(({ name }) => name === attribute.path[0])) continue;
    if (attribute.types.length === 1 && attribute.types[0] === 'M') continue;
    const choice = chooseType(attribute);
    const name = freeName(attribute.path, names);
    if (choice.redshift === ONLY_IN_ITEM) add(attribute, choice);
    else {
      names.add(name);
      const isPlain = attribute.path.length === 1 && attribute.path[0] === name;
      const path = isPlain ? {} : { path: [...attribute.path] };
      add(attribute, choice, { name, ...path, redshift: choice.redshift });
    }
  }
  const $schema = './table.schema.json';
  return { entry: { $schema, source: 'dynamodb', target, key, columns }, fates };
}

function keyColumn(type: 'S' | 'N', at: number, { decimals }: AttributeProfile): Choice {
  if (type === 'S')
    return { redshift: `varchar(${at === 0 ? MAX_PARTITION_KEY_BYTES : MAX_SORT_KEY_BYTES})`, note: 'key' };
  return { redshift: `numeric(${MAX_DIGITS},${Math.min(decimals, MAX_DIGITS - 1)})`, note: 'key' };
}

function chooseType(attribute: AttributeProfile): Choice {
  const [type, ...others] = attribute.types;
  if (type === undefined) return { redshift: ONLY_IN_ITEM, note: 'always NULL' };
  if (others.length > 0) return { redshift: ONLY_IN_ITEM, note: 'more than one type' };
  switch (type) {
    case 'BOOL':
      return { redshift: 'boolean', note: '' };
    case 'S':
      return chooseText(attribute);
    case 'N':
      return chooseNumber(attribute);
    default:
      return { redshift: ONLY_IN_ITEM, note: 'a list, a set or bytes' };
  }
}

function chooseText({ isDate, isTimestamp, longestBytes }: AttributeProfile): Choice {
  if (isDate) return { redshift: 'date', note: 'every text of the sample is a day' };
  if (isTimestamp) return { redshift: 'timestamp', note: 'every text of the sample is a time' };
  // Room for twice as much: what is longer than any of a sample will come.
  const bytes = TEXT_BYTES.find((most) => most >= longestBytes * 2);
  if (bytes === undefined) return { redshift: ONLY_IN_ITEM, note: 'long text' };
  return { redshift: `varchar(${bytes})`, note: '' };
}

function chooseNumber({ isInteger, wholeDigits, decimals }: AttributeProfile): Choice {
  if (isInteger) return { redshift: 'bigint', note: 'every number of the sample is whole' };
  const free = MAX_DIGITS - wholeDigits;
  if (decimals > free) return { redshift: ONLY_IN_ITEM, note: 'more digits than NUMERIC has' };
  return { redshift: `numeric(${MAX_DIGITS},${Math.min(free, Math.max(decimals, 12))})`, note: '' };
}

/** Lower case, and none of the pipeline's own. */
function freeName(path: readonly string[], taken: ReadonlySet<string>): string {
  const plain = path
    .join('_')
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '_')
    .replace(/^(_cdc_|\d)/, 'a$1')
    .slice(0, 120);
  const base = plain === '' || plain === 'item' ? `${plain}_value` : plain;
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? base : `${base}_${number}`;
    if (!taken.has(name)) return name;
  }
}

function describe(attribute: AttributeProfile, itemCount: number, choice: Choice): AttributeFate {
  const { path, types, count, longestBytes, wholeDigits, decimals } = attribute;
  const lengths = [
    ...(types.includes('S') ? [`${longestBytes} bytes`] : []),
    ...(types.includes('N') ? [`${wholeDigits}.${decimals} digits`] : []),
  ];
  return {
    path: path.join('.'),
    types: types.join(', ') || 'NULL',
    nullPercent: `${Math.round((1 - count / itemCount) * 100)} %`,
    longest: lengths.join(', '),
    ...choice,
  };
}
