/**
 * A target as the catalogue now says, with the rows that it has: columns removed, renamed, of another type or in another
 * order. All in one transaction:
 *
 *   1. The target is locked against writes; for a DynamoDB table as a load locks it.
 *   2. A table beside it takes the rows, each value exactly or the whole fails; or none, where the source is to be read again.
 *   3. It gets the grants of the target, whoever gave them.
 *   4. The target is renamed out of the way, and the new table takes its name.
 *
 * Nobody sees a part of it, and the earlier table stays with all its columns until somebody drops it.
 */
import { createHash } from 'node:crypto';
import { mysqlName, type ReplicatedTable, targetName } from '../tables';
import { foldName } from '../values/catalogue';
import { convertColumn } from './convert-column';
import { MAX_NAME_BYTES, quoteIdentifier, quoteList, quoteTable } from './sql-text';
import { type TableDefinition, targetDefinition, tombstonesDefinition } from './table-definitions';
import { buildWarehouseTable } from './warehouse-ddl';
import { catalogType } from './warehouse-types';

/** What somebody may do with the target. */
export interface TargetGrant {
  /** For GRANT: `"ann"`, `ROLE "analysts"`, `PUBLIC`. */
  readonly grantee: string;
  readonly privileges: readonly string[];
}

export interface RebuildPlan {
  /** What becomes of the target, a line each, for people: of its columns, then of the table. */
  readonly lines: readonly string[];
  /** Those of its columns. */
  readonly differences: readonly string[];
  readonly statements: readonly string[];
}

export interface RebuildRequest {
  readonly table: ReplicatedTable;
  /** Its columns now, each as `name type`, as the catalog prints them. */
  readonly actual: readonly string[];
  /** Those of them that take no NULL; Redshift lets none take it afterwards. */
  readonly required: ReadonlySet<string>;
  readonly grants: readonly TargetGrant[];
  /** Earlier names to those of the catalogue. */
  readonly renamed: Readonly<Record<string, string>>;
  /** No row is taken over: the source fills the table again. */
  readonly isEmpty: boolean;
}

interface ActualColumn {
  readonly name: string;
  readonly type: string;
}

/** The plan, which is empty where nothing differs, or why there is none. */
export function planRebuild(request: RebuildRequest): RebuildPlan | { readonly problems: readonly string[] } {
  const { table, renamed, isEmpty } = request;
  const definition = targetDefinition(table);
  const actual = request.actual.map(splitColumn);
  const steps = definition.columns.map((column) => stepOf(column, { ...request, actual }));
  const problems = [
    ...renameProblems(renamed, actual, definition),
    ...(isEmpty ? [] : steps.flatMap(({ problem }) => problem ?? [])),
  ];
  if (problems.length > 0) return { problems };
  const kept = new Set(steps.map(({ from }) => from));
  const lines = [
    ...steps.flatMap(({ line }) => line ?? []),
    ...actual.filter(({ name }) => !kept.has(name)).map(({ name }) => `${name} is removed`),
  ];
  const isInOrder = steps.every(({ from }, at) => from === actual[at]?.name);
  if (lines.length === 0 && !isInOrder && definition.isOrderFree !== true)
    lines.push('the columns change places');
  if (lines.length === 0) return { lines: [], differences: [], statements: [] };
  return {
    differences: lines,
    lines: [...lines, ...swapLines(request)],
    statements: buildSwap(request, definition, steps),
  };
}

interface ColumnStep {
  readonly to: string;
  /** The column that it takes its values from; none for a new one. */
  readonly from?: string;
  readonly expression: string;
  readonly line?: string;
  readonly problem?: string;
}

function stepOf(
  { name, sqlType, nullable }: TableDefinition['columns'][number],
  {
    actual,
    required,
    renamed,
    table,
  }: Pick<RebuildRequest, 'table' | 'renamed' | 'required'> & { readonly actual: readonly ActualColumn[] },
): ColumnStep {
  const earlier = Object.keys(renamed).find((from) => renamed[from] === name) ?? name;
  const found = actual.find((column) => column.name === earlier);
  const type = catalogType(sqlType);
  if (found === undefined)
    return nullable
      ? { to: name, expression: 'NULL', line: `${name} ${type} is new, and NULL in the rows that are there` }
      : {
          to: name,
          expression: 'NULL',
          line: `${name} ${type} is new`,
          problem: `${name} is new and NOT NULL, and the rows that are there have no value for it: ${REFILL}`,
        };
  const expression = convertColumn(quoteIdentifier(found.name), found.type, type);
  const isMasked = table.columns.some((column) => foldName(column.name) === name && 'isMasked' in column);
  if (expression === undefined || (isMasked && found.type !== type))
    return {
      to: name,
      from: found.name,
      expression: 'NULL',
      line: `${name} becomes ${type} from ${found.type}`,
      problem: `${name} cannot become ${type} from ${found.type} without another reading of the source: ${REFILL}`,
    };
  const changes = [
    ...(found.name === name ? [] : [`is renamed from ${found.name}`]),
    ...(found.type === type ? [] : [`becomes ${type} from ${found.type}`]),
    ...(nullable && required.has(found.name) ? ['may be NULL'] : []),
  ];
  return {
    to: name,
    from: found.name,
    expression,
    ...(changes.length === 0 ? {} : { line: `${name} ${changes.join(' and ')}` }),
  };
}

const REFILL =
  'let the table begin empty by --empty, and fill it by a resync (MySQL) or a backfill (DynamoDB)';

const renameProblems = (
  renamed: RebuildRequest['renamed'],
  actual: readonly ActualColumn[],
  { columns }: TableDefinition,
): string[] =>
  Object.entries(renamed).flatMap(([from, to]) => [
    ...(actual.some(({ name }) => name === from) ? [] : [`there is no column ${from} to rename`]),
    ...(columns.some(({ name }) => name === to) ? [] : [`the entry has no column ${to}`]),
    ...(actual.some(({ name }) => name === to) ? [`the table has a column ${to} already`] : []),
  ]);

/** Types have blanks, and so may names; no name of a type of the catalogue begins within another. */
function splitColumn(text: string): ActualColumn {
  const [, name = text, type = ''] =
    /^(.*?) (character varying\(\d+\)|numeric\(\d+,\d+\)|double precision|timestamp without time zone|\S+)$/s.exec(
      text,
    ) ?? [];
  return { name, type };
}

/** What the new table is called until it takes the name of the target. */
export const rebuiltName = (table: string): string => besideName('_cdc_rebuilt_', table);
/** What the earlier table is called afterwards. */
export const replacedName = (table: string): string => besideName('_cdc_replaced_', table);

/** Nobody else's table has such a name, so that it may be dropped. */
function besideName(prefix: string, table: string): string {
  const name = prefix + table;
  if (Buffer.byteLength(name) <= MAX_NAME_BYTES) return name;
  return prefix + createHash('sha256').update(table).digest('hex');
}

function swapLines({ table, grants, isEmpty }: RebuildRequest): string[] {
  const name = targetName(table);
  return [
    `a new table takes the ${isEmpty ? '' : 'rows and the '}grants of ${grants.length === 1 ? 'one grantee' : `${grants.length} grantees`}, and the name ${name}, in one transaction`,
    ...(isEmpty ? [`no row is taken over: it is empty until ${fillOf(table)}`] : []),
    `the table of now stays as ${table.target.schema}.${replacedName(table.target.table)}, until you drop it; an earlier one of that name is dropped`,
    'a view that is not late-binding continues to show that earlier table: create it again',
  ];
}

const fillOf = (table: ReplicatedTable): string =>
  table.source === 'mysql' ? `a resync of ${mysqlName(table)}` : `a backfill of ${table.name}`;

function buildSwap(
  { table, grants, isEmpty }: RebuildRequest,
  definition: TableDefinition,
  steps: readonly ColumnStep[],
): string[] {
  const { schema, table: name } = table.target;
  const [now, beside] = [quoteTable(schema, name), quoteTable(schema, rebuiltName(name))];
  const locked = table.source === 'dynamodb' ? tombstonesDefinition(table) : table.target;
  return [
    `LOCK TABLE ${quoteTable(locked.schema, locked.table)}`,
    buildDropRebuilt(table.target),
    buildWarehouseTable({ ...definition, table: rebuiltName(name) }),
    ...(isEmpty ? [] : [buildCopy(now, beside, steps)]),
    ...buildGrants(beside, grants),
    ...buildExchange(table.target),
  ];
}

export const buildDropRebuilt = ({ schema, table }: ReplicatedTable['target']): string =>
  `DROP TABLE IF EXISTS ${quoteTable(schema, rebuiltName(table))}`;

/** The table beside it, with the grants of the target and no row yet. */
export const buildRebuilt = (table: ReplicatedTable, grants: readonly TargetGrant[]): string[] => [
  buildDropRebuilt(table.target),
  buildWarehouseTable({ ...targetDefinition(table), table: rebuiltName(table.target.table) }),
  ...buildGrants(quoteTable(table.target.schema, rebuiltName(table.target.table)), grants),
];

/** The target goes out of the way, and the table beside it takes its name. */
export function buildExchange({ schema, table }: ReplicatedTable['target']): string[] {
  const replaced = replacedName(table);
  return [
    `DROP TABLE IF EXISTS ${quoteTable(schema, replaced)}`,
    `ALTER TABLE ${quoteTable(schema, table)} RENAME TO ${quoteIdentifier(replaced)}`,
    `ALTER TABLE ${quoteTable(schema, rebuiltName(table))} RENAME TO ${quoteIdentifier(table)}`,
  ];
}

const buildCopy = (now: string, beside: string, steps: readonly ColumnStep[]): string =>
  [
    `INSERT INTO ${beside} (${quoteList(steps.map(({ to }) => to))})`,
    `SELECT ${steps.map(({ expression }) => expression).join(', ')}`,
    `FROM ${now}`,
  ].join('\n');

/** One statement for all who may do the same. */
function buildGrants(table: string, grants: readonly TargetGrant[]): string[] {
  const byPrivileges = new Map<string, string[]>();
  for (const { grantee, privileges } of grants) {
    const text = [...privileges].sort().join(', ');
    byPrivileges.set(text, [...(byPrivileges.get(text) ?? []), grantee]);
  }
  return [...byPrivileges].map(
    ([privileges, grantees]) => `GRANT ${privileges} ON TABLE ${table} TO ${grantees.join(', ')}`,
  );
}
