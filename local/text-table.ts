/** Rows as a table for a terminal: numbers to the right, everything else to the left. */
export function buildTextTable(
  columns: readonly string[],
  rows: readonly (readonly (string | number | bigint | boolean | null)[])[],
): string {
  const texts = rows.map((row) => row.map((value) => (value === null ? 'NULL' : String(value))));
  const widths = columns.map((column, index) =>
    Math.max(displayWidth(column), ...texts.map((row) => displayWidth(row[index] ?? ''))),
  );
  const isNumeric = columns.map((_, index) =>
    rows.every((row) => ['number', 'bigint'].includes(typeof row[index]) || row[index] === null),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => {
        const padding = ' '.repeat((widths[index] ?? 0) - displayWidth(cell));
        return isNumeric[index] ? padding + cell : cell + padding;
      })
      .join('  ')
      .trimEnd();
  return [line(columns), line(widths.map((width) => '-'.repeat(width))), ...texts.map(line)].join('\n');
}

const displayWidth = (text: string): number => [...text].length;
