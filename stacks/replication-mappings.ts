/** What the DMS replication task copies, derived from the catalogue (decision D11). */
import type { MysqlTable } from '../pipeline/tables';

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
  /** The new name of a `rename`. */
  readonly value?: string;
  /** The new type of a `change-data-type`. */
  readonly 'data-type'?: { readonly type: string };
}

type RuleBody = Omit<Rule, 'rule-id' | 'rule-name'>;

/**
 * Exactly the tables of the catalogue, each to its own target. A rule renames only where the names differ: by default
 * DMS keeps database and table names.
 * @throws Error when tables of one database would go into different schemas, which no task can do.
 */
export function buildTableMappings(tables: readonly MysqlTable[]): { readonly rules: readonly Rule[] } {
  const rules = [
    ...tables.flatMap((table) => [selection(table), ...renamedTable(table), ...booleans(table)]),
    ...renamedSchemas(tables),
  ];
  return { rules: rules.map((rule, index) => number(rule, index + 1)) };
}

const locator = ({ database, name }: MysqlTable) => ({ 'schema-name': database, 'table-name': name });

function selection(table: MysqlTable): RuleBody {
  return { 'rule-type': 'selection', 'rule-action': 'include', 'object-locator': locator(table) };
}

function renamedTable(table: MysqlTable): RuleBody[] {
  const { name, target } = table;
  return target.table === name ? [] : [rename('table', target.table, locator(table))];
}

function renamedSchemas(tables: readonly MysqlTable[]): RuleBody[] {
  const databases = [...new Set(tables.map(({ database }) => database))];
  return databases.flatMap((database) => {
    const own = tables.filter((table) => table.database === database);
    const schemas = [...new Set(own.map(({ target }) => target.schema))];
    if (schemas.length > 1) {
      throw new Error(
        `the tables of the database ${database} go into several schemas: ${schemas.join(', ')}. A replication task renames whole databases; give them one schema in pipeline/tables.ts`,
      );
    }
    return schemas[0] === database ? [] : [rename('schema', schemas[0]!, { 'schema-name': database })];
  });
}

const rename = (target: 'schema' | 'table', value: string, where: Rule['object-locator']): RuleBody => ({
  'rule-type': 'transformation',
  'rule-target': target,
  'rule-action': 'rename',
  'object-locator': where,
  value,
});

/** DMS sees a MySQL boolean as INT1 and would write it as a small integer, which a BOOLEAN column does not take. */
function booleans(table: MysqlTable): RuleBody[] {
  return table.columns
    .filter(({ type }) => type.kind === 'boolean')
    .map(({ name }) => ({
      'rule-type': 'transformation',
      'rule-target': 'column',
      'rule-action': 'change-data-type',
      'object-locator': { ...locator(table), 'column-name': name },
      'data-type': { type: 'boolean' },
    }));
}

function number(rule: RuleBody, id: number): Rule {
  const { 'schema-name': schema, 'table-name': table, 'column-name': column } = rule['object-locator'];
  const subject = [schema, table, column].filter((part) => part !== undefined).join('-');
  return { ...rule, 'rule-id': String(id), 'rule-name': `${rule['rule-action']}-${subject}` };
}
