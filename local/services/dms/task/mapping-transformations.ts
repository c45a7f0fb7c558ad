/** Transformation rules of a task's table mappings: names in the warehouse, and columns left out. */
import {
  isRecord,
  type JsonRecord,
  matchesPattern,
  parseLocator,
  type Report,
  refuseUnknown,
} from './mapping-rule';

type Target = 'schema' | 'table' | 'column';
/** DMS knows more (AWS DMS user guide, "Transformation rules and actions"); no stack uses them, so they are refused. */
type Action = 'rename' | 'remove-column' | 'change-data-type' | 'data-masking-hash-mask';

export interface Transformation {
  readonly ruleId: string;
  readonly target: Target;
  readonly action: Action;
  readonly schema: string;
  readonly table: string;
  readonly column: string;
  readonly value: string;
  /** Characters of a `wstring` that a column's text is cut to. */
  readonly length?: number;
}

const TARGETS = ['schema', 'table', 'column'];
const PROPERTIES = [
  'rule-type',
  'rule-id',
  'rule-name',
  'rule-target',
  'object-locator',
  'rule-action',
  'value',
  'data-type',
];
/** What each action needs beside its locator. */
const NEEDS: Readonly<Record<Action, readonly ('value' | 'data-type')[]>> = {
  rename: ['value'],
  'remove-column': [],
  'change-data-type': ['data-type'],
  'data-masking-hash-mask': [],
};

const LOCATOR_NAMES: Readonly<Record<Target, readonly string[]>> = {
  schema: ['schema-name'],
  table: ['schema-name', 'table-name'],
  column: ['schema-name', 'table-name', 'column-name'],
};

export function parseTransformation(
  rule: JsonRecord,
  id: string,
  report: Report,
): Transformation | undefined {
  refuseUnknown(rule, PROPERTIES, `rule-id ${id}`, report);
  const { 'rule-target': target, 'rule-action': action } = rule;
  if (typeof target !== 'string' || !TARGETS.includes(target)) {
    report(
      `rule-id ${id}, rule-target`,
      `must be one of ${TARGETS.join(', ')}, got: ${JSON.stringify(target)}`,
    );
    return undefined;
  }
  if (typeof action !== 'string' || !(action in NEEDS)) {
    report(`rule-id ${id}, rule-action`, `the twin cannot do ${JSON.stringify(action)}`);
    return undefined;
  }
  const columnOnly = action !== 'rename';
  if (columnOnly && target !== 'column')
    report(`rule-id ${id}, rule-target`, `${action} applies to a column, got: ${target}`);
  for (const need of NEEDS[action as Action]) {
    if (rule[need] === undefined || rule[need] === null)
      report(`rule-id ${id}, ${need}`, `${action} needs it`);
  }
  const locator = parseLocator(rule, LOCATOR_NAMES[target as Target], id, report);
  if (locator === undefined) return undefined;
  return {
    ruleId: id,
    target: target as Target,
    action: action as Action,
    schema: locator['schema-name'] ?? '%',
    table: locator['table-name'] ?? '%',
    column: locator['column-name'] ?? '%',
    value: String(rule.value ?? ''),
    ...lengthOf(rule['data-type']),
  };
}

function lengthOf(dataType: unknown): { readonly length?: number } {
  const isCut = isRecord(dataType) && dataType.type === 'wstring' && typeof dataType.length === 'number';
  return isCut ? { length: dataType.length as number } : {};
}

export interface NamedObject {
  readonly schema: string;
  readonly table?: string;
  readonly column?: string;
}

/**
 * The object's name in the warehouse, or undefined for a column that is left out. Rules that name objects exactly
 * and rules with wildcards apply alike, in the order of the JSON.
 *
 * `change-data-type` changes no name. It has no meaning here: the target's columns exist already, with types of their
 * own, and a value arrives as itself or is rejected. Only the length of a `wstring` counts: text is cut there.
 */
export function mappedTargetName(
  rules: readonly Transformation[],
  target: Target,
  object: NamedObject,
): string | undefined {
  let name = object.column ?? object.table ?? object.schema;
  for (const rule of rulesFor(rules, object)) {
    if (rule.target !== target || !appliesTo(rule, object)) continue;
    if (rule.action === 'remove-column') return undefined;
    if (rule.action === 'rename') name = rule.value;
  }
  return name;
}

/** How many characters a rule leaves of a column's text; undefined where none says so. */
export const mappedLength = (
  rules: readonly Transformation[],
  object: Required<NamedObject>,
): number | undefined =>
  rulesFor(rules, object).findLast(
    (rule) => rule.target === 'column' && rule.length !== undefined && appliesTo(rule, object),
  )?.length;

/** Whether a rule puts the hash of a column's text in its place. */
export const isMaskedColumn = (rules: readonly Transformation[], object: Required<NamedObject>): boolean =>
  rulesFor(rules, object).some(
    (rule) => rule.target === 'column' && rule.action === 'data-masking-hash-mask' && appliesTo(rule, object),
  );

/**
 * Those that name the object's table, in their order, found once per table: a task of hundreds of tables has thousands
 * of rules, and each column of each table asks.
 */
function rulesFor(
  rules: readonly Transformation[],
  { schema, table }: NamedObject,
): readonly Transformation[] {
  let byTable = rulesByTable.get(rules);
  if (byTable === undefined) {
    byTable = new Map();
    rulesByTable.set(rules, byTable);
  }
  const key = JSON.stringify([schema, table ?? null]);
  let own = byTable.get(key);
  if (own === undefined) {
    own = rules.filter((rule) => appliesTo(rule, { schema, ...(table === undefined ? {} : { table }) }));
    byTable.set(key, own);
  }
  return own;
}

const rulesByTable = new WeakMap<readonly Transformation[], Map<string, readonly Transformation[]>>();

function appliesTo(rule: Transformation, object: NamedObject): boolean {
  return (
    matchesPattern(rule.schema, object.schema) &&
    (object.table === undefined || matchesPattern(rule.table, object.table)) &&
    (object.column === undefined || matchesPattern(rule.column, object.column))
  );
}
