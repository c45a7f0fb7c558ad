/** Tables that a replication task selects and the catalogue of this deployment does not have. */
import * as z from 'zod';
import { type MysqlTable, mysqlName } from '../tables';

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
  const known = new Set(tables.map(mysqlName));
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
    const patterns = [database, table];
    if (!isIncluded || patterns.some((pattern) => pattern.replaceAll(BRACKETED, '').includes('%'))) return [];
    return [patterns.map((pattern) => pattern.replaceAll(BRACKETED, '$1')).join('.')];
  });
}

/** A wildcard that brackets make an ordinary character. */
const BRACKETED = /\[([[_%])\]/g;
