/** Random histories of a DynamoDB table, and what the warehouse must hold after them. */
import type { DynamoDBRecord } from 'aws-lambda';
import fc from 'fast-check';
import type { Item } from '../../pipeline/dynamodb/attribute-value';
import { projectItem } from '../../pipeline/dynamodb/project-item';
import { TRADES } from '../../pipeline/tables';
import { streamRecord } from './stream-records';

export interface Change {
  readonly sequence: number;
  readonly id: string;
  /** Absent for a delete. */
  readonly after?: Item;
}

/** Few keys and many changes; two keys differ in a trailing blank alone. */
const KEYS = ['a', 'a ', 'b', 'ß😀'];

/** A history in the order of the stream: sequence numbers grow. */
export const history: fc.Arbitrary<readonly Change[]> = fc
  .array(
    fc.record({
      id: fc.constantFrom(...KEYS),
      price: fc.option(fc.integer({ min: -99_999, max: 99_999 })),
      gap: fc.integer({ min: 1, max: 5 }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((steps) => {
    let sequence = 0;
    return steps.map(({ id, price, gap }) => {
      sequence += gap;
      const after = price === null ? {} : { after: { price: { N: (price / 100).toFixed(2) } } };
      return { sequence, id, ...after };
    });
  });

export const recordOf = ({ sequence, id, after }: Change): DynamoDBRecord =>
  streamRecord({ sequence, id, ...(after === undefined ? {} : { after }) });

/** `id|price|digest` of each live item after all changes, sorted: the oracle. */
export function expectedRows(changes: readonly Change[]): string[] {
  const live = new Map<string, Item>();
  for (const { id, after } of [...changes].sort((one, other) => one.sequence - other.sequence)) {
    if (after === undefined) live.delete(id);
    else live.set(id, { id: { S: id }, ...after });
  }
  return [...live.values()].map(rowText).sort();
}

function rowText(item: Item): string {
  const { columns, digest } = projectItem(TRADES, item);
  return `${columns.id}|${columns.price}|${digest}`;
}
