/** Tables that a replication task selects and the catalogue of this deployment does not have. */
import { z } from 'zod';
import type { MysqlTable } from '../tables';

const mappingsShape = z.object({
  rules: z.array(
    z.looseObject({
      'rule-type': z.string(),
      'rule-action': z.string().optional(),
      'object-locator': z
        .looseObject({ 'schema-name': z.string().optional(), 'table-name': z.string().optional() })
        .optional(),
    }),
  ),
});

/**
 * `database.table` of each included table that `tables` lacks; locators with a `%` are passed over, since they may
 * mean anything. Text that is not table mappings selects nothing that could be named.
 */
export function unknownTables(tableMappings: string, tables: readonly MysqlTable[]): string[] {
  const known = new Set(tables.map(({ database, name }) => `${database}.${name}`));
  return includedTables(tableMappings).filter((name) => !known.has(name));
}

function includedTables(tableMappings: string): string[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(tableMappings);
  } catch {
    return [];
  }
  const { data } = mappingsShape.safeParse(parsed);
  return (data?.rules ?? []).flatMap((rule) => {
    const { 'schema-name': database = '%', 'table-name': table = '%' } = rule['object-locator'] ?? {};
    const isIncluded = rule['rule-type'] === 'selection' && rule['rule-action'] === 'include';
    return isIncluded && !database.includes('%') && !table.includes('%') ? [`${database}.${table}`] : [];
  });
}
