/** A place in the source's binlog, always at the end of a transaction. */

export interface SourcePosition {
  readonly file: string;
  readonly offset: number;
}

/** `mysql-bin.000012` is the twelfth file; the number grows past six digits by getting longer. */
function fileNumber(file: string): number {
  const number = Number(file.slice(file.lastIndexOf('.') + 1));
  if (!Number.isSafeInteger(number)) throw new Error(`a binlog file name must end in a number, got: ${file}`);
  return number;
}

/** Negative when `left` comes first, 0 when equal. */
export function comparePositions(left: SourcePosition, right: SourcePosition): number {
  return fileNumber(left.file) - fileNumber(right.file) || left.offset - right.offset;
}

export const formatPosition = (position: SourcePosition): string => `${position.file}:${position.offset}`;
