/** The AWS JSON protocols 1.0 and 1.1 (Smithy documentation, "AWS JSON 1.1 protocol"). */
import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type JsonObject, ServiceError } from './service';

/** The largest request of any service here is a BatchWriteItem of 16 MB. */
const LARGEST_BODY_BYTES = 24 * 1024 * 1024;

/** A local client sends its body at once; one that does not must not hold a request open. */
const BODY_TIMEOUT_MS = 30_000;

/** @throws ServiceError when the body is too long, or does not come; what was announced as too long is not read at all */
export async function readJsonBody(message: IncomingMessage): Promise<Buffer> {
  if (Number(message.headers['content-length'] ?? 0) > LARGEST_BODY_BYTES) throw tooLong();
  const late = setTimeout(
    () => message.destroy(new ServiceError('RequestTimeout', 'the request body did not come in time', 408)),
    BODY_TIMEOUT_MS,
  );
  try {
    const pieces: Buffer[] = [];
    let size = 0;
    for await (const piece of message as AsyncIterable<Buffer>) {
      size += piece.length;
      if (size > LARGEST_BODY_BYTES) throw tooLong();
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  } finally {
    clearTimeout(late);
  }
}

const tooLong = (): ServiceError =>
  new ServiceError('RequestEntityTooLarge', `the request is longer than ${LARGEST_BODY_BYTES} bytes`, 413);

export const sha256Hex = (body: Buffer): string => createHash('sha256').update(body).digest('hex');

/** @throws ServiceError SerializationException */
export function parseJsonInput(body: Buffer): JsonObject {
  try {
    const input: unknown = body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as JsonObject;
  } catch {
    // falls through
  }
  throw new ServiceError('SerializationException', 'the request body is not a JSON object');
}

/** `AmazonDMSv20160101.StartReplicationTask` names the operation after its last dot. */
export function parseTarget(message: IncomingMessage): string {
  const target = String(message.headers['x-amz-target'] ?? '');
  const operation = /^[A-Za-z0-9_]+\.([A-Za-z]+)$/.exec(target)?.[1];
  if (operation === undefined) {
    throw new ServiceError(
      'UnknownOperationException',
      `the request names no operation in x-amz-target, got: ${JSON.stringify(target)}`,
      404,
    );
  }
  return operation;
}

export function sendJson(message: IncomingMessage, response: ServerResponse, output: JsonObject): void {
  send(message, response, { statusCode: 200, content: output });
}

/** Anything but a ServiceError is a fault of the twin, and says so. */
export function sendJsonError(message: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const failure =
    error instanceof ServiceError
      ? error
      : new ServiceError(
          'InternalFailure',
          `the laptop's twin failed: ${error instanceof Error ? error.message : String(error)}`,
          500,
        );
  const content = { __type: failure.name, message: failure.message, ...failure.members };
  send(message, response, { statusCode: failure.statusCode, content });
}

function send(
  message: IncomingMessage,
  response: ServerResponse,
  answer: { readonly statusCode: number; readonly content: JsonObject },
): void {
  const body = JSON.stringify(answer.content);
  response.writeHead(answer.statusCode, {
    'content-type': message.headers['content-type'] ?? 'application/x-amz-json-1.1',
    'content-length': String(Buffer.byteLength(body)),
    'x-amzn-requestid': randomUUID(),
    // What is left of the request's body is not read, so the connection cannot carry another request.
    ...(message.complete ? {} : { connection: 'close' }),
  });
  response.end(body);
}
