/** Sends requests of one kind, some at once over kept connections, and takes the time of each. */
import { Agent, request } from 'node:http';

export interface RequestLoad {
  readonly method: string;
  readonly url: string;
  readonly headersOf: () => Readonly<Record<string, string>>;
  /** Undefined for a request without one. */
  readonly bodyOf: () => string | undefined;
  readonly count: number;
  readonly atOnce: number;
}

export interface SentRequests {
  readonly seconds: number;
  /** Of each request, the shortest first. */
  readonly timesMs: readonly number[];
}

/** @throws Error at the first answer that is not one of success */
export async function sendRequests(load: RequestLoad): Promise<SentRequests> {
  const agent = new Agent({ keepAlive: true, maxSockets: load.atOnce });
  const timesMs: number[] = [];
  let left = load.count;
  const send = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      timesMs.push(await sendOne(load, agent));
    }
  };
  const startedAt = performance.now();
  try {
    await Promise.all(Array.from({ length: load.atOnce }, send));
  } finally {
    agent.destroy();
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  return { seconds, timesMs: timesMs.sort((one, other) => one - other) };
}

/** The smallest time that this share of the requests did not exceed. */
export const timeAt = ({ timesMs }: SentRequests, share: number): number =>
  timesMs[Math.max(0, Math.ceil(timesMs.length * share) - 1)] ?? 0;

function sendOne({ method, url, headersOf, bodyOf }: RequestLoad, agent: Agent): Promise<number> {
  const body = bodyOf();
  const headers = {
    ...headersOf(),
    ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
  };
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, agent, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (piece: string) => {
        text += piece;
      });
      answer.once('error', reject);
      answer.once('end', () => {
        const { statusCode = 0 } = answer;
        if (statusCode >= 200 && statusCode < 300) resolve(performance.now() - startedAt);
        else reject(new Error(`${method} ${url} was answered with ${statusCode}: ${text}`));
      });
    });
    sent.once('error', reject);
    sent.end(body);
  });
}
