import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EngineProxy } from '../../../local/protocol/engine-proxy';
import { type Gateway, startGateway } from '../../../local/protocol/gateway';
import type { GatewayService } from '../../../local/protocol/service';
import { S3Service } from '../../../local/services/s3/s3-service';
import {
  amzDate,
  type RawRequest,
  type SigningChoices,
  sendRaw,
  sha256Of,
  signByHand,
  statusOf,
} from './raw-request';

const REGION = 'eu-west-1';
const folder = mkdtempSync(join(tmpdir(), 'cdc-signatures-'));
let gateway: Gateway;
let s3: S3Service;
let stranger: Server;
let engine: Server;
let proxy: EngineProxy;
const seenElsewhere: string[] = [];

const listen = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
};

beforeAll(async () => {
  stranger = createServer((message, response) => {
    seenElsewhere.push(String(message.url));
    response.end('secret of another server');
  });
  engine = createServer((_, response) => response.end('{}'));
  const port = await listen(engine);
  proxy = new EngineProxy('DynamoDB Local', {
    endpoint: `http://127.0.0.1:${port}`,
    accessKeyId: 'k',
    region: REGION,
  });
  s3 = await S3Service.open(folder);
  s3.store.createBucket('data');
  gateway = await startGateway({
    services: new Map<string, GatewayService>([
      ['s3', s3],
      ['dynamodb', proxy],
    ]),
    signing: { region: REGION },
  });
  await listen(stranger);
});
afterAll(async () => {
  await gateway.stop();
  proxy.stop();
  for (const server of [engine, stranger]) await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

const host = (): string => new URL(gateway.endpoint).host;
const strangerUrl = (): string => `http://127.0.0.1:${(stranger.address() as AddressInfo).port}/steal`;

interface Wrong {
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly choices?: Partial<SigningChoices>;
  readonly target?: string;
  readonly body?: string;
}

/** A call that is right but for what is given. */
function build(service: 's3' | 'dynamodb', { headers = {}, choices = {}, target, body }: Wrong = {}) {
  const sent = body ?? (service === 's3' ? 'bytes' : '{}');
  const own: Record<string, string | undefined> = {
    host: host(),
    'x-amz-date': amzDate(Date.now()),
    'content-length': String(Buffer.byteLength(sent)),
    ...(service === 's3'
      ? { 'x-amz-content-sha256': sha256Of(sent) }
      : { 'x-amz-target': 'DynamoDB_20120810.ListTables' }),
    ...headers,
  };
  const given = Object.entries(own).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const request: RawRequest = {
    method: service === 's3' ? 'PUT' : 'POST',
    target: target ?? (service === 's3' ? '/data/key' : '/'),
    headers: Object.fromEntries(given),
    body: sent,
  };
  const credentials = gateway.registerCaller('tester');
  return signByHand(request, {
    credentials,
    service,
    region: REGION,
    payloadHash: own['x-amz-content-sha256'] ?? sha256Of(sent),
    ...choices,
  });
}

const send = (service: 's3' | 'dynamodb', wrong?: Wrong): Promise<string> =>
  sendRaw(gateway.endpoint, build(service, wrong));

const MINUTE_MS = 60_000;

describe.each(['s3', 'dynamodb'] as const)('a call of %s', (service) => {
  it('that is signed rightly by hand is taken', async () => {
    expect(statusOf(await send(service))).toBe(200);
  });

  it.each<[string, () => Wrong, RegExp]>([
    ['without a date', () => ({ headers: { 'x-amz-date': undefined } }), /needs x-amz-date/],
    [
      'signed 16 minutes ago',
      () => ({ headers: { 'x-amz-date': amzDate(Date.now() - 16 * MINUTE_MS) } }),
      /more than 15 minutes/,
    ],
    [
      'signed for in 16 minutes',
      () => ({ headers: { 'x-amz-date': amzDate(Date.now() + 16 * MINUTE_MS) } }),
      /more than 15 minutes/,
    ],
    [
      'whose scope has another day than its date',
      () => ({ choices: { date: amzDate(Date.now() - 24 * 60 * MINUTE_MS) } }),
      /Credential scope does not match/,
    ],
    ['for another region', () => ({ choices: { region: 'us-east-1' } }), /valid region: got us-east-1/],
    [
      'whose host is not signed',
      () => ({ choices: { signedHeaders: ['x-amz-date', 'x-amz-content-sha256', 'x-amz-target'] } }),
      /not signed: .*host/,
    ],
    [
      'with a header that is not signed',
      () => ({
        headers: { 'x-amz-added': 'later' },
        choices: { signedHeaders: ['host', 'x-amz-date'] },
      }),
      /not signed: .*x-amz-added/,
    ],
    [
      'with the hash of another body',
      () => ({ choices: { payloadHash: sha256Of('other') } }),
      /does not match the signature/,
    ],
  ])('%s is denied', async (_, wrong, message) => {
    const given = wrong();
    const names = given.choices?.signedHeaders?.filter(
      (name) => (service === 's3') === (name === 'x-amz-content-sha256') || !/sha256|target/.test(name),
    );
    const choices = { ...given.choices, ...(names === undefined ? {} : { signedHeaders: names }) };
    const answer = await send(service, { ...given, choices });
    expect(statusOf(answer)).toBe(403);
    expect(answer).toMatch(message);
  });

  it('with a target of another host is 400 and goes nowhere', async () => {
    for (const target of [strangerUrl(), strangerUrl().replace('http:', ''), '//other/', '*']) {
      expect(statusOf(await send(service, { target }))).toBe(400);
    }
    expect(seenElsewhere).toEqual([]);
  });
});

describe('the body of an S3 call', () => {
  it('must have its hash in a header', async () => {
    const answer = await send('s3', {
      headers: { 'x-amz-content-sha256': undefined },
      choices: { payloadHash: sha256Of('bytes') },
    });
    expect(statusOf(answer)).toBe(400);
    expect(answer).toContain('Missing required header for this request: x-amz-content-sha256');
  });

  it('that is not what its hash says is refused, and not kept', async () => {
    const request = build('s3', { target: '/data/changed' });
    const answer = await sendRaw(gateway.endpoint, { ...request, body: 'BYTES' });
    expect(answer).toContain('XAmzContentSHA256Mismatch');
    expect(s3.store.find('data', 'changed')).toBeUndefined();
  });

  /** Three chunks and the empty one, each signed over the one before it. */
  function buildChunked(target: string, tamper: (chunks: string[]) => void): RawRequest {
    const pieces = ['first ', 'second ', 'third', ''];
    const bytes = pieces.join('');
    const body = 'x'.repeat(
      pieces.reduce((sum, piece) => sum + piece.length.toString(16).length + 85 + piece.length + 4, 0),
    );
    const hash = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD';
    const request = build('s3', {
      target,
      body,
      headers: { 'x-amz-content-sha256': hash, 'x-amz-decoded-content-length': String(bytes.length) },
      choices: { payloadHash: hash },
    });
    const date = request.headers['x-amz-date'] as string;
    const scope = `${date.slice(0, 8)}/${REGION}/s3/aws4_request`;
    let previous = request.signature;
    const chunks = pieces.map((piece) => {
      const toSign = ['AWS4-HMAC-SHA256-PAYLOAD', date, scope, previous, sha256Of(''), sha256Of(piece)];
      previous = createHmac('sha256', request.key).update(toSign.join('\n')).digest('hex');
      return `${piece.length.toString(16)};chunk-signature=${previous}\r\n${piece}\r\n`;
    });
    tamper(chunks);
    return { ...request, body: chunks.join('') };
  }

  it('in signed chunks is taken whole', async () => {
    const answer = await sendRaw(
      gateway.endpoint,
      buildChunked('/data/chunked', () => undefined),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200/);
    expect(s3.store.find('data', 'chunked')?.sizeBytes).toBe('first second third'.length);
  });

  it.each<[string, (chunks: string[]) => void]>([
    [
      'a byte changed in one',
      (chunks) => void chunks.splice(1, 1, (chunks[1] as string).replace('second', 'sEcond')),
    ],
    ['two of them swapped', (chunks) => chunks.splice(0, 2, chunks[1] as string, chunks[0] as string)],
    ['the signature of one missing', (chunks) => void chunks.splice(0, 1, '6\r\nfirst \r\n')],
  ])('with %s is denied, and not kept', async (_, tamper) => {
    const answer = await sendRaw(gateway.endpoint, buildChunked('/data/tampered', tamper));
    expect(answer).toContain('SignatureDoesNotMatch');
    expect(s3.store.find('data', 'tampered')).toBeUndefined();
  });
});

it('a JSON body that is announced as too long is refused before it is sent', async () => {
  const request = build('dynamodb', { headers: { 'content-length': String(25 * 1024 * 1024) } });
  const answer = await sendRaw(gateway.endpoint, { ...request, body: '' });
  expect(statusOf(answer)).toBe(413);
});

it('a clock that jumps can be given more than 15 minutes', async () => {
  const patient = await startGateway({
    services: new Map([['s3', s3]]),
    signing: { region: REGION, maxClockSkewMs: 60 * MINUTE_MS },
  });
  try {
    const request = build('s3', {
      headers: {
        host: new URL(patient.endpoint).host,
        'x-amz-date': amzDate(Date.now() - 50 * MINUTE_MS),
      },
      choices: { credentials: patient.registerCaller('tester') },
    });
    expect(statusOf(await sendRaw(patient.endpoint, request))).toBe(200);
  } finally {
    await patient.stop();
  }
});
