/** What a run of `forget-item` is asked to do. */
import { z } from 'zod';
import { PipelineError } from '../errors';
import { type DynamodbTable, type ReplicatedTable, sourceName, targetName } from '../tables';
import { canonicalNumber } from '../values/decimal';

export const FORGET_PLACES = ['incoming', 'warehouse', 'loaded', 'rejected'] as const;
export type ForgetPlace = (typeof FORGET_PLACES)[number];

/** Where a step continues that ran out of time, as the step before gave it. */
const NEXT = z.object({
  place: z.enum(FORGET_PLACES),
  /** The last object of the place that was looked at. */
  after: z.object({ key: z.string(), versionId: z.string().optional() }).optional(),
  /** What this pass has removed so far: a pass that removes nothing is the last. */
  removed: z.number(),
});
export type ForgetNext = z.output<typeof NEXT>;

const EVENT = z.object({ table: z.string(), key: z.array(z.string()), next: NEXT.optional() });

export type ItemKey = Readonly<Record<string, { readonly S: string } | { readonly N: string }>>;

export interface ForgetRequest {
  readonly table: DynamodbTable;
  /** The attributes of the key, as DynamoDB takes them. */
  readonly key: ItemKey;
  readonly next: ForgetNext | undefined;
}

/**
 * `{"table": "trades", "key": ["t-1"]}`, with the sort key second where the table has one; `next` of the step before
 * continues it.
 * @throws PipelineError SETTINGS_INVALID (halt) for a table of MySQL or of nobody, and for a key that is none of the table's.
 */
export function parseForgetRequest(event: unknown, tables: readonly ReplicatedTable[]): ForgetRequest {
  const parsed = EVENT.safeParse(event);
  if (!parsed.success)
    throw refused('the event must have a table and a key, as {"table": "trades", "key": ["t-1"]}');
  const { table: name, key, next } = parsed.data;
  const table = tables.find((known) => known.name === name);
  if (table === undefined) {
    throw refused(
      `the catalogue has no table of that name; it has ${tables.map((known) => known.name).join(', ')}`,
    );
  }
  if (table.source === 'mysql') {
    throw refused(
      `${sourceName(table)} is a table of MySQL, which keeps no staged files: delete the row there, and the task deletes it from ${targetName(table)}. Rows of its seed file that were rejected are under rejected/${name}/; delete those objects with all their versions`,
    );
  }
  if (key.length !== table.key.length || key.includes('')) {
    throw refused(
      `the key of ${name} is ${table.key.join(' and ')}: expected ${table.key.length} texts, got ${key.length}`,
    );
  }
  return {
    table,
    key: Object.fromEntries(table.key.map((part, at) => [part, attributeOf(table, part, key[at] ?? '')])),
    next,
  };
}

function attributeOf(table: DynamodbTable, part: string, text: string): ItemKey[string] {
  if (table.keyTypes[part] !== 'N') return { S: text };
  if (canonicalNumber(text) === undefined) throw refused(`${part} of ${table.name} is a number`);
  return { N: text };
}

/** Without the key, which must be in no log. */
const refused = (message: string): PipelineError =>
  new PipelineError({
    code: 'SETTINGS_INVALID',
    disposition: 'halt',
    message: `nothing was forgotten: ${message}`,
  });
