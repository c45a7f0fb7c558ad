/** What can be said of a statement's text without parsing it. */
import { type Token, tokenize } from './syntax/tokens';

/** One statement, with or without a semicolon at its end. A text that has no tokens is left to the parser. */
export function isSingleStatement(sql: string): boolean {
  const tokens = tokensOf(sql);
  const end = tokens.findIndex(({ kind, text }) => kind === 'operator' && text === ';');
  return end < 0 || tokens.slice(end).every(({ kind, text }) => kind === 'end' || text === ';');
}

/** Every parameter in the text has a value, and every value is used. Says what is wrong, or undefined. */
export function checkParameters(
  sqls: readonly string[],
  values: ReadonlyMap<string, string>,
): string | undefined {
  const used = new Set<string>();
  for (const sql of sqls) {
    for (const { kind, text } of tokensOf(sql)) if (kind === 'parameter') used.add(text);
  }
  for (const name of used) if (!values.has(name)) return `Parameters list does not contain: ${name}`;
  for (const name of values.keys()) if (!used.has(name)) return `Parameter ${name} is not used in the SQL`;
  return undefined;
}

function tokensOf(sql: string): Token[] {
  try {
    return tokenize(sql);
  } catch {
    return [];
  }
}
