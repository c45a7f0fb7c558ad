/** Passes a request on to an engine that speaks the service's own protocol. */
import { Agent, type IncomingMessage, type ServerResponse, request as startRequest } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { type EngineService, ServiceError } from './service';

/** Headers that belong to one connection (RFC 9110 §7.6.1). */
const HOP_BY_HOP = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'expect', 'host'];

export interface ProxiedEngine {
  readonly endpoint: string;
  /** The key and the region whose data the callers share in the engine. */
  readonly accessKeyId: string;
  readonly region: string;
}

export class EngineProxy implements EngineService {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 64 });

  constructor(
    /** For messages: "DynamoDB Local". */
    private readonly name: string,
    private readonly engine: ProxiedEngine,
  ) {}

  async forward(message: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
    const answer = await this.send(message, body);
    response.writeHead(answer.statusCode ?? 502, withoutHopByHop(answer.headers));
    await pipeline(answer, response);
  }

  stop(): void {
    this.agent.destroy();
  }

  /** Who calls was verified before; the engine only takes from this whose data it is, and checks no signature. */
  private authorization(): string {
    const { accessKeyId, region } = this.engine;
    const scope = `${accessKeyId}/20120810/${region}/dynamodb/aws4_request`;
    return `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=unchecked`;
  }

  private send(message: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const headers = {
        ...withoutHopByHop(message.headers),
        'content-length': String(body.length),
        authorization: this.authorization(),
      };
      // Host and port are always the engine's, whatever the path looks like.
      const { hostname, port } = new URL(this.engine.endpoint);
      const target = { hostname, port, path: message.url ?? '/', method: message.method };
      const request = startRequest({ ...target, headers, agent: this.agent });
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
  Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name)));
