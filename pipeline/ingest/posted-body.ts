/** A JSON body of the API as a list of values: one object, or an array, read by the reader of seed files. */
import { PipelineError } from '../errors';
import { ITEMS_NAME } from '../files/json-frames';
import { type JsonItem, readJsonItems } from '../files/json-items';
import type { ByteStream } from '../files/seed-file';
import { ApiProblem } from './api-answer';

const BRACKET = '['.charCodeAt(0);
const BLANKS = new Set([0x20, 0x09, 0x0a, 0x0d]);

/**
 * @returns the values in order, each exact or with the reason why it would not survive.
 * @throws ApiProblem BODY_UNREADABLE when it is not JSON, or holds nothing.
 */
export async function readPostedValues(body: Buffer): Promise<JsonItem[]> {
  const found = body.findIndex((byte) => !BLANKS.has(byte));
  if (found === -1) throw unreadable('the body is empty; expected an object, or an array of objects');
  const [before, after] = body[found] === BRACKET ? ['', ''] : ['[', ']'];
  const items: JsonItem[] = [];
  try {
    const wrapped = wrap(`{"${ITEMS_NAME}":${before}\n`, body, `\n${after}}`);
    // Its lines begin behind the wrapping.
    for await (const batch of readJsonItems(wrapped))
      for (const item of batch) items.push({ ...item, line: item.line - 1 });
  } catch (error) {
    throw syntaxProblem(error, body);
  }
  if (items.length === 0) throw unreadable('the array is empty; expected at least one object');
  return items;
}

async function* wrap(before: string, body: Buffer, after: string): ByteStream {
  yield Buffer.from(before);
  yield body;
  yield Buffer.from(after);
}

function syntaxProblem(error: unknown, body: Buffer): unknown {
  if (!(error instanceof PipelineError) || error.code !== 'SEED_UNREADABLE') return error;
  const { line, column } = error.context;
  // The wrapping behind it is on a line of its own.
  const isBehind = typeof line !== 'number' || line - 1 > linesOf(body);
  const place = isBehind ? 'ends too early' : `is not JSON at line ${line - 1}, column ${column}`;
  return unreadable(`the body ${place}; expected one object, or an array of objects, in UTF-8`);
}

const linesOf = (body: Buffer): number => body.toString('latin1').split('\n').length;

export const unreadable = (message: string): ApiProblem =>
  new ApiProblem('BODY_UNREADABLE', `${message}. Nothing was added.`);
