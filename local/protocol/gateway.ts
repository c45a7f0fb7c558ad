/**
 * One HTTP endpoint for all AWS services on the laptop. It verifies who calls by the request's signature, asks the
 * authorization hook, and hands the request to the twin of the service that the signature names.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { notImplemented } from '../services/s3/errors';
import { type S3Service, sendS3Error } from '../services/s3/s3-service';
import { type Authorize, isForS3, type SignedCaller, verifyCaller } from './admission';
import { Callers, type Credentials } from './callers';
import { EngineProxy } from './engine-proxy';
import { startHttpServer } from './http-server';
import {
  parseJsonInput,
  parseTarget,
  readJsonBody,
  sendJson,
  sendJsonError,
  sha256Hex,
} from './json-protocol';
import { type JsonService, ServiceError } from './service';

export interface GatewayOptions {
  /** Absent: S3 is refused like any service without a twin. */
  readonly s3?: S3Service;
  /** Where DynamoDB Local answers, for tables and streams. */
  readonly dynamodbEndpoint?: string;
  /** By signing name: `redshift-data`, `secretsmanager`, `dms`. Looked up at each request, so more may be added. */
  readonly services?: Readonly<Record<string, JsonService>>;
  /** Absent: every registered caller may do everything. */
  readonly authorize?: Authorize;
}

export interface Gateway {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** Gives a function or tool its credentials; a second call gives the same. */
  registerCaller(identity: string): Credentials;
  stop(): Promise<void>;
}

export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const router = new Router(options);
  const server = await startHttpServer((message, response) => void router.answer(message, response));
  return {
    endpoint: server.endpoint,
    registerCaller: (identity) => router.callers.register(identity),
    stop: async () => {
      await server.stop();
      router.stop();
    },
  };
}

class Router {
  readonly callers = new Callers();
  private readonly dynamodb: EngineProxy | undefined;

  constructor(private readonly options: GatewayOptions) {
    const { dynamodbEndpoint } = options;
    if (dynamodbEndpoint !== undefined) this.dynamodb = new EngineProxy('DynamoDB Local', dynamodbEndpoint);
  }

  async answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    if (isForS3(message)) await this.answerS3(message, response);
    else await this.answerJson(message, response);
  }

  stop(): void {
    this.dynamodb?.stop();
  }

  private async answerS3(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const { s3 } = this.options;
    if (s3 === undefined) {
      sendS3Error({ message, response, error: notImplemented('S3: none was started'), requestId: '-' });
      return;
    }
    let signed: SignedCaller | undefined;
    await s3.answer(message, response, {
      verify: () => {
        // The body is checked against this header while it is read.
        const payloadHash = String(message.headers['x-amz-content-sha256'] ?? '');
        signed = verifyCaller(this.callers, message, payloadHash);
      },
      authorize: async ({ operation, bucket, key, query }) => {
        const input = { ...Object.fromEntries(query), Bucket: bucket, Key: key };
        if (signed === undefined) throw new Error('a request was to be authorized before it was verified');
        await this.authorize(message, signed, { operation, input: () => input });
      },
    });
  }

  private async answerJson(message: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = await readJsonBody(message);
      const signed = verifyCaller(this.callers, message, sha256Hex(body));
      const { service } = signed.authorization;
      const twin = this.options.services?.[service];
      if (service === 'dynamodb' && this.dynamodb !== undefined) {
        const operation = parseTarget(message);
        await this.authorize(message, signed, { operation, input: () => parseJsonInput(body) });
        await this.dynamodb.forward(message, body, response);
      } else if (twin !== undefined) {
        const operation = parseTarget(message);
        const input = parseJsonInput(body);
        await this.authorize(message, signed, { operation, input: () => input });
        sendJson(
          message,
          response,
          await twin.handle(operation, input, { identity: signed.caller.identity }),
        );
      } else {
        throw noTwin(message, signed);
      }
    } catch (error) {
      sendJsonError(message, response, error);
    }
  }

  private async authorize(
    message: IncomingMessage,
    { caller, authorization }: SignedCaller,
    what: { readonly operation: string; readonly input: () => Readonly<Record<string, unknown>> },
  ): Promise<void> {
    await this.options.authorize?.({
      identity: caller.identity,
      service: authorization.service,
      operation: what.operation,
      region: authorization.region,
      input: what.input(),
      headers: message.headers,
    });
  }
}

function noTwin(message: IncomingMessage, { caller, authorization }: SignedCaller): ServiceError {
  const target = message.headers['x-amz-target'] ?? `${message.method} ${message.url?.split('?')[0]}`;
  return new ServiceError(
    'UnknownOperationException',
    `the laptop has no twin of the service ${authorization.service}; ${caller.identity} asked it for ${String(target)}`,
    501,
  );
}
