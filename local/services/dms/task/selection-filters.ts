/** Filters of a selection rule (AWS DMS user guide, "Using source filters"): which rows of a table the task replicates. */
import {
  FILTER_OPERATORS,
  type FilterCondition,
  type FilterOperator,
} from '../../../../pipeline/values/row-filter';
import { isRecord, type JsonRecord, type Report, refuseUnknown } from './mapping-rule';

/** Of a column whose type is known when the source's table is. */
export interface SelectionFilter {
  readonly column: string;
  readonly conditions: readonly FilterCondition[];
}

const VALUES: Readonly<Record<FilterOperator, readonly string[]>> = {
  eq: ['value'],
  noteq: ['value'],
  lte: ['value'],
  gte: ['value'],
  between: ['start-value', 'end-value'],
  notbetween: ['start-value', 'end-value'],
  null: [],
  notnull: [],
};

export function parseSelectionFilters(rule: JsonRecord, id: string, report: Report): SelectionFilter[] {
  const { filters = [] } = rule;
  const where = `rule-id ${id}, filters`;
  if (!Array.isArray(filters) || !filters.every(isRecord)) {
    report(where, 'must be a list of filters');
    return [];
  }
  if (filters.length === 0) return [];
  if (rule['rule-action'] !== 'include') report(where, 'DMS filters rows only where rule-action is include');
  if (/%/.test(JSON.stringify(rule['object-locator'] ?? '')))
    report(where, 'DMS filters rows only of tables with exact names, without %');
  return filters.flatMap((filter, at) => parseFilter(filter, `${where}.${at}`, report));
}

function parseFilter(filter: JsonRecord, where: string, report: Report): SelectionFilter[] {
  refuseUnknown(filter, ['filter-type', 'column-name', 'filter-conditions'], where, report);
  const { 'filter-type': type, 'column-name': column, 'filter-conditions': conditions } = filter;
  if (type !== 'source') report(`${where}, filter-type`, `must be source, got: ${JSON.stringify(type)}`);
  if (typeof column !== 'string' || column === '') {
    report(`${where}, column-name`, 'must be the name of a column');
    return [];
  }
  if (!Array.isArray(conditions) || conditions.length === 0 || !conditions.every(isRecord)) {
    report(`${where}, filter-conditions`, 'must be a list of conditions');
    return [];
  }
  return [
    {
      column,
      conditions: conditions.flatMap((condition, at) =>
        parseCondition(condition, `${where}, filter-conditions.${at}`, report),
      ),
    },
  ];
}

const isOperator = (text: unknown): text is FilterOperator => FILTER_OPERATORS.some((one) => one === text);

function parseCondition(condition: JsonRecord, where: string, report: Report): FilterCondition[] {
  const given = condition['filter-operator'];
  const operator = given === 'ste' ? 'lte' : given;
  if (!isOperator(operator)) {
    report(
      `${where}, filter-operator`,
      `must be one of ste, ${FILTER_OPERATORS.join(', ')}, got: ${JSON.stringify(given)}`,
    );
    return [];
  }
  const names = VALUES[operator];
  refuseUnknown(condition, ['filter-operator', ...names], where, report);
  const values = names.flatMap((name) => {
    const value = condition[name];
    if (typeof value === 'string') return [value];
    report(`${where}, ${name}`, `${operator} needs it, as a text`);
    return [];
  });
  return [{ operator, values }];
}
