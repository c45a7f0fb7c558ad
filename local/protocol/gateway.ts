/**
 * One HTTP endpoint for all AWS services on the laptop. It verifies who calls by the request's signature, asks the
 * authorization hook, and hands the request to the twin of the service that the signature names.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Authorize, identifyCaller, isForS3, type SignedCaller, verifySignature } from './admission';
import { Callers, type Credentials } from './callers';
import { startHttpServer } from './http-server';
import {
  parseJsonInput,
  parseTarget,
  readJsonBody,
  sendJson,
  sendJsonError,
  sha256Hex,
} from './json-protocol';
import { type GatewayService, type HttpService, type JsonObject, ServiceError } from './service';
import { ChunkSignatures, parseAuthorization } from './signature';
import type { SigningRules } from './signed-request';

export interface GatewayOptions {
  /** By signing name: `s3`, `dynamodb`, `redshift-data`, … Looked up at each request, so more may be added. */
  readonly services: ReadonlyMap<string, GatewayService>;
  /** What signatures must be for; absent, any region within AWS's 15 minutes. */
  readonly signing?: SigningRules;
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
    stop: server.stop,
  };
}

class Router {
  readonly callers = new Callers();

  constructor(private readonly options: GatewayOptions) {}

  private get signing(): SigningRules {
    return this.options.signing ?? {};
  }

  async answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isOriginForm(message.url)) {
      sendJsonError(message, response, notOriginForm());
      return;
    }
    const service = this.httpServiceOf(message);
    if (service === undefined) await this.answerJson(message, response);
    else await this.answerHttp(service, message, response);
  }

  /** An unsigned request names no service; without a JSON target it can only be for one with a protocol of its own. */
  private httpServiceOf(message: IncomingMessage): HttpService | undefined {
    const { services } = this.options;
    const isHttp = (service: GatewayService | undefined): service is HttpService =>
      service !== undefined && 'answer' in service;
    const name = parseAuthorization(message.headers)?.service;
    if (name !== undefined) {
      const named = services.get(name);
      return isHttp(named) ? named : undefined;
    }
    const s3 = services.get('s3');
    return isForS3(message) && isHttp(s3) ? s3 : undefined;
  }

  private async answerHttp(
    service: HttpService,
    message: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    let signed: SignedCaller | undefined;
    await service.answer(message, response, {
      verify: () => {
        signed = identifyCaller(this.callers, message, this.signing);
        // The body is checked against this header while it is read.
        verifySignature(signed, message, String(message.headers['x-amz-content-sha256']));
        const { authorization, caller } = signed;
        const date = String(message.headers['x-amz-date']);
        return new ChunkSignatures(authorization, caller.secretAccessKey, date);
      },
      authorize: async ({ operation, input }) => {
        if (signed === undefined) throw new Error('a request was to be authorized before it was verified');
        await this.authorize(message, signed, { operation, input: () => input });
      },
    });
  }

  private async answerJson(message: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const signed = identifyCaller(this.callers, message, this.signing);
      const body = await readJsonBody(message);
      verifySignature(signed, message, sha256Hex(body));
      const twin = this.options.services.get(signed.authorization.service);
      if (twin === undefined || 'answer' in twin) throw noTwin(message, signed);
      const operation = parseTarget(message);
      if ('forward' in twin) {
        await this.authorize(message, signed, { operation, input: () => parseJsonInput(body) });
        await twin.forward(message, body, response);
        return;
      }
      const input = parseJsonInput(body);
      await this.authorize(message, signed, { operation, input: () => input });
      sendJson(message, response, await twin.handle(operation, input, { identity: signed.caller.identity }));
    } catch (error) {
      sendJsonError(message, response, error);
    }
  }

  private async authorize(
    message: IncomingMessage,
    { caller, authorization }: SignedCaller,
    what: { readonly operation: string; readonly input: () => JsonObject },
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

/**
 * A path of this server. A target with a host of its own (`http://other/`, `//other/`) is for a proxy (RFC 9112 §3.2.2):
 * nothing is ever fetched for a caller.
 */
const isOriginForm = (target = ''): boolean => target.startsWith('/') && !target.startsWith('//');

const notOriginForm = (): ServiceError =>
  new ServiceError(
    'InvalidURI',
    'the request target must be a path of this endpoint, not the address of a host',
    400,
  );

function noTwin(message: IncomingMessage, { caller, authorization }: SignedCaller): ServiceError {
  const target = message.headers['x-amz-target'] ?? `${message.method} ${message.url?.split('?')[0]}`;
  return new ServiceError(
    'UnknownOperationException',
    `the laptop has no twin of the service ${authorization.service}; ${caller.identity} asked it for ${String(target)}`,
    501,
  );
}
