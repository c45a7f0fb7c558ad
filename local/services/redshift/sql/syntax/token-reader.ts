/** Walks over the tokens of one statement, with the errors that Redshift gives. */
import { foldName } from '../../../../../pipeline/values/catalogue';
import { WarehouseError } from '../../../../runtime/ports/warehouse';
import { isReserved } from './reserved';
import { type Token, tokenize } from './tokens';

/** The value of `$1` and its like; a client may say its type. */
export interface PositionalValue {
  readonly text: string | null;
  /** Redshift's, as `int8`; absent: that of what it is compared with. */
  readonly typeName?: string;
}

export interface ReaderOptions {
  /** `enable_case_sensitive_identifier`: quoted names keep their case. Off by default, as in Redshift. */
  readonly caseSensitive?: boolean;
  /** Values of `:name` parameters. They are taken only where a value is. */
  readonly parameters?: ReadonlyMap<string, string>;
  /** Values of `$1`, `$2`, … */
  readonly positional?: readonly PositionalValue[];
}

export class TokenReader {
  private next = 0;
  private readonly tokens: readonly Token[];

  constructor(
    readonly sql: string,
    readonly options: ReaderOptions = {},
  ) {
    this.tokens = tokenize(sql);
  }

  peek(ahead = 0): Token {
    return this.tokens[Math.min(this.next + ahead, this.tokens.length - 1)]!;
  }

  take(): Token {
    const token = this.peek();
    this.next += 1;
    return token;
  }

  /** True when the next words are exactly these. */
  isWord(...words: readonly string[]): boolean {
    return words.every((word, index) => this.peek(index).kind === 'word' && this.peek(index).text === word);
  }

  isAnyWord(words: ReadonlySet<string>): boolean {
    return this.peek().kind === 'word' && words.has(this.peek().text);
  }

  isOperator(text: string, ahead = 0): boolean {
    return this.peek(ahead).kind === 'operator' && this.peek(ahead).text === text;
  }

  acceptWord(...words: readonly string[]): boolean {
    if (!this.isWord(...words)) return false;
    this.next += words.length;
    return true;
  }

  acceptOperator(text: string): boolean {
    if (!this.isOperator(text)) return false;
    this.next += 1;
    return true;
  }

  expectWord(...words: readonly string[]): void {
    for (const word of words) if (!this.acceptWord(word)) throw this.syntaxError();
  }

  expectOperator(text: string): void {
    if (!this.acceptOperator(text)) throw this.syntaxError();
  }

  /** A name of a table, column, schema or user. Reserved words need quotes. */
  name(): string {
    const token = this.peek();
    if (token.kind === 'quoted') {
      this.next += 1;
      return this.options.caseSensitive === true ? token.text : foldName(token.text);
    }
    if (token.kind !== 'word' || isReserved(token.text)) throw this.syntaxError();
    this.next += 1;
    return token.text;
  }

  /** A user's name keeps its case in quotes (`"IAMR:Role"`), as the examples of the developer guide do. */
  userName(): string {
    return this.peek().kind === 'quoted' ? this.take().text : this.name();
  }

  /** A name after AS, or of a field: reserved words are allowed there. */
  label(): string {
    if (this.peek().kind === 'word') return this.take().text;
    return this.name();
  }

  /** `[[database.]schema.]table`. */
  dottedName(): string[] {
    const parts = [this.name()];
    while (this.acceptOperator('.')) parts.push(this.label());
    return parts;
  }

  /** `(a, b)`. */
  nameList(): string[] {
    this.expectOperator('(');
    const names = this.names();
    this.expectOperator(')');
    return names;
  }

  /** `a, b`. */
  names(): string[] {
    const names = [this.name()];
    while (this.acceptOperator(',')) names.push(this.name());
    return names;
  }

  stringLiteral(): string {
    if (this.peek().kind !== 'string') throw this.syntaxError();
    return this.take().text;
  }

  /** A whole number without sign. */
  integer(): number {
    if (this.peek().kind === 'placeholder') return this.integerPlaceholder();
    const token = this.peek();
    if (token.kind !== 'number' || !/^\d+$/.test(token.text)) throw this.syntaxError();
    this.next += 1;
    return Number(token.text);
  }

  /** @throws WarehouseError when there is no value for it */
  placeholder(): PositionalValue {
    const token = this.take();
    const value = this.options.positional?.[Number(token.text) - 1];
    if (value === undefined) throw this.syntaxError(token);
    return value;
  }

  /** NULL, as in LIMIT NULL, is not taken. */
  private integerPlaceholder(): number {
    const token = this.peek();
    const { text } = this.placeholder();
    if (text === null || !/^\d+$/.test(text)) throw this.syntaxError(token);
    return Number(text);
  }

  parameter(): string {
    const name = this.take().text;
    const value = this.options.parameters?.get(name);
    if (value === undefined) throw this.syntaxError(this.peek(-1));
    return value;
  }

  atEnd(): boolean {
    return this.peek().kind === 'end';
  }

  expectEnd(): void {
    this.acceptOperator(';');
    if (!this.atEnd()) throw this.syntaxError();
  }

  syntaxError(token: Token = this.peek()): WarehouseError {
    if (token.kind === 'end') return new WarehouseError('syntax error at end of input');
    return new WarehouseError(`syntax error at or near "${token.raw}"\n  Position: ${token.at + 1}`);
  }

  unsupported(construct: string): WarehouseError {
    return new WarehouseError(`${construct} is not supported`);
  }
}
