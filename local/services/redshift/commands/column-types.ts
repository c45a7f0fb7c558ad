/** Types of columns by bare name: known where every table and labelled output of the statement agrees. */
import type { PieceType } from '../sql/piece';
import type { TableName } from '../sql/translation';
import type { RedshiftType } from '../sql/types';
import type { CommandSession } from './command';

export async function columnTypesOf(
  session: CommandSession,
  tables: readonly TableName[],
  labels: ReadonlyMap<string, PieceType | undefined>,
): Promise<ReadonlyMap<string, PieceType | undefined>> {
  const types = new Map<string, PieceType | undefined>();
  for (const table of tables) {
    // A missing table is reported by the statement itself, in its own words.
    const columns = await session.columnsOf(table).catch(() => []);
    for (const column of columns) add(types, column.name, pieceType(column.type));
  }
  // A label may stand for its own column; it only counts when it is new or agrees.
  for (const [label, type] of labels) if (type !== undefined || !types.has(label)) add(types, label, type);
  return types;
}

function add(types: Map<string, PieceType | undefined>, name: string, type: PieceType | undefined): void {
  types.set(name, types.has(name) && types.get(name) !== type ? undefined : type);
}

function pieceType(type: RedshiftType): PieceType {
  if (type.name === 'int2' || type.name === 'int4') return 'int4';
  if (type.name === 'date' || type.name.startsWith('timestamp')) return 'time';
  return type.name === 'int8' ? 'int8' : 'other';
}
