/** Reads a statement token by token: keywords, names, and what is in parentheses. */
import type { StatementTable } from './clauses';
import type { SqlToken } from './sql-tokens';

const END: SqlToken = { kind: 'symbol', text: '' };

export class StatementReader {
  private readonly ahead: SqlToken[] = [];

  constructor(
    private readonly tokens: Iterator<SqlToken>,
    /** What unqualified names are in. */
    readonly database: string,
  ) {}

  static of(tokens: readonly SqlToken[], database: string): StatementReader {
    return new StatementReader(tokens[Symbol.iterator](), database);
  }

  /** The token `distance` ahead; an empty symbol behind the end. */
  peek(distance = 0): SqlToken {
    while (this.ahead.length <= distance) {
      const { value, done } = this.tokens.next();
      if (done === true) return END;
      this.ahead.push(value);
    }
    return this.ahead[distance] as SqlToken;
  }

  get atEnd(): boolean {
    return this.peek() === END;
  }

  next(): SqlToken {
    const token = this.peek();
    this.ahead.shift();
    return token;
  }

  isWord(word: string, distance = 0): boolean {
    const { kind, text } = this.peek(distance);
    return kind === 'word' && text.toUpperCase() === word;
  }

  isSymbol(symbol: string, distance = 0): boolean {
    const { kind, text } = this.peek(distance);
    return kind === 'symbol' && text === symbol;
  }

  /** Takes the words if all of them follow, in this order. */
  accept(...words: readonly string[]): boolean {
    if (!words.every((word, index) => this.isWord(word, index))) return false;
    for (const _ of words) this.next();
    return true;
  }

  /** Takes one of the words, if one follows. */
  acceptOneOf(...words: readonly string[]): string | undefined {
    return words.find((word) => this.accept(word));
  }

  acceptSymbol(symbol: string): boolean {
    if (!this.isSymbol(symbol)) return false;
    this.next();
    return true;
  }

  /** A name, quoted or not; undefined when something else follows. */
  name(): string | undefined {
    const { kind } = this.peek();
    return kind === 'word' || kind === 'name' ? this.next().text : undefined;
  }

  /** `table` or `database.table`. */
  table(): StatementTable | undefined {
    const first = this.name();
    if (first === undefined) return undefined;
    if (!this.acceptSymbol('.')) return { database: this.database, table: first };
    const second = this.name();
    return second === undefined ? undefined : { database: first, table: second };
  }

  /** `a, b.c, d`. */
  tableList(): StatementTable[] {
    const tables: StatementTable[] = [];
    do {
      const table = this.table();
      if (table === undefined) break;
      tables.push(table);
    } while (this.acceptSymbol(','));
    return tables;
  }

  rest(): SqlToken[] {
    const tokens: SqlToken[] = [];
    while (!this.atEnd) tokens.push(this.next());
    return tokens;
  }
}

/** Splits at commas outside parentheses. */
export function splitAtCommas(tokens: readonly SqlToken[]): SqlToken[][] {
  const parts: SqlToken[][] = [];
  let part: SqlToken[] = [];
  let depth = 0;
  for (const token of tokens) {
    const symbol = token.kind === 'symbol' ? token.text : '';
    if (symbol === '(') depth += 1;
    if (symbol === ')') depth -= 1;
    if (symbol === ',' && depth === 0) {
      parts.push(part);
      part = [];
    } else part.push(token);
  }
  if (part.length > 0) parts.push(part);
  return parts;
}
