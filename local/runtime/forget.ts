/** Forgetting on the laptop: step after step, as `forget` of docs/operator.sh takes them. */
import type { ForgottenCopies } from '../../pipeline/forget/forget-item';
import type { CallableFunction } from './ports/callable-function';

export interface ForgetReport extends ForgottenCopies {
  readonly table: string;
}

interface ForgetAnswer {
  readonly table: string;
  readonly copies: ForgottenCopies;
  readonly next?: unknown;
}

/** Until a whole pass has found nothing more. @throws Error what the function throws: nothing more is removed then */
export async function forgetInSteps(
  called: CallableFunction,
  request: { readonly table: string; readonly key: readonly string[] },
): Promise<ForgetReport> {
  let report: ForgetReport | undefined;
  let next: unknown;
  do {
    const { copies, ...answer } = (await called.invoke({ ...request, next })) as ForgetAnswer;
    report = { table: answer.table, ...(report === undefined ? copies : sum(report, copies)) };
    next = answer.next;
  } while (next !== undefined);
  return report;
}

const sum = (one: ForgottenCopies, other: ForgottenCopies): ForgottenCopies => ({
  rows: one.rows + other.rows,
  tombstones: one.tombstones + other.tombstones,
  incoming: one.incoming + other.incoming,
  loaded: one.loaded + other.loaded,
  rejected: one.rejected + other.rejected,
  oldVersions: one.oldVersions + other.oldVersions,
  unreadable: [...new Set([...one.unreadable, ...other.unreadable])],
});
