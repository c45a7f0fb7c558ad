/** Parameters and columns of the extended protocol: their number, types and formats. */
import type { ColumnDescription } from '../../../protocol/postgres/backend-messages';
import { parameterText, typeOfOid, wireTypeOf } from '../../../protocol/postgres/value-bytes';
import type { ResultColumn } from '../../../runtime/ports/warehouse';
import type { PositionalValue } from '../sql/syntax/token-reader';
import { countPlaceholders, type WrittenStatement } from './cut-statements';
import { PortError } from './sql-states';

/** As in PostgreSQL, a count of 16 bits. */
const MOST_PARAMETERS = 65_535;

export const TEXT_OID = 25;

export interface Prepared {
  /** Absent for a text without a statement. */
  readonly statement: WrittenStatement | undefined;
  readonly typeOids: readonly number[];
}

/** One format is that of all; none is text. */
export const formatAt = (formats: readonly number[], at: number): number =>
  formats.length === 1 ? formats[0]! : (formats[at] ?? 0);

export const textColumn = ({ name, typeName, precision, scale }: ResultColumn): ColumnDescription => {
  const { oid, size } = wireTypeOf(typeName);
  const typeModifier = typeName === 'numeric' && precision > 0 ? ((precision << 16) | scale) + 4 : -1;
  return { name, typeOid: oid, typeSize: size, typeModifier, format: 0 };
};

export function placeholdersOf({ statement }: Prepared): number {
  const count = statement === undefined ? 0 : countPlaceholders(statement.sql);
  if (count > MOST_PARAMETERS)
    throw new PortError('54000', `a statement has up to ${MOST_PARAMETERS} parameters`);
  return count;
}

/** Text stays a literal, which takes the type of what it is compared with; numbers and times are cast. */
export function boundValue(bytes: Buffer | null, typeOid: number, format: number): PositionalValue {
  const typeName = typeOfOid(typeOid);
  const text = bytes === null ? null : parameterText(bytes, typeName, format);
  if (typeName === undefined || ['varchar', 'char', 'super', 'numeric'].includes(typeName)) return { text };
  return { text, typeName };
}
