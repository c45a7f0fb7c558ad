/**
 * `table_mappings` of a replication task: which tables are selected, and what they are called in the warehouse
 * (AWS DMS user guide, "Specifying table selection and transformations rules using JSON"). What the twin cannot
 * honour exactly is refused by rule id and property, never passed over.
 */

import { foldSourceName } from '../../../../pipeline/mysql/folded-name';
import type { TaskProblem } from '../../../runtime/ports/replication-task';
import {
  isRecord,
  type JsonRecord,
  matchesPattern,
  onlyName,
  parseLocator,
  type Report,
  refuseUnknown,
} from './mapping-rule';
import { parseTransformation, type Transformation } from './mapping-transformations';
import { parseSelectionFilters, type SelectionFilter } from './selection-filters';
import type { SourceTableName } from './source-table';

export interface SelectionRule {
  readonly ruleId: string;
  readonly action: 'include' | 'exclude' | 'explicit';
  readonly schema: string;
  readonly table: string;
  readonly filters: readonly SelectionFilter[];
}

export interface TableMappings {
  readonly selections: readonly SelectionRule[];
  readonly transformations: readonly Transformation[];
}

/** Parses the JSON text, or what it parses to; problems are added to `problems`. */
export function parseTableMappings(mappings: unknown, problems: TaskProblem[]): TableMappings {
  const report: Report = (where, message) => problems.push({ property: 'table_mappings', where, message });
  const rules = readRules(mappings, report);
  const ids = new Set<string>();
  const selections: SelectionRule[] = [];
  const transformations: Transformation[] = [];
  for (const rule of rules) {
    const id = typeof rule['rule-id'] === 'string' ? rule['rule-id'] : JSON.stringify(rule['rule-id']);
    if (ids.has(id)) report(`rule-id ${id}`, 'another rule has the same rule-id');
    ids.add(id);
    if (rule['rule-type'] === 'selection') {
      const selection = parseSelection(rule, id, report);
      if (selection !== undefined) selections.push(selection);
    } else if (rule['rule-type'] === 'transformation') {
      const transformation = parseTransformation(rule, id, report);
      if (transformation !== undefined) transformations.push(transformation);
    } else {
      report(
        `rule-id ${id}, rule-type`,
        `the twin knows selection and transformation, got: ${JSON.stringify(rule['rule-type'])}`,
      );
    }
  }
  if (selections.every((selection) => selection.action === 'exclude'))
    report('rules', 'no selection rule includes a table, so that the task would replicate nothing');
  return { selections, transformations };
}

function readRules(mappings: unknown, report: Report): JsonRecord[] {
  let parsed = mappings;
  if (typeof mappings === 'string') {
    try {
      parsed = JSON.parse(mappings);
    } catch {
      report('text', 'is not JSON');
      return [];
    }
  }
  const rules = isRecord(parsed) ? parsed.rules : undefined;
  if (!Array.isArray(rules) || !rules.every(isRecord)) {
    report('rules', 'must be a list of rules');
    return [];
  }
  return rules;
}

const SELECTION_PROPERTIES = [
  'rule-type',
  'rule-id',
  'rule-name',
  'object-locator',
  'rule-action',
  'filters',
];
const ACTIONS = ['include', 'exclude', 'explicit'];

function parseSelection(rule: JsonRecord, id: string, report: Report): SelectionRule | undefined {
  refuseUnknown(rule, SELECTION_PROPERTIES, `rule-id ${id}`, report);
  const filters = parseSelectionFilters(rule, id, report);
  const action = rule['rule-action'];
  if (typeof action !== 'string' || !ACTIONS.includes(action)) {
    report(
      `rule-id ${id}, rule-action`,
      `must be one of ${ACTIONS.join(', ')}, got: ${JSON.stringify(action)}`,
    );
    return undefined;
  }
  const locator = parseLocator(rule, ['schema-name', 'table-name'], id, report);
  if (locator === undefined) return undefined;
  const { 'schema-name': schema = '', 'table-name': table = '' } = locator;
  if (action === 'explicit' && /[%]/.test(schema + table))
    report(`rule-id ${id}, object-locator`, 'an explicit rule names one table, without %');
  return { ruleId: id, action: action as SelectionRule['action'], schema, table, filters };
}

/** Those of the rule that includes the table; a text says that several rules do, and differ. */
export function filtersOf(
  mappings: TableMappings,
  schema: string,
  table: string,
): readonly SelectionFilter[] | string {
  const matching = matchingRules(mappings, schema, table).filter(({ action }) => action !== 'exclude');
  const filtered = matching.find(({ filters }) => filters.length > 0);
  if (filtered === undefined) return [];
  return matching.length === 1
    ? filtered.filters
    : `the rules ${matching.map(({ ruleId }) => ruleId).join(', ')} of the mappings include it, and not all have the same filters`;
}

const matchingRules = (mappings: TableMappings, schema: string, table: string): SelectionRule[] =>
  mappings.selections.filter((rule) =>
    rule.action === 'explicit'
      ? rule.schema === schema && rule.table === table
      : matchesPattern(rule.schema, schema) && matchesPattern(rule.table, table),
  );

/** The tables that rules name one by one, as those of the catalogue do. */
export const namedTables = ({ selections }: TableMappings): SourceTableName[] =>
  selections.flatMap((rule) => {
    if (rule.action === 'exclude') return [];
    if (rule.action === 'explicit') return [{ database: rule.schema, table: rule.table }];
    const [database, table] = [onlyName(rule.schema), onlyName(rule.table)];
    return database === undefined || table === undefined ? [] : [{ database, table }];
  });

/** The same rules for names that are folded. */
export const foldMappings = ({ selections, transformations }: TableMappings): TableMappings => ({
  transformations,
  selections: selections.map((rule) => ({
    ...rule,
    schema: foldSourceName(rule.schema),
    table: foldSourceName(rule.table),
  })),
});

/** Exclusions win over inclusions in any order; an explicit rule wins over both. */
export function isSelected(mappings: TableMappings, schema: string, table: string): boolean {
  const matching = matchingRules(mappings, schema, table);
  if (matching.some((rule) => rule.action === 'explicit')) return true;
  return (
    matching.some((rule) => rule.action === 'include') && !matching.some((rule) => rule.action === 'exclude')
  );
}
