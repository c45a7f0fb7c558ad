/** The row filters of a MySQL table's entry: checked, and as the rest of the pipeline has them. */
import type { FilterConditionEntry, MysqlEntry } from './catalogue-entry';
import { parseMysqlDeclaration } from './mysql-declaration';
import { checkSourceFilter, FILTER_OPERATORS, type FilterCondition, type SourceFilter } from './row-filter';

/** Takes a problem: the path inside the file, and what is wrong. */
type Report = (path: string, message: string) => void;

/** Problems of the columns' declarations are reported where the columns are. */
export function parseSourceFilters(
  { filters = [], key, columns }: MysqlEntry,
  report: Report,
): SourceFilter[] {
  return filters.flatMap(({ column, any, neverUpdated }, at) => {
    const where = `filters.${at} (${column})`;
    const found = columns.find(({ name }) => name === column);
    if (found === undefined) {
      report(where, `${column} is not one of the columns`);
      return [];
    }
    if (neverUpdated !== true && !key.includes(column))
      report(
        where,
        'a row that an update moves into or out of the filter would be wrong in the warehouse: DMS decides once (AWS DMS user guide, "Using source filters"). Filter by the key, or say "neverUpdated": true if the source never updates the column',
      );
    const declaration = parsed(found.mysql);
    if (declaration === undefined) return [];
    const conditions = any.flatMap((condition, one) =>
      parseCondition(condition, `${where}, any.${one}`, report),
    );
    const filter: SourceFilter = { column, type: declaration.type, conditions };
    for (const problem of checkSourceFilter(filter)) report(where, problem);
    if (!declaration.nullable && conditions.some(({ operator }) => /null$/.test(operator)))
      report(where, `${column} is NOT NULL`);
    return [filter];
  });
}

function parsed(text: string): ReturnType<typeof parseMysqlDeclaration> | undefined {
  try {
    return parseMysqlDeclaration(text);
  } catch {
    return undefined;
  }
}

function parseCondition(entry: FilterConditionEntry, where: string, report: Report): FilterCondition[] {
  const given = FILTER_OPERATORS.filter((operator) => entry[operator] !== undefined);
  const [operator] = given;
  if (operator === undefined || given.length > 1) {
    report(where, `expected one of ${FILTER_OPERATORS.join(', ')}, got ${given.join(', ') || 'none'}`);
    return [];
  }
  const value = entry[operator];
  return [{ operator, values: value === true || value === undefined ? [] : [value].flat() }];
}
