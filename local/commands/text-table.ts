/** Rows as a table for a terminal. */

export interface TextColumn {
  readonly name: string;
  /** Numbers go to the right, so that their digits line up. */
  readonly isNumeric: boolean;
}

/** A column that is given by its name alone holds text. */
export function buildTextTable(
  columns: readonly (string | TextColumn)[],
  rows: readonly (readonly (string | number | boolean | null)[])[],
): string {
  const names = columns.map((column) => (typeof column === 'string' ? column : column.name));
  const isNumeric = columns.map((column) => typeof column !== 'string' && column.isNumeric);
  const texts = rows.map((row) => row.map((value) => (value === null ? 'NULL' : String(value))));
  const widths = names.map((name, index) =>
    Math.max(displayWidth(name), ...texts.map((row) => displayWidth(row[index] ?? ''))),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => {
        const padding = ' '.repeat((widths[index] ?? 0) - displayWidth(cell));
        return isNumeric[index] === true ? padding + cell : cell + padding;
      })
      .join('  ')
      .trimEnd();
  return [line(names), line(widths.map((width) => '-'.repeat(width))), ...texts.map(line)].join('\n');
}

const displayWidth = (text: string): number => [...text].length;
