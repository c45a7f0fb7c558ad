/** INSERT, UPDATE, DELETE, MERGE. Each reads from its own first word. */
import { WarehouseError } from '../../../../runtime/ports/warehouse';
import { type Grammar, parseExpressions, startsQuery } from './grammar';
import { parseAlias, parseTableReference } from './parse-from';
import type {
  Assignment,
  DeleteStatement,
  InsertSource,
  InsertStatement,
  MatchedAction,
  MergeAction,
  MergeStatement,
  NotMatchedAction,
  UpdateStatement,
} from './statement-tree';
import type { Expression, TableReference } from './tree';

export function parseInsert(g: Grammar): InsertStatement {
  const { reader } = g;
  reader.expectWord('insert', 'into');
  const target = reader.dottedName();
  const columns = reader.isOperator('(') && !startsQuery(g) ? reader.nameList() : [];
  return { kind: 'insert', target, columns, source: parseInsertSource(g) };
}

function parseInsertSource(g: Grammar): InsertSource {
  const { reader } = g;
  if (reader.acceptWord('default', 'values')) return { kind: 'default-values' };
  if (!reader.acceptWord('values')) {
    if (!startsQuery(g)) throw reader.syntaxError();
    return { kind: 'query', query: g.query() };
  }
  const rows: (Expression | undefined)[][] = [];
  do {
    reader.expectOperator('(');
    const row = [parseValueOrDefault(g)];
    while (reader.acceptOperator(',')) row.push(parseValueOrDefault(g));
    reader.expectOperator(')');
    rows.push(row);
  } while (reader.acceptOperator(','));
  return { kind: 'values', rows };
}

const parseValueOrDefault = (g: Grammar): Expression | undefined =>
  g.reader.acceptWord('default') ? undefined : g.expression();

const targetReference = (parts: readonly string[], alias?: string): TableReference => ({
  kind: 'table',
  parts,
  columns: [],
  ...(alias === undefined ? {} : { alias }),
});

export function parseUpdate(g: Grammar): UpdateStatement {
  const { reader } = g;
  reader.expectWord('update');
  const parts = reader.dottedName();
  const target = targetReference(parts, parseAlias(g));
  reader.expectWord('set');
  const changes = parseAssignments(g, parseValueOrDefault);
  const from = reader.acceptWord('from') ? g.from() : [];
  return { kind: 'update', target, changes, from, ...parseWhere(g) };
}

function parseAssignments(g: Grammar, parseValue: (g: Grammar) => Expression | undefined): Assignment[] {
  const changes: Assignment[] = [];
  do {
    const column = g.reader.name();
    g.reader.expectOperator('=');
    const value = parseValue(g);
    changes.push(value === undefined ? { column } : { column, value });
  } while (g.reader.acceptOperator(','));
  return changes;
}

const parseWhere = (g: Grammar): { where?: Expression } =>
  g.reader.acceptWord('where') ? { where: g.expression() } : {};

/** FROM may be left out; the target takes no alias. */
export function parseDelete(g: Grammar): DeleteStatement {
  const { reader } = g;
  reader.expectWord('delete');
  reader.acceptWord('from');
  const target = targetReference(reader.dottedName());
  const using = reader.acceptWord('using') ? g.from() : [];
  return { kind: 'delete', target, using, ...parseWhere(g) };
}

/**
 * No wider than Redshift's: the target without alias, a table as source, no conditions on the branches, each
 * branch once.
 */
export function parseMerge(g: Grammar): MergeStatement {
  const { reader } = g;
  reader.expectWord('merge', 'into');
  const target = targetReference(reader.dottedName());
  reader.expectWord('using');
  if (reader.isOperator('(')) throw new WarehouseError('MERGE source must be a table, not a subquery');
  const source = parseTableReference(g);
  reader.expectWord('on');
  const condition = g.expression();
  return { kind: 'merge', target, source, condition, action: parseMergeAction(g) };
}

function parseMergeAction(g: Grammar): MergeAction {
  const { reader } = g;
  if (reader.acceptWord('remove', 'duplicates')) return { kind: 'remove-duplicates' };
  let matched: MatchedAction | undefined;
  let notMatched: NotMatchedAction | undefined;
  while (reader.acceptWord('when')) {
    const missing = reader.acceptWord('not');
    reader.expectWord('matched', 'then');
    if ((missing ? notMatched : matched) !== undefined) {
      throw new WarehouseError(`MERGE has more than one WHEN ${missing ? 'NOT MATCHED' : 'MATCHED'}`);
    }
    if (missing) notMatched = parseNotMatched(g);
    else matched = parseMatched(g);
  }
  if (matched === undefined || notMatched === undefined) {
    throw new WarehouseError('MERGE needs WHEN MATCHED and WHEN NOT MATCHED, each once');
  }
  return { kind: 'branches', matched, notMatched };
}

function parseMatched(g: Grammar): MatchedAction {
  if (g.reader.acceptWord('delete')) return { kind: 'delete' };
  g.reader.expectWord('update', 'set');
  return { kind: 'update', changes: parseAssignments(g, (inner) => inner.expression()) };
}

function parseNotMatched(g: Grammar): NotMatchedAction {
  const { reader } = g;
  reader.expectWord('insert');
  const columns = reader.isOperator('(') ? reader.nameList() : [];
  reader.expectWord('values');
  reader.expectOperator('(');
  const values = parseExpressions(g);
  reader.expectOperator(')');
  return { columns, values };
}
