/** Passes a request on to an engine that speaks the service's own protocol. */
import {
  Agent,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
  request as startRequest,
} from 'node:http';
import { request as startTlsRequest, Agent as TlsAgent } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { sha256Hex } from './json-protocol';
import { type EngineService, ServiceError } from './service';
import { buildAuthorization } from './signature';

/** Headers that belong to one connection (RFC 9110 §7.6.1). */
const HOP_BY_HOP = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'expect', 'host'];
/** Of the one who called us: the engine knows only its own key. */
const OF_THE_CALLER = ['authorization', 'x-amz-security-token'];
const SIGNED_HEADERS = ['host', 'x-amz-date', 'x-amz-target'];

export interface ProxiedEngine {
  readonly endpoint: string;
  /** The key and the region whose data the callers share in the engine. */
  readonly accessKeyId: string;
  readonly region: string;
  /** Absent where the engine checks no signature. */
  readonly secretAccessKey?: string;
}

export class EngineProxy implements EngineService {
  private readonly agent: Agent;

  constructor(
    /** For messages: "DynamoDB Local". */
    private readonly name: string,
    private readonly engine: ProxiedEngine,
  ) {
    const options = { keepAlive: true, maxSockets: 64 };
    this.agent = engine.endpoint.startsWith('https:') ? new TlsAgent(options) : new Agent(options);
  }

  async forward(message: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
    const answer = await this.send(message, body);
    response.writeHead(answer.statusCode ?? 502, withoutHopByHop(answer.headers));
    await pipeline(answer, response);
  }

  stop(): void {
    this.agent.destroy();
  }

  /** Who calls was verified before; the engine sees its own key, which chooses the data. */
  private authorization(message: IncomingMessage, host: string, body: Buffer): string {
    const { accessKeyId, region, secretAccessKey = '' } = this.engine;
    const { method = 'POST', url = '/' } = message;
    return buildAuthorization(
      {
        method,
        url,
        headers: { ...message.headers, host },
        payloadHash: sha256Hex(body),
      },
      {
        accessKeyId,
        region,
        service: 'dynamodb',
        date: String(message.headers['x-amz-date']).slice(0, 8),
        signedHeaders: SIGNED_HEADERS,
      },
      secretAccessKey,
    );
  }

  private send(message: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      // Host and port are always the engine's, whatever the path looks like.
      const { hostname, port, host, protocol } = new URL(this.engine.endpoint);
      const headers: OutgoingHttpHeaders = {
        ...without(OF_THE_CALLER, withoutHopByHop(message.headers)),
        host,
        'content-length': String(body.length),
        authorization: this.authorization(message, host, body),
      };
      const target = { hostname, port, path: message.url ?? '/', method: message.method };
      const start = protocol === 'https:' ? startTlsRequest : startRequest;
      const request = start({ ...target, headers, agent: this.agent });
      request.once('response', resolve);
      request.once('error', (cause) =>
        reject(
          new ServiceError(
            'ServiceUnavailable',
            `${this.name} at ${this.engine.endpoint} does not answer: ${cause.message}`,
            503,
          ),
        ),
      );
      request.end(body);
    });
  }
}

const withoutHopByHop = (headers: NodeJS.Dict<string | string[]>): NodeJS.Dict<string | string[]> =>
  without(HOP_BY_HOP, headers);

const without = (
  names: readonly string[],
  headers: NodeJS.Dict<string | string[]>,
): NodeJS.Dict<string | string[]> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
