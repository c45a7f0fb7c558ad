/** Schemas, views, DROP, LOCK, TRUNCATE, VACUUM, ANALYZE. */
import { WarehouseError } from '../../../../runtime/ports/warehouse';
import type { Grammar } from './grammar';
import type { CreateViewStatement, SqlStatement } from './statement-tree';

export function parseCreateSchema({ reader }: Grammar): SqlStatement {
  reader.expectWord('create', 'schema');
  const ifNotExists = reader.acceptWord('if', 'not', 'exists');
  const schema = reader.name();
  const owner = reader.acceptWord('authorization') ? { owner: reader.userName() } : {};
  if (['main', '_twin', 'pg_catalog', 'information_schema'].includes(schema.toLowerCase())) {
    throw new WarehouseError(`unacceptable schema name "${schema}"`);
  }
  return { kind: 'create-schema', schema, ifNotExists, ...owner };
}

export function parseCreateView(g: Grammar): CreateViewStatement {
  const { reader } = g;
  reader.expectWord('create');
  const replace = reader.acceptWord('or', 'replace');
  reader.expectWord('view');
  const name = reader.dottedName();
  const columns = reader.isOperator('(') ? reader.nameList() : [];
  reader.expectWord('as');
  const query = g.query();
  const isLateBinding = reader.acceptWord('with', 'no', 'schema', 'binding');
  return { kind: 'create-view', replace, name, columns, query, isLateBinding };
}

/** Of COMMENT, what set-up needs: the text of a view. */
export function parseCommentOnView({ reader }: Grammar): SqlStatement {
  reader.expectWord('comment', 'on', 'view');
  const name = reader.dottedName();
  reader.expectWord('is');
  const text = reader.acceptWord('null') ? undefined : reader.stringLiteral();
  return { kind: 'comment-on-view', name, ...(text === undefined ? {} : { text }) };
}

export function parseDrop({ reader }: Grammar): SqlStatement {
  reader.expectWord('drop');
  const kind = (['table', 'view', 'schema', 'user', 'role', 'group'] as const).find((word) =>
    reader.acceptWord(word),
  );
  if (kind === undefined) throw reader.unsupported(`DROP ${reader.peek().raw.toUpperCase()}`);
  const ifExists = reader.acceptWord('if', 'exists');
  if (kind === 'user') return { kind: 'drop-user', name: reader.userName(), ifExists };
  if (kind === 'role' || kind === 'group') {
    const name = reader.name();
    return { kind: 'drop-identity', identity: kind, name, ifExists };
  }
  if (kind === 'schema') {
    const schema = reader.name();
    const cascade = reader.acceptWord('cascade');
    if (!cascade) reader.acceptWord('restrict');
    return { kind: 'drop-schema', schema, ifExists, cascade };
  }
  const names = parseTableNames({ reader });
  if (!reader.acceptWord('cascade')) reader.acceptWord('restrict');
  return { kind: kind === 'table' ? 'drop-table' : 'drop-view', names, ifExists };
}

/** `a, b.c` */
export function parseTableNames({ reader }: Pick<Grammar, 'reader'>): string[][] {
  const names = [reader.dottedName()];
  while (reader.acceptOperator(',')) names.push(reader.dottedName());
  return names;
}

export function parseLock(g: Grammar): SqlStatement {
  g.reader.expectWord('lock');
  g.reader.acceptWord('table');
  return { kind: 'lock', tables: parseTableNames(g) };
}

export function parseTruncate({ reader }: Grammar): SqlStatement {
  reader.expectWord('truncate');
  reader.acceptWord('table');
  return { kind: 'truncate', table: reader.dottedName() };
}

const VACUUM_KINDS = new Set(['full', 'sort', 'delete', 'reindex', 'recluster']);

export function parseVacuum({ reader }: Grammar): SqlStatement {
  reader.expectWord('vacuum');
  if (reader.isAnyWord(VACUUM_KINDS)) {
    const kind = reader.take().text;
    if (kind === 'sort' || kind === 'delete') reader.acceptWord('only');
  }
  const table = parseOptionalTable({ reader });
  if (reader.acceptWord('to')) {
    reader.integer();
    reader.expectWord('percent');
  }
  reader.acceptWord('boost');
  return { kind: 'vacuum', ...table };
}

export function parseAnalyze({ reader }: Grammar): SqlStatement {
  reader.expectWord('analyze');
  if (reader.isWord('compression')) throw reader.unsupported('ANALYZE COMPRESSION');
  reader.acceptWord('verbose');
  const table = parseOptionalTable({ reader });
  if (reader.isOperator('(')) reader.nameList();
  if (!reader.acceptWord('predicate', 'columns')) reader.acceptWord('all', 'columns');
  return { kind: 'analyze', ...table };
}

const parseOptionalTable = ({ reader }: Pick<Grammar, 'reader'>): { table?: string[] } =>
  reader.atEnd() || reader.isOperator(';') ? {} : { table: reader.dottedName() };
