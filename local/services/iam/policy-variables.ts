/**
 * Policy variables, `${aws:userid}` and the like (IAM user guide, "IAM policy elements: Variables and tags"). A variable
 * without a value matches nothing, and what replaces a variable is text: a `*` in it is no wildcard.
 */
import { literalTokens, type PatternToken, parsePattern } from '../../../deployment/iam-pattern';
import type { RequestContext } from './request-context';

/** A part of a policy's text: as it was written, or what replaced a variable. */
interface Part {
  readonly text: string;
  readonly isValue: boolean;
}

/** With the wildcards of what was written. Undefined when a variable has no value. */
export function resolvePattern(text: string, context: RequestContext): PatternToken[] | undefined {
  return replaceVariables(text, context)?.flatMap((part) =>
    part.isValue ? literalTokens(part.text) : parsePattern(part.text),
  );
}

/** For operators without wildcards. Undefined when a variable has no value. */
export function resolveText(text: string, context: RequestContext): string | undefined {
  return replaceVariables(text, context)
    ?.map((part) => part.text)
    .join('');
}

/** In an ARN, a variable is possible after the fifth colon only (the same page, "Where you can use policy variables"). */
export function hasVariableTooEarly(arn: string): boolean {
  const variable = arn.indexOf('${');
  return variable !== -1 && arn.slice(0, variable).split(':').length <= 5;
}

function replaceVariables(text: string, context: RequestContext): Part[] | undefined {
  const parts: Part[] = [];
  let from = 0;
  for (let start = text.indexOf('${'); start !== -1; start = text.indexOf('${', from)) {
    const end = text.indexOf('}', start);
    const value = end === -1 ? undefined : valueOfVariable(text.slice(start + 2, end), context);
    if (value === undefined) return undefined;
    parts.push({ text: text.slice(from, start), isValue: false }, { text: value, isValue: true });
    from = end + 1;
  }
  return [...parts, { text: text.slice(from), isValue: false }];
}

/** `*`, `?` and `$` stand for themselves; otherwise a key of the request, perhaps with a default in quotes. */
function valueOfVariable(variable: string, context: RequestContext): string | undefined {
  if (['*', '?', '$'].includes(variable)) return variable;
  const comma = variable.indexOf(',');
  const key = (comma === -1 ? variable : variable.slice(0, comma)).trim();
  const values = context.get(key);
  // A key with several values cannot be a variable.
  if (values !== undefined) return values.length === 1 ? values[0] : undefined;
  return comma === -1 ? undefined : quotedText(variable.slice(comma + 1).trim());
}

function quotedText(text: string): string | undefined {
  const isQuoted = text.length >= 2 && text.startsWith("'") && text.endsWith("'");
  return isQuoted ? text.slice(1, -1).replaceAll("''", "'") : undefined;
}
