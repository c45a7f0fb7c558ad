/** A text of several statements, as the simple protocol sends it, cut at its semicolons. */
import { type Token, tokenize } from '../sql/syntax/tokens';

export interface WrittenStatement {
  readonly sql: string;
  /** Of its first character in the whole text. */
  readonly at: number;
  /** The words and signs that it begins with, folded. */
  readonly words: readonly string[];
}

/** More are not needed to tell statements apart. */
const LEADING_WORDS = 6;

/** Empty ones are left out. @throws WarehouseError for a text that has no tokens */
export function cutStatements(text: string): WrittenStatement[] {
  const found: WrittenStatement[] = [];
  let tokens: Token[] = [];
  for (const token of tokenize(text)) {
    const ends = token.kind === 'end' || (token.kind === 'operator' && token.text === ';');
    if (!ends) {
      tokens.push(token);
      continue;
    }
    const [first] = tokens;
    if (first !== undefined)
      found.push({
        sql: text.slice(first.at, token.at),
        at: first.at,
        words: tokens.slice(0, LEADING_WORDS).map((one) => one.text.toLowerCase()),
      });
    tokens = [];
  }
  return found;
}

/** The numbers of `$1`, `$2`, … that a statement has: as many parameters as the highest. */
export function countPlaceholders(sql: string): number {
  const numbers = tokenize(sql).flatMap(({ kind, text }) => (kind === 'placeholder' ? [Number(text)] : []));
  return Math.max(0, ...numbers);
}
