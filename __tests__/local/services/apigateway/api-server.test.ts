import { connect } from 'node:net';
import type { CallableFunction } from '../../../../local/runtime/ports/callable-function';
import { ApiServer } from '../../../../local/services/apigateway/api-server';
import { parseRestApi } from '../../../../local/services/apigateway/rest-api';
import { buildGatewayDocument } from '../../../../stacks/api/gateway-document';
import { buildNames } from '../../../../stacks/names';
import { parseSettings } from '../../../../stacks/settings';
import { type Arguments, context } from '../../../stacks/synthesized';
import { amzDate, sendRaw, sha256Of, signByHand, statusOf } from '../../protocol/raw-request';

const REGION = 'us-east-1';
const KEY = 'laptopkey0';
const settings = parseSettings(context(), 'everything');

interface Started {
  readonly auth?: 'iam' | 'api-key';
  readonly limits?: { readonly rate: number; readonly burst: number };
  readonly timeoutMs?: number;
  readonly invoke?: (event: unknown) => Promise<unknown>;
}

const servers: ApiServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

/** The document of the stacks, whose functions answer what the test says; and each event that they got. */
async function start({ auth = 'api-key', limits, timeoutMs, invoke = answered }: Started = {}) {
  const api = { ...settings.api!, auth: auth === 'iam' ? { kind: auth } : settings.api!.auth };
  const document: Arguments = JSON.parse(
    buildGatewayDocument({ names: buildNames(settings), settings, api, without: [] }),
  );
  for (const operation of Object.values(document.paths).flatMap((path) => Object.values(path as Arguments)))
    if (timeoutMs !== undefined) operation['x-amazon-apigateway-integration'].timeoutInMillis = timeoutMs;
  const rest = parseRestApi('cdc-everything-api', JSON.stringify(document));
  rest.keys.add(KEY);
  rest.limits = limits;
  const events: Arguments[] = [];
  const called = {
    invoke: (event: Arguments) => {
      events.push(event);
      return invoke(event);
    },
  } as unknown as CallableFunction;
  const server = new ApiServer({ api: rest, stage: 'v1', region: REGION, functionOf: () => called });
  await server.start();
  servers.push(server);
  return { server, events };
}

const answered = async (): Promise<unknown> => ({
  statusCode: 201,
  headers: { 'content-type': 'application/json' },
  body: '{"rows":1}',
});

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const WITH_KEYS = { 'x-api-key': KEY, 'idempotency-key': 'k1', 'content-type': 'application/json' };

async function send(server: ApiServer, path: string, { method = 'POST', headers, body }: Sent = {}) {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: headers ?? WITH_KEYS,
    ...(body === undefined ? {} : { body }),
  });
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    error: response.headers.get('x-amzn-errortype'),
    body: await response.text(),
  };
}

/** What the gateway answers itself, in the form that the document gives it. */
const refusal = (status: number, code: string, error: string, detail: string) => ({
  status,
  type: 'application/problem+json',
  error,
  body: JSON.stringify({ type: 'about:blank', title: code, status, detail, code }),
});
const MISSING_TOKEN = refusal(
  403,
  'MISSING_AUTHENTICATION_TOKEN',
  'MissingAuthenticationTokenException',
  'Missing Authentication Token',
);

describe('the API on the laptop', () => {
  it('gives a request to its function as API Gateway does, and passes the answer on', async () => {
    const { server, events } = await start();
    const path = '/ingest/t%20%C3%A4?from=1&to=';
    const answer = await send(server, path, { body: '{"text":"ü\\u0000"}' });
    expect(answer).toEqual({ status: 201, type: 'application/json', error: null, body: '{"rows":1}' });
    expect(events).toMatchObject([
      {
        resource: '/ingest/{name}',
        path: '/ingest/t%20%C3%A4',
        httpMethod: 'POST',
        headers: { 'idempotency-key': 'k1' },
        pathParameters: { name: 't ä' },
        queryStringParameters: { from: '1', to: '' },
        requestContext: { stage: 'v1', identity: { sourceIp: '127.0.0.1' } },
        body: '{"text":"ü\\u0000"}',
        isBase64Encoded: false,
      },
    ]);
  });

  it('gives what is no JSON to the function, which says what is wrong with it', async () => {
    const { server, events } = await start();
    expect(await send(server, '/txns', { body: '{"a":' })).toMatchObject({ status: 201 });
    expect(events).toMatchObject([{ body: '{"a":' }]);
  });

  it.each([
    ['POST', '/nothing'],
    ['DELETE', '/txns'],
    ['OPTIONS', '/txns'],
    ['GET', '/txns/'],
    ['POST', '/ingest/'],
    ['POST', '/ingest/a/b'],
    ['POST', '/ingest/%E0%A4%A'],
  ])('has no operation %s %s, and says so as API Gateway does', async (method, path) => {
    const { server, events } = await start();
    expect(await send(server, path, { method })).toEqual(MISSING_TOKEN);
    expect(events).toEqual([]);
  });

  it('is behind its stage only', async () => {
    const { server } = await start();
    const response = await fetch(new URL('/txns', server.url), { method: 'POST', headers: WITH_KEYS });
    expect(response.status).toBe(403);
  });

  it.each([
    [{ 'idempotency-key': 'k1' }],
    [{ 'idempotency-key': 'k1', 'x-api-key': '' }],
    [{ 'idempotency-key': 'k1', 'x-api-key': 'another' }],
  ])('lets nobody in with %j', async (headers) => {
    const { server, events } = await start();
    expect(await send(server, '/txns', { headers, body: '{}' })).toEqual(
      refusal(403, 'INVALID_API_KEY', 'ForbiddenException', 'Forbidden'),
    );
    expect(events).toEqual([]);
  });

  it('names the header that is missing', async () => {
    const { server, events } = await start();
    expect(await send(server, '/txns', { headers: { 'x-api-key': KEY }, body: '{}' })).toEqual(
      refusal(
        400,
        'BAD_REQUEST_PARAMETERS',
        'BadRequestException',
        'Missing required request parameters: [Idempotency-Key]',
      ),
    );
    expect(events).toEqual([]);
  });

  it('takes as many requests at once as its burst, also of those that are then refused', async () => {
    const { server, events } = await start({ limits: { rate: 0.000_001, burst: 2 } });
    const throttled = refusal(429, 'THROTTLED', 'TooManyRequestsException', 'Too Many Requests');
    expect(await send(server, '/tables', { method: 'GET' })).toMatchObject({ status: 201 });
    expect(await send(server, '/txns', { headers: { 'x-api-key': KEY } })).toMatchObject({ status: 400 });
    expect(await send(server, '/tables', { method: 'GET' })).toEqual(throttled);
    expect(await send(server, '/tables', { method: 'GET', headers: {} })).toMatchObject({ status: 403 });
    expect(events).toHaveLength(1);
    expect(server.hits()).toMatchObject({ requests: 4, refused: 3, failed: 0 });
  });

  it.each([
    ['an event of more than 6 MB', 6 * 1024 * 1024],
    ['a body of more than 10 MB', 11 * 1024 * 1024],
  ])('refuses %s', async (_, byteCount) => {
    const { server, events } = await start();
    const tooLarge = refusal(413, 'REQUEST_TOO_LARGE', 'RequestTooLargeException', 'Request Too Long');
    expect(await send(server, '/txns', { body: 'x'.repeat(byteCount) })).toEqual(tooLarge);
    expect(events).toEqual([]);
    expect(await send(server, '/txns', { body: '{}' })).toMatchObject({ status: 201 });
  });

  it('outlives a caller who hangs up within a body, and counts no answer', async () => {
    const { server, events } = await start();
    const { hostname, port, host } = new URL(server.url);
    const head = `POST /v1/txns HTTP/1.1\r\nhost: ${host}\r\nx-api-key: ${KEY}\r\nidempotency-key: k1\r\ncontent-length: 9\r\n\r\n`;
    await new Promise((resolve) => {
      const socket = connect(Number(port), hostname, () =>
        socket.write(`${head}{"a"`, () => socket.destroy()),
      );
      socket.once('close', resolve);
    });
    expect(await send(server, '/txns', { body: '{}' })).toMatchObject({ status: 201 });
    expect(events).toHaveLength(1);
    expect(server.hits()).toMatchObject({ requests: 1, failed: 0 });
  });

  it('waits no longer than the document says', async () => {
    let finish: (value: unknown) => void = () => undefined;
    const { server } = await start({
      timeoutMs: 20,
      invoke: () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    });
    expect(await send(server, '/txns', { body: '{}' })).toEqual(
      refusal(504, 'INTEGRATION_TIMEOUT', 'InternalServerErrorException', 'Endpoint request timed out'),
    );
    finish(undefined);
    expect(server.hits()).toMatchObject({ failed: 1 });
  });

  it.each([
    ['fails', () => Promise.reject(new Error('a value'))],
    ['answers what is no answer', async () => ({ statusCode: '200' })],
    ['answers nothing', async () => null],
  ])('says nothing of the inside when its function %s', async (_, invoke) => {
    const { server } = await start({ invoke });
    expect(await send(server, '/txns', { body: '{}' })).toEqual({
      status: 502,
      type: 'application/problem+json',
      error: 'InternalServerErrorException',
      body: '{"type":"about:blank","title":"DEFAULT_5XX","detail":"Internal server error","code":"DEFAULT_5XX"}',
    });
  });
});

describe('an API for callers of IAM', () => {
  /** As a caller signs it who has the credentials that are printed. */
  function signed({
    server,
    body = '{}',
    sent = body,
    region = REGION,
    service = 'execute-api',
    age = 0,
  }: Signed) {
    const [, accessKeyId = '', secretAccessKey = ''] = /--user (\w+):(\S+)/.exec(server.admission)!;
    const { host, pathname } = new URL(server.url);
    const date = amzDate(Date.now() - age);
    const request = {
      method: 'POST',
      target: `${pathname}/trades`,
      headers: { host, 'x-amz-date': date },
    };
    const { headers } = signByHand(request, {
      credentials: { accessKeyId, secretAccessKey },
      service,
      region,
      payloadHash: sha256Of(body),
    });
    const length = String(Buffer.byteLength(sent));
    const own = { ...headers, 'idempotency-key': 'k1', 'content-length': length };
    return sendRaw(server.url, { ...request, headers: own, body: sent });
  }
  interface Signed {
    readonly server: ApiServer;
    readonly body?: string;
    readonly sent?: string;
    readonly region?: string;
    readonly service?: string;
    readonly age?: number;
  }

  it('takes a request that its caller has signed, also as the laptop signs it itself', async () => {
    const { server, events } = await start({ auth: 'iam' });
    expect(statusOf(await signed({ server, body: '{"id":"ü"}' }))).toBe(201);
    const headers = { ...server.headersFor({ method: 'GET', path: '/tables', body: '' }) };
    expect(await send(server, '/tables', { method: 'GET', headers })).toMatchObject({ status: 201 });
    expect(events).toHaveLength(2);
  });

  it('takes none that is unsigned, changed, old, or signed for another place', async () => {
    const { server, events } = await start({ auth: 'iam' });
    expect(await send(server, '/trades', { body: '{}' })).toEqual(MISSING_TOKEN);
    const wrong = [{ sent: '{"more":1}' }, { region: 'eu-west-1' }, { service: 's3' }, { age: 16 * 60_000 }];
    for (const one of wrong) {
      const answer = await signed({ server, ...one });
      expect([one, statusOf(answer), answer.includes('"code":"INVALID_SIGNATURE"')]).toEqual([
        one,
        403,
        true,
      ]);
    }
    expect(events).toEqual([]);
  });
});

it('a document that asks for what the laptop does not know is refused by name', () => {
  const document = {
    paths: {
      '/x': {
        get: {
          security: [{ cognito: [] }],
          'x-amazon-apigateway-integration': {
            type: 'aws_proxy',
            uri: 'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:f/invocations',
          },
        },
      },
    },
    components: { securitySchemes: { cognito: { in: 'header', name: 'Authorization' } } },
  };
  expect(() => parseRestApi('x', JSON.stringify(document))).toThrow(
    'GET /x asks for cognito, where the laptop knows an API key or a signature of IAM',
  );
});
