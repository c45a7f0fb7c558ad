/** What the gateway asks of a twin of an AWS service that speaks JSON (`x-amz-target: <Prefix>.<Operation>`). */

export interface Caller {
  /** Name of the function or tool that signed the request. */
  readonly identity: string;
}

export interface JsonService {
  /** @throws ServiceError for everything that AWS would answer with an exception. */
  handle(operation: string, input: JsonObject, caller: Caller): Promise<JsonObject>;
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
