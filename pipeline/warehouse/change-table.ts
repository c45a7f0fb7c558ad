/** A target brought to what the catalogue says, where set-up does not do that by itself: planned first, done when told so. */
import * as z from 'zod';
import { PipelineError } from '../errors';
import { type ReplicatedTable, targetName } from '../tables';
import type { DataApi } from './data-api';
import { planRebuild, type RebuildPlan, type TargetGrant } from './plan-rebuild';
import { quoteIdentifier, quoteLiteral } from './sql-text';
import { readExistingTables, readRequiredColumns } from './table-check';
import { targetDefinition } from './table-definitions';

/** The part of the Data API's client that this needs. */
export type ChangingWarehouse = Pick<DataApi, 'query' | 'executeBatch'>;

export interface ChangeRequest {
  /** `schema.table` of the target. */
  readonly table: string;
  /** Earlier names of columns to those of the catalogue. */
  readonly renamed: Readonly<Record<string, string>>;
  /** No row is taken over; the source fills the table again. */
  readonly isEmpty: boolean;
  /** Without it, the plan is only shown. */
  readonly confirmed: boolean;
}

export interface ChangedTable {
  readonly table: string;
  readonly plan: readonly string[];
  readonly done: boolean;
}

const EVENT = z.object({
  change: z
    .strictObject({
      table: z.string(),
      renamed: z.record(z.string(), z.string()).default({}),
      empty: z.boolean().default(false),
      confirm: z.boolean().default(false),
    })
    .optional(),
});

/**
 * Undefined for an event that asks for no change.
 * @throws PipelineError SETTINGS_INVALID (halt): nothing was done.
 */
export function parseChangeRequest(event: unknown): ChangeRequest | undefined {
  const parsed = EVENT.safeParse(event ?? {});
  if (!parsed.success)
    throw invalid(
      `the event does not say which table to change: ${parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}. It looks like {"change": {"table": "bank.txns", "renamed": {"old": "new"}, "confirm": true}}`,
    );
  const { change } = parsed.data;
  return change === undefined
    ? undefined
    : { table: change.table, renamed: change.renamed, isEmpty: change.empty, confirmed: change.confirm };
}

/**
 * A second call finds nothing to change. Of a MySQL table the replication task must be stopped: a statement of its that
 * waits for the lock could go on in the renamed table.
 * @throws PipelineError WAREHOUSE_NOT_READY (halt) when there is no such table, or values cannot be converted exactly;
 * what the client throws when a value does not fit: nothing is changed then.
 */
export async function changeTable(
  warehouse: ChangingWarehouse,
  tables: readonly ReplicatedTable[],
  request: ChangeRequest,
): Promise<ChangedTable> {
  const table = tables.find((one) => targetName(one) === request.table);
  if (table === undefined)
    throw notReady(`no entry has the target ${request.table}; they are ${tables.map(targetName).join(', ')}`);
  const definition = targetDefinition(table);
  const actual = (await readExistingTables(warehouse, [definition])).get(request.table) ?? [];
  if (actual.length === 0)
    throw notReady(`${request.table} is not in the warehouse; set-up creates it: run prepare-warehouse`);
  const required = await readRequiredColumns(warehouse, definition);
  const grants = await readTargetGrants(warehouse, table);
  const { renamed, isEmpty } = request;
  const plan = planRebuild({ table, actual, required, grants, renamed, isEmpty });
  if ('problems' in plan)
    throw notReady(`${request.table} cannot be changed by itself: ${plan.problems.join('; ')}`);
  const isDue = request.confirmed && plan.statements.length > 0;
  if (isDue) await warehouse.executeBatch(plan.statements, { name: `change/${table.name}` });
  return { table: request.table, plan: linesOf(plan), done: isDue };
}

const linesOf = ({ lines }: RebuildPlan): readonly string[] =>
  lines.length === 0 ? ['nothing differs from the catalogue'] : lines;

/** What a table's grants can be, as GRANT names them. */
const PRIVILEGES = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'DROP', 'REFERENCES', 'ALTER', 'TRUNCATE'];

export async function readTargetGrants(
  warehouse: ChangingWarehouse,
  { target }: ReplicatedTable,
): Promise<TargetGrant[]> {
  const byGrantee = new Map<string, string[]>();
  const sql = [
    'SELECT privilege_type, identity_type, identity_name',
    'FROM svv_relation_privileges',
    `WHERE namespace_name = ${quoteLiteral(target.schema)} AND relation_name = ${quoteLiteral(target.table)}`,
    'ORDER BY identity_type, identity_name, privilege_type',
  ].join('\n');
  for await (const row of warehouse.query(sql)) {
    const privilege = (row.privilege_type ?? '').toUpperCase();
    if (!PRIVILEGES.includes(privilege)) continue;
    const grantee = granteeOf(row.identity_type ?? '', row.identity_name ?? '');
    byGrantee.set(grantee, [...(byGrantee.get(grantee) ?? []), privilege]);
  }
  return [...byGrantee].map(([grantee, privileges]) => ({ grantee, privileges }));
}

function granteeOf(type: string, name: string): string {
  if (type === 'public') return 'PUBLIC';
  const word = type === 'user' ? '' : `${type.toUpperCase()} `;
  return `${word}${quoteIdentifier(name)}`;
}

const invalid = (message: string): PipelineError =>
  new PipelineError({ code: 'SETTINGS_INVALID', disposition: 'halt', message, context: {} });

const notReady = (message: string): PipelineError =>
  new PipelineError({ code: 'WAREHOUSE_NOT_READY', disposition: 'halt', message, context: {} });
