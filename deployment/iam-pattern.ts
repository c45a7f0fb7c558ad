/**
 * IAM's wildcards: `*` stands for any run of characters, `?` for one (IAM user guide, "IAM JSON policy elements:
 * Resource"). Matching takes at most pattern length times text length steps.
 */

export interface PatternToken {
  readonly kind: 'character' | 'any' | 'run';
  /** The character to match; for a wildcard, the character that it is written as. */
  readonly character: string;
  /** Whether a wildcard may match a colon, and so reach into the next segment of an ARN. */
  readonly crossesColons: boolean;
}

export function parsePattern(pattern: string): PatternToken[] {
  return [...pattern].map((character) => {
    if (character === '*') return { kind: 'run', character, crossesColons: true };
    return { kind: character === '?' ? 'any' : 'character', character, crossesColons: true };
  });
}

/** Tokens that match a text as it is: what replaces a policy variable is no pattern. */
export const literalTokens = (text: string): PatternToken[] =>
  [...text].map((character) => ({ kind: 'character', character, crossesColons: false }));

export function matchesTokens(tokens: readonly PatternToken[], text: string): boolean {
  const characters = [...text];
  // Whether the tokens so far match the first n characters.
  let reached = [true, ...characters.map(() => false)];
  for (const token of tokens) {
    const next = characters.map(() => false);
    next.push(false);
    next[0] = token.kind === 'run' && reached[0] === true;
    characters.forEach((character, index) => {
      const fits =
        token.kind === 'character' ? character === token.character : token.crossesColons || character !== ':';
      const before = token.kind === 'run' ? next[index] === true : reached[index] === true;
      next[index + 1] = (fits && before) || (token.kind === 'run' && reached[index + 1] === true);
    });
    reached = next;
  }
  return reached[characters.length] === true;
}

/** Upper and lower case differ, as they do in ARNs and in StringLike. */
export const matchesWildcards = (pattern: string, text: string): boolean =>
  matchesTokens(parsePattern(pattern), text);

/** Upper and lower case do not differ in the names of actions (IAM user guide, "IAM JSON policy elements: Action"). */
export const matchesAction = (pattern: string, action: string): boolean =>
  matchesWildcards(pattern.toLowerCase(), action.toLowerCase());

/**
 * The pattern of a resource, whose wildcards stay within their segment of the ARN. A `*` at the end of a segment may
 * reach past the colon; the resource itself, after the fifth colon, is one segment here, as its own colons are a part
 * of names (IAM user guide, "IAM JSON policy elements: Resource").
 */
export function boundToSegments(tokens: readonly PatternToken[]): PatternToken[] {
  let colons = 0;
  return tokens.map((token, index) => {
    if (token.kind === 'character') {
      if (token.character === ':' && !isFromVariable(token)) colons += 1;
      return token;
    }
    const next = tokens[index + 1];
    const isAtEnd = next === undefined || (next.kind === 'character' && next.character === ':');
    const crossesColons = colons >= ARN_COLONS || (token.kind === 'run' && isAtEnd);
    return { ...token, crossesColons };
  });
}

/**
 * ArnLike and ArnEquals: each of the six parts is compared by itself (IAM user guide, "IAM JSON policy elements:
 * Condition operators"). Undefined for a pattern that is no ARN.
 */
export function matchesArn(tokens: readonly PatternToken[], text: string): boolean | undefined {
  const patterns = splitAtColons(tokens);
  if (patterns.length <= ARN_COLONS) return undefined;
  const parts = text.split(':');
  if (parts.length <= ARN_COLONS) return false;
  const values = [...parts.slice(0, ARN_COLONS), parts.slice(ARN_COLONS).join(':')];
  return values.every((value, index) => matchesTokens(patterns[index] ?? [], value));
}

const ARN_COLONS = 5;

const isFromVariable = (token: PatternToken): boolean => !token.crossesColons;

/** The first five parts, and all that follows as the sixth. */
function splitAtColons(tokens: readonly PatternToken[]): PatternToken[][] {
  const parts: PatternToken[][] = [[]];
  for (const token of tokens) {
    const ends = token.character === ':' && !isFromVariable(token) && parts.length <= ARN_COLONS;
    if (ends) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}
