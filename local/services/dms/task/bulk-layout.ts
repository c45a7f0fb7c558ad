/**
 * Whether the texts of a column can go to the warehouse as they come from the source, without a look at each: where the
 * engine's own reading of them is exact, or fails. What fails is read row by row, by the checks of `target-fit`.
 */
import { textForm } from '../../../../pipeline/mysql/exact-text';
import type { ColumnLayout } from '../../../runtime/column-bytes';
import type { SourceColumn } from './source-table';
import type { TargetColumn } from './target-columns';
import { type FitLimits, isLob } from './target-fit';

/** Undefined where only a look at each value tells. */
export function bulkLayout(
  source: SourceColumn,
  target: TargetColumn,
  { maxLobBytes, cutCharacters, isMasked }: FitLimits,
): ColumnLayout | undefined {
  const { name } = target;
  if (!isReadExactly(source, target)) return undefined;
  return {
    name,
    ...(isMasked === true ? { isHashed: true } : {}),
    ...(cutCharacters === undefined ? {} : { maxCharacters: cutCharacters }),
    ...(cutCharacters === undefined && isLob(source) && maxLobBytes !== undefined
      ? { maxBytes: maxLobBytes }
      : {}),
  };
}

function isReadExactly(source: SourceColumn, target: TargetColumn): boolean {
  const form = textForm(source.type);
  const isInteger = form === 'integer' || form === 'bits' || form === 'year';
  switch (target.type) {
    case 'smallint':
    case 'integer':
    case 'bigint':
      return isInteger;
    case 'numeric':
      // More digits behind the point would be rounded.
      return isInteger || (form === 'decimal' && (source.scale ?? 0) <= target.scale);
    case 'double precision':
      return (
        form === 'float' ||
        form === 'double' ||
        (isInteger && source.dataType !== 'bigint' && form !== 'bits')
      );
    case 'real':
      return form === 'float';
    case 'boolean':
      return form === 'integer' || form === 'bits';
    case 'character varying':
      // The server's digits of a double are not those that the binlog's are written in.
      return form !== 'float' && form !== 'double';
    case 'date':
      return form === 'date';
    case 'timestamp without time zone':
      return form === 'datetime' || form === 'timestamp' || form === 'date';
    default:
      return false;
  }
}
