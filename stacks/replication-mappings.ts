/** What the DMS replication task copies, derived from the catalogue (decision D11). */
import { dmsDataType, isUsualTarget, type MysqlTable, type SourceFilter } from '../pipeline/tables';

interface Rule {
  readonly 'rule-type': 'selection' | 'transformation';
  readonly 'rule-id': string;
  readonly 'rule-name': string;
  readonly 'rule-action': string;
  readonly 'rule-target'?: 'schema' | 'table' | 'column';
  readonly 'object-locator': {
    readonly 'schema-name': string;
    readonly 'table-name'?: string;
    readonly 'column-name'?: string;
  };
  readonly filters?: readonly object[];
  /** The new name of a `rename`. */
  readonly value?: string;
  /** The new type of a `change-data-type`. */
  readonly 'data-type'?: ReturnType<typeof dmsDataType>;
}

type RuleBody = Omit<Rule, 'rule-id' | 'rule-name'>;

/**
 * Exactly the tables of the catalogue, each to its own target. A rule renames only where the names differ: by default
 * DMS keeps database and table names.
 * @throws Error when tables of one database would go into different schemas, which no task can do.
 */
export function buildTableMappings(tables: readonly MysqlTable[]): { readonly rules: readonly Rule[] } {
  const rules = [
    ...tables.flatMap((table) => [
      selection(table),
      ...renamedTable(table),
      ...leftOut(table),
      ...columnTypes(table),
      ...masked(table),
    ]),
    ...renamedSchemas(tables),
  ];
  return { rules: rules.map((rule, index) => number(rule, index + 1)) };
}

const locator = ({ database, name, sourceTable }: MysqlTable) => ({
  'schema-name': escapePattern(database),
  'table-name': escapePattern(sourceTable ?? name),
});

/** Locators are patterns: `_` is any character, `%` any text, and brackets take either as itself. */
const escapePattern = (name: string): string => name.replace(/[[_%]/g, '[$&]');
const unescapePattern = (pattern: string): string => pattern.replace(/\[([[_%])\]/g, '$1');

/** Escaped only where the pattern would match another column of the table. */
function columnPattern(name: string, table: MysqlTable): string {
  if (/[[%]/.test(name)) return escapePattern(name);
  const matched = (other: string): boolean =>
    other.length === name.length && [...name].every((letter, at) => letter === '_' || letter === other[at]);
  return [...table.columns, ...(table.leftOut ?? [])].some(
    (other) => other.name !== name && matched(other.name),
  )
    ? escapePattern(name)
    : name;
}

function selection(table: MysqlTable): RuleBody {
  const { filters = [], database, name, sourceTable = name } = table;
  const include = { 'rule-type': 'selection', 'rule-action': 'include' } as const;
  if (filters.length === 0) return { ...include, 'object-locator': locator(table) };
  return {
    ...include,
    // DMS filters only tables with exact names, and does not say that a bracketed _ is one.
    'object-locator': { 'schema-name': database, 'table-name': sourceTable },
    filters: filters.map(sourceFilter),
  };
}

/** AWS DMS user guide, "Creating source filter rules in JSON". `ste` is `lte`, which earlier versions do not know. */
const sourceFilter = ({ column, conditions }: SourceFilter): object => ({
  'filter-type': 'source',
  'column-name': column,
  'filter-conditions': conditions.map(({ operator, values: [first, last] }) => ({
    'filter-operator': operator === 'lte' ? 'ste' : operator,
    ...(last === undefined ? {} : { 'start-value': first, 'end-value': last }),
    ...(first === undefined || last !== undefined ? {} : { value: first }),
  })),
});

function renamedTable(table: MysqlTable): RuleBody[] {
  const { name, sourceTable = name, target } = table;
  return isUsualTarget(sourceTable, target.table) ? [] : [rename('table', target.table, locator(table))];
}

function renamedSchemas(tables: readonly MysqlTable[]): RuleBody[] {
  const databases = [...new Set(tables.map(({ database }) => database))];
  return databases.flatMap((database) => {
    const own = tables.filter((table) => table.database === database);
    const schemas = [...new Set(own.map(({ target }) => target.schema))];
    if (schemas.length > 1) {
      throw new Error(
        `the tables of the database ${database} go into several schemas: ${schemas.join(', ')}. A replication task renames whole databases; give them one schema in tables/`,
      );
    }
    return isUsualTarget(database, schemas[0]!)
      ? []
      : [rename('schema', schemas[0]!, { 'schema-name': escapePattern(database) })];
  });
}

const rename = (target: 'schema' | 'table', value: string, where: Rule['object-locator']): RuleBody => ({
  'rule-type': 'transformation',
  'rule-target': target,
  'rule-action': 'rename',
  'object-locator': where,
  value,
});

function leftOut(table: MysqlTable): RuleBody[] {
  return (table.leftOut ?? []).map((column) => ({
    'rule-type': 'transformation',
    'rule-target': 'column',
    'rule-action': 'remove-column',
    'object-locator': { ...locator(table), 'column-name': columnPattern(column.name, table) },
  }));
}

/** Where the type that DMS takes by itself would lose a value, as the type contract says. */
function columnTypes(table: MysqlTable): RuleBody[] {
  return table.columns.flatMap((column) => {
    const type = dmsDataType(column);
    if (type === undefined) return [];
    return [
      {
        'rule-type': 'transformation',
        'rule-target': 'column',
        'rule-action': 'change-data-type',
        'object-locator': { ...locator(table), 'column-name': columnPattern(column.name, table) },
        'data-type': type,
      },
    ];
  });
}

/** DMS applies rules by their numbers, and a type has to be wide enough before its text is hashed. */
function masked(table: MysqlTable): RuleBody[] {
  return table.columns
    .filter(({ isMasked }) => isMasked === true)
    .map((column) => ({
      'rule-type': 'transformation',
      'rule-target': 'column',
      'rule-action': 'data-masking-hash-mask',
      'object-locator': { ...locator(table), 'column-name': columnPattern(column.name, table) },
    }));
}

function number(rule: RuleBody, id: number): Rule {
  const { 'schema-name': schema, 'table-name': table, 'column-name': column } = rule['object-locator'];
  const subject = [schema, table, column]
    .flatMap((part) => (part === undefined ? [] : [unescapePattern(part)]))
    .join('-');
  return { ...rule, 'rule-id': String(id), 'rule-name': `${rule['rule-action']}-${subject}` };
}
