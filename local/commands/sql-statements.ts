/** Takes a text apart into statements, as a person types them line by line. */

const QUOTES = ["'", '"'];

export interface TypedStatements {
  /** Each without its semicolon. */
  readonly statements: readonly string[];
  /** What has no semicolon yet; empty when all has one. */
  readonly rest: string;
}

/** A semicolon within quotes or a comment ends nothing. */
export function splitStatements(text: string): TypedStatements {
  const statements: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length; at = nextPlace(text, at)) {
    if (text[at] !== ';') continue;
    const statement = text.slice(from, at).trim();
    if (statement !== '') statements.push(statement);
    from = at + 1;
  }
  return { statements, rest: text.slice(from).trim() === '' ? '' : text.slice(from) };
}

/** Behind the quoted text or the comment that begins here, or one further; the end of the text when it does not end. */
function nextPlace(text: string, at: number): number {
  const character = text[at] ?? '';
  const ending = QUOTES.includes(character)
    ? character
    : text.startsWith('--', at)
      ? '\n'
      : text.startsWith('/*', at)
        ? '*/'
        : undefined;
  if (ending === undefined) return at + 1;
  const end = text.indexOf(ending, at + ending.length);
  return end < 0 ? text.length : end + ending.length;
}
