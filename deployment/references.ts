/**
 * References inside Terraform strings: `"${aws_sqs_queue.dead_letters.arn}"`. Only plain references are
 * understood, no functions or operators; anything else is refused, never passed on as text.
 */
import { isMap, type Json } from './json';
import { type Block, DeploymentError } from './terraform-json';

export interface Reference {
  /** `aws_sqs_queue.dead_letters`, `data.aws_region.current` or `local.existing_mysql.server`. */
  readonly address: string;
  /** What follows: attribute names and list indexes. */
  readonly path: readonly (string | number)[];
  /** The expression as written, for messages. */
  readonly text: string;
}

/** Where a string is, for messages. */
export interface Place {
  readonly stack: string;
  /** An address, or `output`. */
  readonly resource: string;
  readonly property: string;
}

type Part = { readonly literal: string } | { readonly expression: string };

const NAME = '[A-Za-z_][A-Za-z0-9_-]*';
const STEP = `\\.(${NAME})|\\.(\\d+)|\\[(\\d+)\\]|\\["([^"\\\\]*)"\\]`;
const TRAVERSAL = new RegExp(`^${NAME}(?:${STEP})+$`);

/**
 * Splits a Terraform string: `$${` and `%%{` are escapes of `${` and `%{`.
 * @throws DeploymentError for a `%{` directive or an unclosed expression.
 */
export function parseTemplate(text: string, place: Place): readonly Part[] {
  const parts: Part[] = [];
  let literal = '';
  let index = 0;
  while (index < text.length) {
    const three = text.slice(index, index + 3);
    if (three === '$${' || three === '%%{') {
      literal += three.slice(1);
      index += 3;
    } else if (text.startsWith('%{', index)) {
      throw refusal(place, text, 'a template directive');
    } else if (text.startsWith('${', index)) {
      const end = text.indexOf('}', index);
      if (end === -1) throw refusal(place, text, 'an expression that is not closed');
      if (literal !== '') parts.push({ literal });
      literal = '';
      parts.push({ expression: text.slice(index + 2, end).trim() });
      index = end + 1;
    } else {
      literal += text[index];
      index += 1;
    }
  }
  if (literal !== '' || parts.length === 0) parts.push({ literal });
  return parts;
}

/** @throws DeploymentError when `expression` is anything but a plain reference to a resource or data source. */
export function parseReference(expression: string, place: Place): Reference {
  if (!TRAVERSAL.test(expression))
    throw refusal(place, expression, 'an expression that is not a plain reference');
  const root = new RegExp(`^${NAME}`).exec(expression)?.[0] ?? '';
  const steps = [...expression.slice(root.length).matchAll(new RegExp(STEP, 'g'))].map(
    ([, name, number, index, key]) => name ?? key ?? Number(number ?? index),
  );
  const [head, ...rest] = [root, ...steps];
  // Both are followed by type and name; a local has them because this project writes it so.
  const prefix = head === 'data' || head === 'local' ? `${head}.` : '';
  const named = prefix === '' ? [head, rest[0]] : rest.slice(0, 2);
  const path = rest.slice(prefix === '' ? 1 : 2);
  if (['var', 'module', 'each', 'count', 'path', 'terraform', 'self'].includes(root)) {
    throw refusal(place, expression, `a reference to "${root}"`);
  }
  if (named.length < 2 || named.some((part) => typeof part !== 'string') || path.length === 0) {
    throw refusal(place, expression, 'a reference that names no attribute');
  }
  return { address: `${prefix}${named.join('.')}`, path, text: expression };
}

/** Every reference in a value, however deep. */
export function findReferences(value: Json, place: Place): readonly Reference[] {
  if (typeof value === 'string') {
    return parseTemplate(value, place).flatMap((part) =>
      'expression' in part ? [parseReference(part.expression, place)] : [],
    );
  }
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => findReferences(item, below(place, index)));
  }
  if (isMap(value)) {
    return Object.entries(value).flatMap(([key, item]) => findReferences(item, below(place, key)));
  }
  return [];
}

/** Gives the value that a reference names, or undefined when it names nothing. */
export type Lookup = (reference: Reference, place: Place) => Json | undefined;

/**
 * Replaces every reference. A string that is one whole reference takes the value with its type; inside a longer
 * string only text, numbers and booleans are possible.
 * @throws DeploymentError naming stack, resource and property.
 */
export function resolveReferences(value: Json, place: Place, lookup: Lookup): Json {
  if (typeof value === 'string') return resolveString(value, place, lookup);
  if (Array.isArray(value)) {
    return value.map((item, index) => resolveReferences(item, below(place, index), lookup));
  }
  if (isMap(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, resolveReferences(item, below(place, key), lookup)]),
    );
  }
  return value;
}

function resolveString(text: string, place: Place, lookup: Lookup): Json {
  const values = parseTemplate(text, place).map((part) => {
    if ('literal' in part) return part.literal;
    const reference = parseReference(part.expression, place);
    const found = lookup(reference, place);
    if (found === undefined) throw refusal(place, reference.text, 'a reference to something unknown');
    return found;
  });
  if (values.length === 1 && values[0] !== undefined) return values[0];
  return values
    .map((value) => {
      if (typeof value === 'object') throw refusal(place, text, 'a list, object or null inside a string');
      return String(value);
    })
    .join('');
}

/** Follows attribute names and indexes into a value; undefined when there is nothing. */
export function follow(value: Json | undefined, path: readonly (string | number)[]): Json | undefined {
  let current = value;
  for (const step of path) {
    if (Array.isArray(current)) current = current[Number(step)];
    else if (isMap(current)) current = Object.hasOwn(current, step) ? current[step] : undefined;
    else return undefined;
  }
  return current;
}

function describePlace({ stack, resource, property }: Place): string {
  return `stack ${stack}: ${resource}.${property}`;
}

export function placeOf(block: Block, property: string): Place {
  return { stack: block.stack, resource: block.address, property };
}

function below(place: Place, step: string | number): Place {
  const property = typeof step === 'number' ? `${place.property}[${step}]` : `${place.property}.${step}`;
  return { ...place, property: place.property === '' ? String(step) : property };
}

function refusal(place: Place, text: string, what: string): DeploymentError {
  return new DeploymentError(
    `${describePlace(place)} holds ${what}, which the laptop cannot resolve: ${JSON.stringify(text)}`,
  );
}
