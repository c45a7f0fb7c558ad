/** Whether a statement only reads: what `npm run sql` takes, and the control endpoint of a running pipeline. */

const READING = ['select', 'with', 'show', 'explain'];

/** Comments may come before the first word. Goes over the text once. */
export function isReadingStatement(sql: string): boolean {
  let at = 0;
  for (;;) {
    while (/\s/.test(sql.charAt(at))) at += 1;
    const ending = sql.startsWith('--', at) ? '\n' : sql.startsWith('/*', at) ? '*/' : undefined;
    if (ending === undefined) break;
    const end = sql.indexOf(ending, at + 2);
    if (end < 0) return false;
    at = end + ending.length;
  }
  const word = /^[a-z]+/i.exec(sql.slice(at, at + 20))?.[0].toLowerCase();
  return word !== undefined && READING.includes(word);
}

export const ONLY_READS =
  'sql only reads: SELECT, WITH, SHOW or EXPLAIN. The tables are written by the pipeline only; change the sources instead';
