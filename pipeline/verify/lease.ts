/**
 * A lease in the warehouse: one reconciliation at a time, wherever and however it was started. Reserved concurrency
 * would do the same, but a new account has none to give.
 */
import { PipelineError } from '../errors';
import type { DataApi } from '../warehouse/data-api';
import { quoteLiteral, quoteTable } from '../warehouse/sql-text';
import { LEASES } from '../warehouse/table-definitions';

export interface LeaseRequest {
  readonly name: string;
  /** Tells this run from every other one. */
  readonly holder: string;
  /** Longer than the run can last: a lease that expires while its holder works protects nothing. */
  readonly seconds: number;
}

const LEASE_TABLE = quoteTable(LEASES.schema, LEASES.table);
/** A note lies in the same table and is nobody's lease. */
const NOTE_HOLDER = 'anybody';
/** Of two transactions that ask at the same time, Redshift may abort one with a serialization conflict (1023). */
const TRIES = 3;

/**
 * One transaction: the lock comes first, because under snapshot isolation two transactions that only check could
 * both find the lease free (decision D12).
 */
export function buildTakeLease({ name, holder, seconds }: LeaseRequest): string[] {
  return [
    `LOCK TABLE ${LEASE_TABLE}`,
    `DELETE FROM ${LEASE_TABLE}\nWHERE "name" = ${quoteLiteral(name)}\n  AND "expires_at" <= GETDATE()`,
    [
      `INSERT INTO ${LEASE_TABLE} ("name", "holder", "expires_at")`,
      `SELECT ${quoteLiteral(name)}, ${quoteLiteral(holder)}, DATEADD(second, ${seconds}, GETDATE())`,
      `WHERE NOT EXISTS (SELECT 1 FROM ${LEASE_TABLE} WHERE "name" = ${quoteLiteral(name)})`,
    ].join('\n'),
  ];
}

export const buildReleaseLease = ({ name, holder }: Omit<LeaseRequest, 'seconds'>): string =>
  `DELETE FROM ${LEASE_TABLE}\nWHERE "name" = ${quoteLiteral(name)}\n  AND "holder" = ${quoteLiteral(holder)}`;

/**
 * Frees every lease, for whoever knows that no run is alive; notes stay. A run that is alive after all no longer keeps
 * others out.
 */
export const buildFreeLeases = (): string =>
  `DELETE FROM ${LEASE_TABLE}\nWHERE "holder" <> ${quoteLiteral(NOTE_HOLDER)}`;

export const buildLeaseHolder = (name: string): string =>
  `SELECT "holder"\nFROM ${LEASE_TABLE}\nWHERE "name" = ${quoteLiteral(name)}`;

/**
 * Runs `work` while the lease is held, and gives it back. Undefined when another run holds it: nothing was done.
 *
 * 1. Take the lease. 2. Ask who holds it: the answer counts, not how the first step ended. 3. Work. 4. Give it back.
 *
 * Stopped after 1, the lease is free again when it expires.
 * @throws what `work` throws; PipelineError as `DataApi.execute` does.
 */
export async function withLease<Result>(
  api: DataApi,
  request: LeaseRequest,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  if (!(await takeLease(api, request))) return undefined;
  try {
    return await work();
  } finally {
    // Its expiry frees it as well, so that a failure here must not hide how the work ended.
    await api.execute(buildReleaseLease(request), { name: `lease/${request.name}` }).catch(() => undefined);
  }
}

/** Leaves a note for whoever works under the lease next; a second one before it is read changes nothing. */
export async function leaveNote(api: DataApi, note: string): Promise<void> {
  await api.execute(
    `INSERT INTO ${LEASE_TABLE} ("name", "holder", "expires_at")\nVALUES (${quoteLiteral(note)}, ${quoteLiteral(NOTE_HOLDER)}, GETDATE())`,
    { name: `lease/${note}` },
  );
}

/** Whether a note was left. It is removed: the caller does what it asks for. */
export async function takeNote(api: DataApi, note: string): Promise<boolean> {
  const options = { name: `lease/${note}` };
  const rows = await api.readRows(buildLeaseHolder(note), options);
  if (rows.length === 0) return false;
  await api.execute(buildReleaseLease({ name: note, holder: NOTE_HOLDER }), options);
  return true;
}

async function takeLease(api: DataApi, request: LeaseRequest): Promise<boolean> {
  const options = { name: `lease/${request.name}` };
  for (let tries = 1; ; tries += 1) {
    const conflict = await takeOnce(api, request, options);
    const [row] = await api.readRows(buildLeaseHolder(request.name), options);
    if (row !== undefined) return row.holder === request.holder;
    if (conflict !== undefined && tries >= TRIES) throw conflict;
  }
}

/** A conflict is an answer here; any other failure is thrown. */
async function takeOnce(
  api: DataApi,
  request: LeaseRequest,
  options: { readonly name: string },
): Promise<PipelineError | undefined> {
  try {
    await api.executeBatch(buildTakeLease(request), options);
    return undefined;
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'WAREHOUSE_BUSY') return error;
    throw error;
  }
}
