/** The table of `npm run permissions`: every granted action, and what became of it. */

import type { Grant } from '../runtime/ports/access-control';
import { reasonUnexercised } from '../runtime/services';
import { buildTextTable } from './text-table';

export interface GrantReport {
  readonly text: string;
  /** Grants that were neither used nor excused, and excuses for grants that were used. */
  readonly gaps: number;
}

export function buildGrantReport(grants: readonly Grant[]): GrantReport {
  const lines = grants.map((grant) => ({ grant, reason: reasonUnexercised(grant.role, grant.action) }));
  const gaps = lines.filter(({ grant, reason }) => (grant.uses === 0) === (reason === undefined)).length;
  const used = lines.filter(({ grant }) => grant.uses > 0).length;
  const table = buildTextTable(
    ['role', 'statement', 'action', 'used'],
    lines.map(({ grant, reason }) => [grant.role, grant.statement, grant.action, useOf(grant.uses, reason)]),
  );
  const excused = lines.filter(({ grant, reason }) => grant.uses === 0 && reason !== undefined).length;
  const summary = `granted ${lines.length} actions: used ${used}, not to be exercised on a laptop ${excused}, gaps ${gaps}`;
  return { text: `${table}\n${summary}`, gaps };
}

function useOf(uses: number, reason: string | undefined): string {
  if (uses > 0) return reason === undefined ? String(uses) : `${uses}, although it is excused: ${reason}`;
  return reason ?? 'NEVER: a gap';
}
