/** What the gateway asks of the twin of an AWS service: one of three kinds, by how the service is spoken to. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ChunkSignatures } from './signature';

export type GatewayService = JsonService | EngineService | HttpService;

export interface Caller {
  /** Name of the function or tool that signed the request. */
  readonly identity: string;
}

/** Speaks JSON (`x-amz-target: <Prefix>.<Operation>`), and its twin answers. */
export interface JsonService {
  /** @throws ServiceError for everything that AWS would answer with an exception. */
  handle(operation: string, input: JsonObject, caller: Caller): Promise<JsonObject>;
}

/** Speaks JSON, and an engine answers the call as it came. */
export interface EngineService {
  forward(message: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void>;
}

/** Has a protocol of its own, so its twin reads the request and writes the response, errors included. */
export interface HttpService {
  answer(message: IncomingMessage, response: ServerResponse, gate: RequestGate): Promise<void>;
}

/** What comes before an `HttpService`; both throw a ServiceError to refuse a request, before anything is done. */
export interface RequestGate {
  /** Who is calling? Gives what the chunks of the body must be signed with, where they are; nothing behind an open gate. */
  verify(): ChunkSignatures | undefined;
  /** May they do this? */
  authorize(call: { readonly operation: string; readonly input: JsonObject }): Promise<void> | void;
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** An exception of the service's API: its name, HTTP status and members besides the message. */
export class ServiceError extends Error {
  constructor(
    override readonly name: string,
    message: string,
    readonly statusCode = 400,
    readonly members: JsonObject = {},
  ) {
    super(message);
  }
}
