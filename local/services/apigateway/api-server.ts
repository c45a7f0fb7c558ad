/** A stage of a REST API on the loopback address: what API Gateway checks, then the function, then its answer. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Callers, type Credentials } from '../../protocol/callers';
import { type HttpServer, startHttpServer } from '../../protocol/http-server';
import type { CallableFunction } from '../../runtime/ports/callable-function';
import type { AskedApi, ServedApi } from '../../runtime/ports/source-api';
import { GatewayRefusal } from './gateway-refusal';
import { HitCounter } from './hit-counter';
import { RequestLimit } from './request-limit';
import { type ApiRoute, type MatchedRoute, matchRoute, type RestApi } from './rest-api';
import { signAsCaller, verifyApiKey, verifyCaller } from './verify-caller';

export interface ApiServerOptions {
  readonly api: RestApi;
  readonly stage: string;
  /** Which signatures must name. */
  readonly region: string;
  readonly functionOf: (name: string) => CallableFunction | undefined;
}

/** Amazon API Gateway quotas: the payload of a REST API; AWS Lambda quotas: the event of a function that is waited for. */
const MAX_PAYLOAD_BYTES = 10 * 1024 * 1024;
const MAX_EVENT_BYTES = 6 * 1024 * 1024;

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export class ApiServer implements ServedApi {
  private readonly counter = new HitCounter();
  private readonly limit = new RequestLimit();
  private readonly callers = new Callers();
  private server: HttpServer | undefined;

  constructor(private readonly options: ApiServerOptions) {}

  get url(): string {
    return `${this.server?.endpoint ?? ''}/${this.options.stage}`;
  }

  get admission(): string {
    const { api, region } = this.options;
    const { accessKeyId, secretAccessKey } = this.credentials;
    return isSigned(api)
      ? `signed by curl --aws-sigv4 "aws:amz:${region}:execute-api" --user ${accessKeyId}:${secretAccessKey}`
      : `with the header x-api-key: ${[...api.keys].join(' or ')}`;
  }

  headersFor({ method, path, body }: AskedApi): Readonly<Record<string, string>> {
    const { api, region } = this.options;
    if (!isSigned(api)) return { 'x-api-key': [...api.keys][0] ?? '' };
    const asked = { method, url: `${this.url}${path}`, body: Buffer.from(body) };
    return signAsCaller(asked, this.credentials, region);
  }

  /** Of one caller, who may do everything: which identities may call is in policies of the account. */
  private get credentials(): Credentials {
    return this.callers.register('caller of the API');
  }

  hits = () => this.counter.read();

  async start(): Promise<void> {
    this.server = await startHttpServer((message, response) => void this.serve(message, response));
  }

  async stop(): Promise<void> {
    await this.server?.stop();
  }

  private async serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedAt = performance.now();
    const answer = await this.answer(message).catch((error: unknown) => this.refuse(error));
    // The caller has hung up: nobody gets an answer that could be counted.
    if (response.destroyed) return;
    this.counter.add(answer.status, performance.now() - startedAt);
    response.writeHead(answer.status, { ...answer.headers, 'content-length': answer.body.length });
    response.end(answer.body);
    // A body that was refused unread would keep the connection busy.
    if (!message.complete) message.resume();
  }

  private async answer(message: IncomingMessage): Promise<Answer> {
    const { api, stage } = this.options;
    const [path = '', query = ''] = (message.url ?? '').split('?');
    const prefix = `/${stage}`;
    const matched = path.startsWith(`${prefix}/`)
      ? matchRoute(api.routes, message.method ?? '', path.slice(prefix.length))
      : undefined;
    // API Gateway says so of a path that there is not, too.
    if (matched === undefined)
      throw new GatewayRefusal('MISSING_AUTHENTICATION_TOKEN', 'Missing Authentication Token');
    const body = await this.admit(message, matched.route);
    return this.call(matched, buildEvent(message, { matched, path, query, stage, body }));
  }

  /** In the order of API Gateway: who calls, how often, what is missing. @returns the body */
  private async admit(message: IncomingMessage, { auth, requiredHeaders }: ApiRoute): Promise<Buffer> {
    const { api, region } = this.options;
    if (auth === 'api-key') verifyApiKey(message, api.keys);
    const body = auth === 'iam' ? await readBody(message) : undefined;
    if (body !== undefined) verifyCaller(message, body, { callers: this.callers, region });
    if (api.limits !== undefined && !this.limit.take(api.limits, performance.now()))
      throw new GatewayRefusal('THROTTLED', 'Too Many Requests');
    const missing = requiredHeaders.filter((name) => message.headers[name.toLowerCase()] === undefined);
    if (missing.length > 0)
      throw new GatewayRefusal(
        'BAD_REQUEST_PARAMETERS',
        `Missing required request parameters: [${missing.join(', ')}]`,
      );
    return body ?? readBody(message);
  }

  private async call({ route }: MatchedRoute, event: object): Promise<Answer> {
    if (Buffer.byteLength(JSON.stringify(event)) > MAX_EVENT_BYTES)
      throw new GatewayRefusal('REQUEST_TOO_LARGE', 'Request Too Long');
    const called = this.options.functionOf(route.functionName);
    if (called === undefined) throw new GatewayRefusal('API_CONFIGURATION_ERROR', 'Internal server error');
    const timer = new AbortController();
    const late = sleep(route.timeoutMs, 'late' as const, { signal: timer.signal }).catch(
      () => 'late' as const,
    );
    try {
      const result = await Promise.race([called.invoke(event), late]);
      if (result === 'late') throw new GatewayRefusal('INTEGRATION_TIMEOUT', 'Endpoint request timed out');
      return parseAnswer(result);
    } catch (error) {
      if (error instanceof GatewayRefusal) throw error;
      throw new GatewayRefusal('DEFAULT_5XX', 'Internal server error');
    } finally {
      timer.abort();
    }
  }

  private refuse(error: unknown): Answer {
    const { type, status, errorType, message } =
      error instanceof GatewayRefusal
        ? error
        : new GatewayRefusal('API_CONFIGURATION_ERROR', 'Internal server error');
    const form = this.options.api.responses[type];
    const quoted = JSON.stringify(message);
    const body = (form?.template ?? '{"message":$context.error.messageString}').replaceAll(
      '$context.error.messageString',
      () => quoted,
    );
    return {
      status: form?.status ?? status,
      headers: { 'content-type': form?.contentType ?? 'application/json', 'x-amzn-errortype': errorType },
      body: Buffer.from(body),
    };
  }
}

const isSigned = ({ routes }: RestApi): boolean => routes.some(({ auth }) => auth === 'iam');

async function readBody(message: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let byteCount = 0;
  // To end the loop otherwise would cut the connection before the answer.
  for await (const part of message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    byteCount += part.length;
    if (byteCount > MAX_PAYLOAD_BYTES) throw new GatewayRefusal('REQUEST_TOO_LARGE', 'Request Too Long');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

interface Received {
  readonly matched: MatchedRoute;
  readonly path: string;
  readonly query: string;
  readonly stage: string;
  readonly body: Buffer;
}

/** The event of a proxy integration (Amazon API Gateway developer guide, "Input format of a Lambda function"). */
function buildEvent(message: IncomingMessage, { matched, path, query, stage, body }: Received): object {
  const headers = Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
  const { route, parameters } = matched;
  const queryParameters = Object.fromEntries(new URLSearchParams(query));
  return {
    resource: route.path,
    path: path.slice(stage.length + 1),
    httpMethod: route.method,
    headers,
    queryStringParameters: query === '' ? null : queryParameters,
    pathParameters: Object.keys(parameters).length === 0 ? null : parameters,
    requestContext: {
      requestId: randomUUID(),
      stage,
      resourcePath: route.path,
      httpMethod: route.method,
      identity: { sourceIp: message.socket.remoteAddress ?? '' },
    },
    // Without binary media types every body is text.
    body: body.length === 0 ? null : body.toString('utf8'),
    isBase64Encoded: false,
  };
}

/** @throws Error for what API Gateway calls a malformed proxy response */
function parseAnswer(result: unknown): Answer {
  const {
    statusCode,
    headers = {},
    body = '',
  } = (result ?? {}) as {
    readonly statusCode?: unknown;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
  if (typeof statusCode !== 'number' || typeof body !== 'string') throw new Error('malformed proxy response');
  return { status: statusCode, headers, body: Buffer.from(body) };
}
