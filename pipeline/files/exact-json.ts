/**
 * JSON with nothing lost: numbers keep their text, a name that appears twice is reported, and U+FEFF inside a string stays
 * (a decoder that strips byte order marks would eat it).
 */
import { Refusal } from './rejection';

/** A number as it is in the file. */
export class ExactNumber {
  constructor(readonly text: string) {}
}

export type ExactObject = ReadonlyMap<string, ExactJson>;
export type ExactJson = null | boolean | string | ExactNumber | readonly ExactJson[] | ExactObject;

/** The text is not JSON; `index` is the place in it. */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError';

  constructor(
    readonly index: number,
    readonly expected: string,
  ) {
    super(`expected ${expected}`);
  }
}

/** Deeper than any database takes, and far from the end of the stack. */
const MAX_DEPTH = 200;

/**
 * DynamoDB counts 1 byte for each value in a list or map, and 3 more for a list or map itself (Amazon DynamoDB
 * developer guide, "Item sizes and formats"). More than its 400 KB are not held in memory, whatever their text is.
 */
const MAX_COUNTED_BYTES = 400 * 1024;

/**
 * Parses one JSON value, blanks around it allowed.
 * @returns the value, or a Refusal when it is JSON but would not survive: a name twice in one object, half a
 * surrogate pair, or nesting or a number of values that is not looked at further.
 * @throws JsonSyntaxError
 */
export function parseExactJson(text: string): ExactJson | Refusal {
  return new ExactJsonParser(text).parse();
}

const BLANKS = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** The characters of a string up to its end, an escape, or a control character, which JSON does not allow. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it stops at
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const HALF_OF_PAIR = /\p{Surrogate}/u;

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};
const LITERALS = [
  ['true', true],
  ['false', false],
  ['null', null],
] as const;

class ExactJsonParser {
  private at = 0;
  private countedBytes = 0;
  private readonly path: (string | number)[] = [];
  /** The first reason why the value would not survive. */
  private refusal: Refusal | undefined;

  constructor(private readonly text: string) {}

  parse(): ExactJson | Refusal {
    try {
      const value = this.value();
      this.match(BLANKS);
      if (this.at < this.text.length) throw new JsonSyntaxError(this.at, 'the end');
      return this.refusal ?? value;
    } catch (error) {
      if (error instanceof Refusal) return error;
      throw error;
    }
  }

  private value(): ExactJson {
    this.match(BLANKS);
    switch (this.text[this.at]) {
      case '{':
        return this.object();
      case '[':
        return this.array();
      case '"':
        return this.string();
    }
    const number = this.match(NUMBER);
    if (number !== '') return new ExactNumber(number);
    for (const [word, value] of LITERALS) {
      if (!this.text.startsWith(word, this.at)) continue;
      this.at += word.length;
      return value;
    }
    throw new JsonSyntaxError(this.at, 'a value');
  }

  private object(): ExactObject {
    const object = new Map<string, ExactJson>();
    this.members('}', () => {
      this.match(BLANKS);
      if (this.text[this.at] !== '"') throw new JsonSyntaxError(this.at, 'a name in quotes');
      const name = this.string();
      this.path.push(name);
      if (object.has(name)) this.refuse('DUPLICATE_NAME', 'the name appears twice in one object');
      this.match(BLANKS);
      this.expect(':');
      object.set(name, this.value());
      this.path.pop();
    });
    return object;
  }

  private array(): readonly ExactJson[] {
    const array: ExactJson[] = [];
    this.members(']', () => {
      this.path.push(array.length);
      array.push(this.value());
      this.path.pop();
    });
    return array;
  }

  private members(close: '}' | ']', readMember: () => void): void {
    if (this.path.length >= MAX_DEPTH) {
      throw new Refusal('NESTED_TOO_DEEP', `nested deeper than ${MAX_DEPTH} levels`);
    }
    this.at += 1;
    this.count(3);
    this.match(BLANKS);
    if (this.text[this.at] === close) {
      this.at += 1;
      return;
    }
    for (;;) {
      this.count(1);
      readMember();
      this.match(BLANKS);
      if (this.text[this.at] !== ',') break;
      this.at += 1;
    }
    this.expect(close);
  }

  private count(byteCount: number): void {
    this.countedBytes += byteCount;
    if (this.countedBytes <= MAX_COUNTED_BYTES) return;
    const reason = `its values without their content have more than ${MAX_COUNTED_BYTES} bytes as DynamoDB counts them`;
    throw new Refusal('ITEM_TOO_LARGE', reason);
  }

  private string(): string {
    this.at += 1;
    let value = this.match(PLAIN);
    while (this.text[this.at] === '\\') value += this.escape() + this.match(PLAIN);
    this.expect('"');
    if (HALF_OF_PAIR.test(value)) this.refuse('INVALID_TEXT', 'the text holds half a surrogate pair');
    return value;
  }

  private escape(): string {
    const letter = this.text[this.at + 1] ?? '';
    const digits = this.text.slice(this.at + 2, this.at + 6);
    if (letter === 'u' && /^[0-9A-Fa-f]{4}$/.test(digits)) {
      this.at += 6;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const escaped = ESCAPES[letter];
    if (escaped === undefined) throw new JsonSyntaxError(this.at, 'an escape of JSON');
    this.at += 2;
    return escaped;
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.at += found.length;
    return found;
  }

  private expect(character: string): void {
    if (this.text[this.at] !== character) throw new JsonSyntaxError(this.at, `${character}`);
    this.at += 1;
  }

  private refuse(code: 'DUPLICATE_NAME' | 'INVALID_TEXT', reason: string): void {
    this.refusal ??= new Refusal(code, reason, this.path.join('.'));
  }
}
