/** The items of a JSON seed file, one after the other, each with its place and its exact values. */
import { isUtf8 } from 'node:buffer';
import { type ExactJson, JsonSyntaxError, parseExactJson } from './exact-json';
import { type JsonFrame, JsonFrameScanner, MAX_ITEM_TEXT_BYTES } from './json-frames';
import { Refusal } from './rejection';
import { type ByteStream, seedUnreadable } from './seed-file';

export interface JsonItem {
  /** Line on which the item starts, from 1. */
  readonly line: number;
  /** Its text, as it is in the file, or the beginning of one that is too long. */
  readonly bytes: Buffer;
  readonly isCut: boolean;
  readonly value: ExactJson | Refusal;
}

/**
 * Reads `{"data": [ … ]}` in UTF-8, a byte order mark allowed, and yields the items in order, in batches of what one
 * chunk of bytes completes. It reads no further than the consumer asks, and holds one chunk and one item.
 *
 * @throws PipelineError SEED_UNREADABLE (halt) with line and column when the file is broken. What comes before was
 * yielded already: an item may be written although the file is broken behind it; the next run writes it again.
 */
export async function* readJsonItems(source: ByteStream): AsyncGenerator<readonly JsonItem[]> {
  const scanner = new JsonFrameScanner(parseText);
  for await (const chunk of source) yield Array.from(scanner.push(chunk), parseItem);
  scanner.end();
}

function parseItem(frame: JsonFrame): JsonItem {
  const { line, bytes, isTooLong: isCut } = frame;
  if (isCut) {
    const reason = `the item has more than ${MAX_ITEM_TEXT_BYTES} bytes of JSON; DynamoDB takes 400 KB`;
    return { line, bytes, isCut, value: new Refusal('ITEM_TOO_LARGE', reason) };
  }
  if (!isUtf8(bytes)) {
    const reason = 'the item is not UTF-8; save the file as UTF-8';
    return { line, bytes, isCut, value: new Refusal('INVALID_UTF8', reason) };
  }
  return { line, bytes, isCut, value: parseText(frame) };
}

function parseText(frame: JsonFrame): ExactJson | Refusal {
  const text = frame.bytes.toString('utf8');
  try {
    return parseExactJson(text);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    const { line, column } = placeOf(frame, text.slice(0, error.index));
    throw seedUnreadable(
      `it is not JSON at line ${line}, column ${column}: expected ${error.expected}. Items before that place may already be written.`,
      { line, column },
    );
  }
}

/** @param before the text of the frame up to the place. */
function placeOf(frame: JsonFrame, before: string): { readonly line: number; readonly column: number } {
  const lines = before.split('\n');
  const characters = [...(lines.at(-1) ?? '')].length;
  return lines.length === 1
    ? { line: frame.line, column: frame.column + characters }
    : { line: frame.line + lines.length - 1, column: characters + 1 };
}
