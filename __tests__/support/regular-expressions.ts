/** Regular expressions of the source, and the forms among them that take quadratic time or worse on some text. */
import { codeOf, textOf } from './source-graph';

export interface FoundPattern {
  readonly file: string;
  /** As written: `/0+$/`. */
  readonly literal: string;
}

/** A literal stands where a value may begin; a division does not. */
const LITERAL =
  /(?<=[=(,:?[!&|;>]\s*|return\s|^\s*)\/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/gm;
const CONSTRUCTED = /new RegExp\(\s*(?:String\.raw)?(['`])((?:\\.|(?!\1)[^\\])*)\1/g;

/** Every literal, and every text given to `new RegExp`. */
export function patternsIn(file: string): FoundPattern[] {
  const code = codeOf(textOf(file));
  const literals = [...code.matchAll(LITERAL)].map(([literal]) => literal);
  // What a template fills in counts as one plain character; escapes are written twice.
  const constructed = [...code.matchAll(CONSTRUCTED)].map(
    (match) => `/${(match[2] ?? '').replaceAll(/\$\{[^}]*\}/g, 'x').replaceAll('\\\\', '\\')}/`,
  );
  return [...literals, ...constructed].map((literal) => ({ file, literal }));
}

/** One character, escape or class, which a quantifier follows. */
const ATOM = String.raw`(?:\\[^\n]|\[(?:\\.|[^\]\\])*\]|[^\\()[\]{}|?*+^$\n])`;

/** Each with why it is refused. */
const SLOW_FORMS: readonly (readonly [RegExp, string])[] = [
  [
    new RegExp(String.raw`^\/(?!\^).*${ATOM}[+*]\$\/[a-z]*$`),
    'a repetition before the end without a start: tried from each place where it begins',
  ],
  [
    new RegExp(String.raw`\((?:\?:)?${ATOM}[+*]\)[+*]`),
    'a repetition of nothing but a repetition: tried in every partition',
  ],
  [
    new RegExp(String.raw`(${ATOM})[+*](?:${ATOM}\?)?\1[+*]`),
    'two repetitions of the same with nothing that must be between: tried in every division',
  ],
  [
    /^\/(?!\^).*(?:\.|\[\\s\\S\]|\[\^\])[+*]\?.*\/[a-z]*$/,
    'anything up to an end that may be missing, from each place where it begins',
  ],
  [/(?:\.|\[\\s\\S\])[+*]\??\\s[+*]/, 'anything before white space: tried at every blank'],
];

/** Why the pattern is refused; undefined when it has none of the known forms. A sticky one starts at one place only. */
export function slowForm(literal: string): string | undefined {
  if (/\/[a-z]*y[a-z]*$/.test(literal)) return undefined;
  return SLOW_FORMS.find(([form]) => form.test(literal))?.[1];
}
