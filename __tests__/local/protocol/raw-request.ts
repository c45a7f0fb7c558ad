/** Requests as no SDK sends them: signed by hand, with one thing wrong, over a plain socket. */
import { createHash, createHmac } from 'node:crypto';
import { connect } from 'node:net';

export interface RawRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

/** Sends it byte by byte as it is. Gives the whole answer as text. */
export function sendRaw(endpoint: string, request: RawRequest): Promise<string> {
  const { hostname, port } = new URL(endpoint);
  const head = [
    `${request.method} ${request.target} HTTP/1.1`,
    ...Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`),
    'connection: close',
    '',
    '',
  ].join('\r\n');
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => {
      socket.write(head);
      socket.write(request.body ?? '');
    });
    socket.on('data', (piece) => pieces.push(piece));
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(pieces).toString()));
  });
}

export const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);

export interface SigningChoices {
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly service: string;
  readonly region: string;
  /** `YYYYMMDDTHHMMSSZ`; absent, now. */
  readonly date?: string;
  /** Absent: all headers of the request. */
  readonly signedHeaders?: readonly string[];
  readonly payloadHash: string;
}

export const sha256Of = (data: Buffer | string): string => createHash('sha256').update(data).digest('hex');
export const amzDate = (time: number): string => new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, '');

/** Signature Version 4, written separately here so that a mistake of the gateway is not repeated. */
export function signByHand(
  request: RawRequest,
  choices: SigningChoices,
): RawRequest & { readonly signature: string; readonly key: Buffer } {
  const { credentials, service, region, payloadHash } = choices;
  const date = choices.date ?? request.headers['x-amz-date'] ?? amzDate(Date.now());
  const names = [...(choices.signedHeaders ?? Object.keys(request.headers))].sort();
  const scope = [date.slice(0, 8), region, service, 'aws4_request'];
  const canonical = [
    request.method,
    request.target.split('?')[0],
    '',
    ...names.map((name) => `${name}:${request.headers[name]}`),
    '',
    names.join(';'),
    payloadHash,
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', date, scope.join('/'), sha256Of(canonical)].join('\n');
  let key: Buffer = Buffer.from(`AWS4${credentials.secretAccessKey}`);
  for (const part of scope) key = createHmac('sha256', key).update(part).digest();
  const signature = createHmac('sha256', key).update(toSign).digest('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope.join('/')}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { ...request, headers: { ...request.headers, authorization }, signature, key };
}
