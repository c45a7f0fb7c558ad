/** The words of a column's declaration or a CREATE TABLE of MySQL. */

/** A declaration that is none. The message says what was expected. */
export class DeclarationError extends Error {
  override readonly name = 'DeclarationError';
}

const WORD = /[\p{L}\p{N}_.$]+/uy;
const OPERATOR = /[<>=!:|&-]+/y;

/** Words, numbers, quoted texts with their quotes, and operators; blanks and comments are left out. */
export function splitDeclaration(text: string): string[] {
  const tokens: string[] = [];
  for (let at = 0; at < text.length; ) {
    const end = tokenEnd(text, at);
    const token = text.slice(at, end);
    if (!/^(?:\s|#|\/\*|--(?:\s|$))/.test(token)) tokens.push(token);
    at = end;
  }
  return tokens;
}

/** One past the token that begins at `at`. */
function tokenEnd(text: string, at: number): number {
  const first = text[at] as string;
  if (first === "'" || first === '`' || first === '"') return quotedEnd(text, at, first);
  if (first === '#' || (text.startsWith('--', at) && !/\S/.test(text[at + 2] ?? ' '))) {
    const end = text.indexOf('\n', at);
    return end < 0 ? text.length : end;
  }
  if (text.startsWith('/*', at)) {
    const end = text.indexOf('*/', at + 2);
    return end < 0 ? text.length : end + 2;
  }
  for (const pattern of [WORD, OPERATOR]) {
    pattern.lastIndex = at;
    if (pattern.test(text)) return pattern.lastIndex;
  }
  return at + 1;
}

/** A doubled quote is part of the text; so is whatever follows a backslash, but for names. */
function quotedEnd(text: string, start: number, quote: string): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\' && quote !== '`') at += 1;
    else if (text[at] === quote && text[at + 1] === quote) at += 1;
    else if (text[at] === quote) return at + 1;
  }
  return text.length;
}

/** What MySQL escapes in a label when it prints one (MySQL and MariaDB source, `append_unescaped`). */
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  '0': '\0',
  t: '\t',
  b: '\b',
  Z: '\x1a',
};

/** The text of `'it''s'` or `"it's"`: a doubled quote is one, and a backslash escapes. */
export const unquoteMysqlText = (quoted: string): string =>
  quoted.slice(1, -1).replace(/''|""|\\([\s\S])/g, (all, escaped?: string) => {
    if (escaped !== undefined) return ESCAPES[escaped] ?? escaped;
    return all[0] === quoted[0] ? all.slice(1) : all;
  });

/** `'it''s'` of a text, so that {@link unquoteMysqlText} gives it back. */
export const quoteMysqlLabel = (label: string): string =>
  `'${label
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "''")
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\0', '\\0')}'`;

/** Reads words one after the other; keywords in any case. */
export class MysqlTokens {
  private at = 0;
  constructor(private readonly tokens: readonly string[]) {}

  peek(ahead = 0): string {
    return this.tokens[this.at + ahead] ?? '';
  }

  word(ahead = 0): string {
    return this.peek(ahead).toLowerCase();
  }

  take(): string {
    const token = this.peek();
    this.at += 1;
    return token;
  }

  accept(...words: readonly string[]): boolean {
    if (!words.every((word, ahead) => this.word(ahead) === word)) return false;
    this.at += words.length;
    return true;
  }

  get isAtEnd(): boolean {
    return this.at >= this.tokens.length;
  }

  rest(): string[] {
    return this.tokens.slice(this.at);
  }

  /** Everything inside the parentheses that open here, nested ones included. */
  parenthesized(): string[] {
    const inside: string[] = [];
    if (!this.accept('(')) return inside;
    for (let depth = 1; !this.isAtEnd; ) {
      const token = this.take();
      if (token === '(') depth += 1;
      if (token === ')') depth -= 1;
      if (depth === 0) return inside;
      inside.push(token);
    }
    throw new DeclarationError('a parenthesis is not closed');
  }
}
