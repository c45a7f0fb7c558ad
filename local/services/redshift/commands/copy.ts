/** COPY: what runs it is in ../copy. */
import { runCopy } from '../copy/run-copy';
import type { CopyStatement } from '../sql/syntax/statement-tree';
import type { Command } from './command';
import type { Plan } from './plan';
import { onTable } from './privilege-need';

export function planCopy({ table: parts, columns, source, settings }: CopyStatement, plan: Plan): Command {
  const table = plan.table(parts);
  const options = { ...settings, table, source, ...(columns === undefined ? {} : { columns }) };
  return {
    locks: [{ table, mode: 'write' }],
    needs: [onTable(table, 'insert')],
    run: (session) => runCopy(session, options),
  };
}
