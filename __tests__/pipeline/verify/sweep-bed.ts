/** Two small tables on real engines, with a model beside them that knows what differs. */
import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Item } from '../../../pipeline/dynamodb/attribute-value';
import type { DynamodbTable, MysqlTable, ReplicatedTable } from '../../../pipeline/tables';
import {
  type ReconcileOptions,
  type Reconciliation,
  reconcileTables,
} from '../../../pipeline/verify/reconcile-tables';
import type { DataApi } from '../../../pipeline/warehouse/data-api';
import { type ComparisonBed, type SourceOptions, startComparisonBed, TABLE_PREFIX } from './comparison-bed';

export const POINTS: MysqlTable = {
  source: 'mysql',
  name: 'points',
  database: 'lab',
  target: { schema: 'lab', table: 'points' },
  key: ['id'],
  columns: [
    { name: 'id', type: { kind: 'bigint' }, nullable: false },
    { name: 'value', type: { kind: 'integer' }, nullable: true },
  ],
};
/** Its key has no order that both systems share. */
export const WORDS: MysqlTable = {
  ...POINTS,
  name: 'words',
  target: { schema: 'lab', table: 'words' },
  columns: [{ name: 'id', type: { kind: 'text', characters: 20 }, nullable: false }, POINTS.columns[1]!],
};
export const THINGS: DynamodbTable = {
  source: 'dynamodb',
  name: 'things',
  target: { schema: 'lab', table: 'things' },
  key: ['id'],
  keyTypes: { id: 'S' },
  columns: [
    { name: 'id', path: ['id'], type: { kind: 'text', characters: 20 }, nullable: false },
    { name: 'value', path: ['value'], type: { kind: 'integer' }, nullable: true },
  ],
};

export type SweptRows = Map<number, number>;
export type Reconcile = (more?: Partial<ReconcileOptions> & SourceOptions) => Promise<Reconciliation>;

/** Time passes by waiting, and by so much whenever somebody looks. */
export class SteppingClock {
  /** Later than the last change of every row that the bed puts into a target. */
  ms = Date.now();
  constructor(public stepMs = 0) {}
  nowMs = (): number => {
    this.ms += this.stepMs;
    return this.ms;
  };
  wait = async (ms: number): Promise<void> => {
    this.ms += ms;
  };
}

export interface SweepBed {
  readonly bed: ComparisonBed;
  setSource(table: ReplicatedTable, rows: SweptRows): Promise<void>;
  setTarget(table: ReplicatedTable, rows: SweptRows): Promise<void>;
  reconciler(tables: readonly ReplicatedTable[], clock: SteppingClock): Reconcile;
  stop(): Promise<void>;
}

const itemOf = ([id, value]: readonly [number, number]): Item => ({
  id: { S: `k${id}` },
  value: { N: String(value) },
});
const rowOf = ([id, value]: readonly [number, number]): [string, string] => [String(id), String(value)];

export async function startSweepBed(): Promise<SweepBed> {
  const bed = await startComparisonBed([POINTS, WORDS, THINGS]);
  const TableName = `${TABLE_PREFIX}${THINGS.name}`;
  let items: SweptRows = new Map();
  return {
    bed,
    async setSource(table, rows) {
      if (table.source === 'mysql') return bed.mysql.fill(table, [...rows].map(rowOf));
      for (const row of rows) {
        if (items.get(row[0]) === row[1]) continue;
        await bed.dynamodb.send(new PutItemCommand({ TableName, Item: itemOf(row) as never }));
      }
      for (const id of items.keys()) {
        if (rows.has(id)) continue;
        await bed.dynamodb.send(new DeleteItemCommand({ TableName, Key: { id: { S: `k${id}` } } }));
      }
      items = new Map(rows);
    },
    setTarget: (table, rows) =>
      table.source === 'mysql'
        ? bed.fillTarget(table, [...rows].map(rowOf))
        : bed.fillItemRows(table, [...rows].map(itemOf)),
    reconciler:
      (tables, clock) =>
      ({ rowsAPart = 2, readUnitsPerSecond, ...more } = {}) =>
        reconcileTables({
          warehouse: bed.warehouse,
          sourceOf: (table) =>
            bed.sourceOf(table, {
              clock,
              rowsAPart,
              ...(readUnitsPerSecond === undefined ? {} : { readUnitsPerSecond }),
              ...(more.warehouse === undefined ? {} : { warehouse: more.warehouse }),
            }),
          tables,
          clock,
          allowedLagSeconds: 900,
          endsAtMs: clock.ms + 280_000,
          ...more,
        }),
    stop: () => bed.stop(),
  };
}

export const rows = (...values: readonly number[]): SweptRows =>
  new Map(values.map((value, id) => [id, value]));

/** What a comparison has to find. */
export function differencesOf(source: SweptRows, target: SweptRows) {
  const ids = [...new Set([...source.keys(), ...target.keys()])];
  const counted = (is: (id: number) => boolean): number => ids.filter(is).length;
  return {
    missing: counted((id) => !target.has(id)),
    extra: counted((id) => !source.has(id)),
    different: counted((id) => source.has(id) && target.has(id) && source.get(id) !== target.get(id)),
  };
}

/** The warehouse of a run that is killed at its call number `calls`: from then on it sends nothing. */
export function killedAfter(api: DataApi, calls: number): DataApi {
  let left = calls;
  return new Proxy(api, {
    get: (target, name) => {
      const member = Reflect.get(target, name) as unknown;
      if (typeof member !== 'function') return member;
      return (...given: unknown[]) => {
        left -= 1;
        if (left < 0) throw new Error('the run was killed');
        return (member as (...all: unknown[]) => unknown).apply(target, given);
      };
    },
  });
}
