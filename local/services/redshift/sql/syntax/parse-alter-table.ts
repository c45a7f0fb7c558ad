/** ALTER TABLE: what a growing schema needs. */
import { WarehouseError } from '../../../../runtime/ports/warehouse';
import { parseColumnType, typeText } from './column-type';
import type { Grammar } from './grammar';
import { parseColumn } from './parse-create-table';
import type { AlterTableStatement, ColumnDefinition, TableChange } from './statement-tree';
import { readEncoding } from './table-attributes';

export function parseAlterTable(g: Grammar): AlterTableStatement {
  const { reader } = g;
  reader.expectWord('alter', 'table');
  const table = reader.dottedName();
  return { kind: 'alter-table', table, change: parseChange(g) };
}

function parseChange(g: Grammar): TableChange {
  const { reader } = g;
  if (reader.acceptWord('owner', 'to')) return { kind: 'owner', user: reader.userName() };
  if (reader.acceptWord('add')) return { kind: 'add-column', column: parseAddedColumn(g) };
  if (reader.acceptWord('drop')) return parseDropColumn(g);
  if (reader.acceptWord('rename')) return parseRename(g);
  if (reader.acceptWord('alter')) return parseAlterColumn(g);
  throw reader.unsupported(`ALTER TABLE ${reader.peek().raw.toUpperCase()}`);
}

function parseAddedColumn(g: Grammar): ColumnDefinition {
  const { reader } = g;
  for (const word of ['constraint', 'primary', 'unique', 'foreign']) {
    if (reader.isWord(word)) throw reader.unsupported('ALTER TABLE ADD of a constraint');
  }
  reader.acceptWord('column');
  const column = parseColumn(g, { keyColumns: [], notNull: [] });
  if (!column.nullable && column.default === undefined) {
    throw new WarehouseError(
      'ALTER TABLE ADD COLUMN defined as NOT NULL must have a non-null default expression',
    );
  }
  return column;
}

function parseDropColumn({ reader }: Grammar): TableChange {
  if (reader.isWord('constraint')) throw reader.unsupported('ALTER TABLE DROP CONSTRAINT');
  reader.acceptWord('column');
  const column = reader.name();
  if (!reader.acceptWord('restrict')) reader.acceptWord('cascade');
  return { kind: 'drop-column', column };
}

function parseRename({ reader }: Grammar): TableChange {
  if (reader.acceptWord('to')) return { kind: 'rename', name: reader.name() };
  reader.expectWord('column');
  const from = reader.name();
  reader.expectWord('to');
  return { kind: 'rename-column', from, to: reader.name() };
}

/** Redshift widens VARCHAR in place, and changes encodings; it changes no other type. */
function parseAlterColumn({ reader }: Grammar): TableChange {
  if (reader.acceptWord('distkey')) return { kind: 'distribution', column: reader.name() };
  if (reader.acceptWord('diststyle')) return parseDistributionStyle({ reader });
  if (reader.acceptWord('compound')) {
    reader.expectWord('sortkey');
    return { kind: 'sort-key', columns: reader.nameList() };
  }
  if (reader.acceptWord('sortkey')) {
    const isNone = reader.acceptWord('none') || reader.acceptWord('auto');
    return { kind: 'sort-key', columns: isNone ? [] : reader.nameList() };
  }
  if (!reader.acceptWord('column')) {
    throw reader.unsupported(`ALTER TABLE ALTER ${reader.peek().raw.toUpperCase()}`);
  }
  const column = reader.name();
  if (reader.acceptWord('encode')) {
    return { kind: 'column-encoding', column, encoding: readEncoding(reader, column) };
  }
  reader.expectWord('type');
  const type = parseColumnType(reader);
  if (type.name !== 'varchar') {
    throw new WarehouseError(`ALTER COLUMN TYPE to ${typeText(type)} is not supported`);
  }
  return { kind: 'column-type', column, type };
}

function parseDistributionStyle({ reader }: Pick<Grammar, 'reader'>): TableChange {
  if (!reader.acceptWord('key')) {
    const style = reader.take();
    if (!['even', 'all', 'auto'].includes(style.text)) throw reader.syntaxError(style);
    return { kind: 'distribution' };
  }
  reader.expectWord('distkey');
  return { kind: 'distribution', column: reader.name() };
}
