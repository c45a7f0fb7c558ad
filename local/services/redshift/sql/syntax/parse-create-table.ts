/** CREATE TABLE: columns, LIKE, AS. */
import { WarehouseError } from '../../../../runtime/ports/warehouse';
import { parseColumnType } from './column-type';
import { type Grammar, startsQuery } from './grammar';
import type { ColumnDefinition, CreateTableStatement, TableContent } from './statement-tree';
import {
  parseColumnAttributes,
  parseTableAttributes,
  parseTableConstraint,
  type TableAttributes,
  withKeys,
} from './table-attributes';

export function parseCreateTable(g: Grammar): CreateTableStatement {
  const { reader } = g;
  reader.expectWord('create');
  reader.acceptWord('local');
  const temporary = reader.acceptWord('temp') || reader.acceptWord('temporary');
  reader.expectWord('table');
  const ifNotExists = reader.acceptWord('if', 'not', 'exists');
  const name = reader.dottedName();
  return { kind: 'create-table', temporary, ifNotExists, name, content: parseContent(g) };
}

function parseContent(g: Grammar): TableContent {
  const { reader } = g;
  if (!reader.isOperator('(') || startsQuery(g)) return parseAsQuery(g, []);
  if (reader.peek(1).text === 'like') return parseLike(g);
  // `(a, b) AS SELECT`: names without types.
  if ([',', ')'].includes(reader.peek(2).text)) return parseAsQuery(g, reader.nameList());
  return parseColumns(g);
}

function parseColumns(g: Grammar): TableContent {
  const { reader } = g;
  reader.expectOperator('(');
  const columns: ColumnDefinition[] = [];
  const attributes: TableAttributes = { keyColumns: [], notNull: [] };
  do {
    if (!parseTableConstraint(reader, attributes)) columns.push(parseColumn(g, attributes));
  } while (reader.acceptOperator(','));
  reader.expectOperator(')');
  parseTableAttributes(reader, attributes);
  checkNames(
    columns.map(({ name }) => name),
    attributes,
  );
  const { notNull } = attributes;
  return {
    kind: 'columns',
    columns: withKeys(columns, attributes).map((column) =>
      notNull.includes(column.name) ? { ...column, nullable: false } : column,
    ),
  };
}

function checkNames(names: readonly string[], { keyColumns, notNull }: TableAttributes): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new WarehouseError(`column "${twice}" specified more than once`);
  const unknown = [...keyColumns, ...notNull].find((name) => !names.includes(name));
  if (unknown !== undefined) throw new WarehouseError(`column "${unknown}" named in key does not exist`);
}

/** `name type attributes`, in CREATE TABLE and ALTER TABLE ADD. */
export function parseColumn(g: Grammar, attributes: TableAttributes): ColumnDefinition {
  const { reader } = g;
  const name = reader.name();
  const type = parseColumnType(reader);
  if (type.name === 'interval' || type.name === 'varbyte') {
    throw reader.unsupported(`a column of type ${type.name}`);
  }
  return parseColumnAttributes(g, { name, type, nullable: true }, attributes);
}

function parseLike({ reader }: Grammar): TableContent {
  reader.expectOperator('(');
  reader.expectWord('like');
  const source = reader.dottedName();
  const defaults = reader.acceptWord('including', 'defaults');
  if (!defaults) reader.acceptWord('excluding', 'defaults');
  reader.expectOperator(')');
  parseTableAttributes(reader, { keyColumns: [], notNull: [] });
  return { kind: 'like', source, defaults };
}

function parseAsQuery(g: Grammar, columns: readonly string[]): TableContent {
  parseTableAttributes(g.reader, { keyColumns: [], notNull: [] });
  g.reader.expectWord('as');
  return { kind: 'query', columns, query: g.query() };
}
