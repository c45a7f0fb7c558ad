/** Passes a request on to an engine that speaks the service's own protocol. */
import { Agent, type IncomingMessage, type ServerResponse, request as startRequest } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { type EngineService, ServiceError } from './service';

/** Headers that belong to one connection (RFC 9110 §7.6.1). */
const HOP_BY_HOP = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'expect', 'host'];

export class EngineProxy implements EngineService {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 64 });

  constructor(
    /** For messages: "DynamoDB Local". */
    private readonly name: string,
    private readonly endpoint: string,
  ) {}

  /** The engine gets the caller's own Authorization header; it does not check signatures. */
  async forward(message: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
    const answer = await this.send(message, body);
    response.writeHead(answer.statusCode ?? 502, withoutHopByHop(answer.headers));
    await pipeline(answer, response);
  }

  stop(): void {
    this.agent.destroy();
  }

  private send(message: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const headers = { ...withoutHopByHop(message.headers), 'content-length': String(body.length) };
      const target = new URL(message.url ?? '/', this.endpoint);
      const request = startRequest(target, { method: message.method, headers, agent: this.agent });
      request.once('response', resolve);
      request.once('error', (cause) =>
        reject(
          new ServiceError(
            'ServiceUnavailable',
            `${this.name} at ${this.endpoint} does not answer: ${cause.message}`,
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
