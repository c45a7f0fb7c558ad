/** A receiver of OTLP over HTTP that takes only what the protocol allows, member by member; and can be slow, gone or unwilling. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';

const int64 = z.string().regex(/^-?\d+$/);
const nanos = z.string().regex(/^\d{19}$/);
const attribute = z.strictObject({
  key: z.string().min(1),
  value: z.union([
    z.strictObject({ stringValue: z.string() }),
    z.strictObject({ intValue: int64 }),
    z.strictObject({ doubleValue: z.number() }),
  ]),
});
const attributes = z.array(attribute).refine((all) => new Set(all.map(({ key }) => key)).size === all.length);
const resource = z.strictObject({ attributes });
const scope = z.strictObject({ name: z.string().min(1) });
const times = { attributes, startTimeUnixNano: nanos, timeUnixNano: nanos };
const dataPoints = z
  .array(
    z.union([z.strictObject({ ...times, asInt: int64 }), z.strictObject({ ...times, asDouble: z.number() })]),
  )
  .min(1);
const named = { name: z.string().regex(/^[a-z][a-z0-9_./-]{0,254}$/i), unit: z.string().max(63) };
const metric = z.union([
  z.strictObject({ ...named, gauge: z.strictObject({ dataPoints }) }),
  z.strictObject({
    ...named,
    sum: z.strictObject({ aggregationTemporality: z.literal(2), isMonotonic: z.literal(true), dataPoints }),
  }),
]);
const hex = (digits: number) => z.string().regex(new RegExp(`^(?!0+$)[0-9a-f]{${digits}}$`));
const span = z.strictObject({
  traceId: hex(32),
  spanId: hex(16),
  parentSpanId: hex(16).optional(),
  name: z.string().min(1),
  kind: z.literal(1),
  startTimeUnixNano: nanos,
  endTimeUnixNano: nanos,
  attributes,
  status: z.strictObject({ code: z.literal(2), message: z.string() }).optional(),
});
const MESSAGES = {
  '/v1/metrics': z.strictObject({
    resourceMetrics: z
      .array(
        z.strictObject({
          resource,
          scopeMetrics: z.array(z.strictObject({ scope, metrics: z.array(metric) })),
        }),
      )
      .length(1),
  }),
  '/v1/traces': z.strictObject({
    resourceSpans: z
      .array(
        z.strictObject({
          resource,
          scopeSpans: z.array(z.strictObject({ scope, spans: z.array(span).min(1) })),
        }),
      )
      .length(1),
  }),
};
export type OtlpMetric = z.output<typeof metric>;
export type ReceivedSpan = z.output<typeof span>;

export class OtlpReceiver {
  readonly problems: string[] = [];
  readonly metrics: OtlpMetric[][] = [];
  readonly spans: ReceivedSpan[] = [];
  readonly headers: IncomingMessage['headers'][] = [];
  /** What it answers; undefined: it never does. */
  answer: number | undefined = 200;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<OtlpReceiver> {
    const server = createServer();
    const receiver = new OtlpReceiver(server);
    server.on('request', (request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const { answer } = receiver;
        if (answer === undefined) return;
        if (answer === 200) receiver.take(request, Buffer.concat(parts).toString());
        response.writeHead(answer, { 'content-type': 'application/json' }).end('{}');
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((done) => this.server.close(() => done()));
  }

  private take({ method, url = '', headers }: IncomingMessage, body: string): void {
    this.headers.push(headers);
    const problem = (text: string) => this.problems.push(`${method} ${url}: ${text}`);
    if (method !== 'POST') problem('not a POST');
    if (headers['content-type'] !== 'application/json') problem(`content-type ${headers['content-type']}`);
    if (url === '/v1/metrics') {
      const parsed = MESSAGES[url].safeParse(JSON.parse(body));
      if (parsed.success)
        this.metrics.push(parsed.data.resourceMetrics[0]!.scopeMetrics.flatMap(({ metrics }) => metrics));
      else problem(z.prettifyError(parsed.error));
    } else if (url === '/v1/traces') {
      const parsed = MESSAGES[url].safeParse(JSON.parse(body));
      if (parsed.success)
        this.spans.push(...parsed.data.resourceSpans[0]!.scopeSpans.flatMap(({ spans }) => spans));
      else problem(z.prettifyError(parsed.error));
    } else problem('no such path');
  }
}
