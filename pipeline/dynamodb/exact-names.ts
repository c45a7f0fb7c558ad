/**
 * An attribute may be called `__proto__`. The SDK loses its value when it reads an answer: it assigns members to plain
 * objects. Here such a name goes through the SDK under another one and gets its own again behind it.
 */
import { randomUUID } from 'node:crypto';

const NAME = '__proto__';

/** What middleware has of an SDK client; clients of every service do. */
interface MiddlewareStack {
  addRelativeTo(
    middleware: (next: Handler) => Handler,
    options: { name: string; relation: 'before' | 'after'; toMiddleware: string; override: boolean },
  ): void;
}
type Handler = (args: never) => Promise<{ response: unknown; output: unknown }>;

/**
 * Makes a client of DynamoDB, or of its streams, keep attributes of every name. A second call changes nothing.
 * @returns the same client.
 */
export function keepAttributeNames<Client extends { readonly middlewareStack: unknown }>(
  client: Client,
): Client {
  const stack = client.middlewareStack as MiddlewareStack;
  // As good as random to whoever names attributes.
  const standIn = `${NAME}${randomUUID()}`;
  const changed = new WeakSet<object>();
  stack.addRelativeTo(
    (next) => async (args) => {
      const result = await next(args);
      const response = result.response as { body?: unknown };
      if (await renameInBody(response, standIn)) changed.add(response);
      return result;
    },
    { name: 'standInNames', relation: 'after', toMiddleware: 'deserializerMiddleware', override: true },
  );
  stack.addRelativeTo(
    (next) => async (args) => {
      const result = await next(args);
      if (!changed.has(result.response as object)) return result;
      return { ...result, output: renamed(result.output, standIn, NAME) };
    },
    { name: 'ownNames', relation: 'before', toMiddleware: 'deserializerMiddleware', override: true },
  );
  return client;
}

/** @returns whether the answer has such a name at all: hardly any has. */
async function renameInBody(response: { body?: unknown }, standIn: string): Promise<boolean> {
  const parts: Uint8Array[] = [];
  for await (const part of response.body as AsyncIterable<Uint8Array>) parts.push(part);
  const body = Buffer.concat(parts);
  response.body = body;
  if (!body.includes(NAME)) return false;
  const parsed: unknown = JSON.parse(body.toString('utf8'));
  response.body = Buffer.from(JSON.stringify(renamed(parsed, NAME, standIn)));
  return true;
}

/** The same value, with members called `from` called `to`; objects without one are kept as they are. */
function renamed(value: unknown, from: string, to: string): unknown {
  if (Array.isArray(value)) {
    for (const [index, element] of value.entries()) value[index] = renamed(element, from, to);
    return value;
  }
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array || value instanceof Date) {
    return value;
  }
  const members = Object.entries(value).map(
    ([name, member]) => [name === from ? to : name, renamed(member, from, to)] as const,
  );
  // `fromEntries` defines members, so that `__proto__` is one like any other.
  return Object.fromEntries(members);
}
