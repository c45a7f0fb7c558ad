/** Values as a report shows them: one line, short, and never a secret. */
import { isMap, type Json } from '../json';
import { looksSecret } from '../policy/rules/secret-text';

const MOST_CHARACTERS = 160;
const HIDDEN = '(hidden: it looks like a secret)';
const HIDDEN_TEXT = JSON.stringify(HIDDEN);
const CONTEXT_CHARACTERS = 40;

/** A list of names and values: `parameter[name=master_password].value`. */
const NAMED_VALUE = /\[[^\]=]*=([^\]]*)\]\.\w*value$/;

export function shownValue(path: string, value: Json | undefined): string {
  if (value === undefined) return '(none)';
  const text = JSON.stringify(withoutSecrets(path, value)) ?? '(none)';
  return text.length > MOST_CHARACTERS
    ? `${text.slice(0, MOST_CHARACTERS)}… (${text.length} characters)`
    : text;
}

/** Two values; of long texts where they begin to differ. */
export function shownPair(path: string, before: Json | undefined, after: Json | undefined): [string, string] {
  const [was, is] = [before, after].map((value) => shownValue(path, value));
  const isLong = was?.endsWith('characters)') === true || is?.endsWith('characters)') === true;
  if (typeof before !== 'string' || typeof after !== 'string' || !isLong) return [`${was}`, `${is}`];
  let start = 0;
  while (start < before.length && before[start] === after[start]) start += 1;
  const from = Math.max(0, start - CONTEXT_CHARACTERS);
  const cut = (text: string): string => shownValue(path, `${from > 0 ? '…' : ''}${text.slice(from)}`);
  // A part of a text may not look like the secret that the whole is.
  return [was === HIDDEN_TEXT ? was : cut(before), is === HIDDEN_TEXT ? is : cut(after)];
}

function withoutSecrets(path: string, value: Json): Json {
  if (Array.isArray(value)) return value.map((element: Json) => withoutSecrets(path, element));
  if (isMap(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, withoutSecrets(`${path}.${name}`, inner)]),
    );
  }
  const text = String(value);
  const name = NAMED_VALUE.exec(path)?.[1] ?? path.replaceAll(/\[[^\]]*\]/g, '');
  return looksSecret(name, text) ? HIDDEN : value;
}
