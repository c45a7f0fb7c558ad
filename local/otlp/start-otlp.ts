/** `npm start -- --otlp URL`: the metrics and traces of the run, to a receiver of OpenTelemetry over HTTP. */
import { hostname } from 'node:os';
import { UsageError } from '../commands/usage-error';
import type { RuntimeEvent } from '../runtime/events';
import { buildMetricsMessage, buildTracesMessage } from './otlp-json';
import { OtlpSender } from './otlp-sender';
import { RunMetrics } from './run-metrics';
import { RunTraces } from './run-traces';

export interface OtlpExport {
  readonly see: (event: RuntimeEvent) => void;
  /** Sends what there is, for a second at most. */
  stop(): Promise<void>;
}

export interface OtlpExportOptions {
  readonly url: string;
  /** `OTEL_EXPORTER_OTLP_HEADERS`: `name=value,name=value`, as every exporter of OpenTelemetry reads it. */
  readonly headers: string | undefined;
  readonly print: (line: string) => void;
  readonly everyMs?: number;
}

const EVERY_MS = 5_000;
/** A person waits for the end of a run. */
const STOP_WITHIN_MS = 1_000;

/** @throws UsageError for a URL or headers that cannot be right */
export function startOtlpExport({ url, headers, print, everyMs = EVERY_MS }: OtlpExportOptions): OtlpExport {
  const startMs = Date.now();
  const sender = new OtlpSender({ url: parseOtlpUrl(url), headers: parseOtlpHeaders(headers), print });
  const metrics = new RunMetrics();
  const traces = new RunTraces();
  const resource = { 'service.name': 'cdc-to-redshift', 'host.name': hostname() };
  const flush = (): void => {
    const read = metrics.read(sender.dropped);
    sender.send('metrics', buildMetricsMessage(resource, read, { startMs, nowMs: Date.now() }));
    const spans = traces.take();
    if (spans.length > 0) sender.send('traces', buildTracesMessage(resource, spans));
  };
  const timer = setInterval(flush, everyMs).unref();
  return {
    see: (event) => {
      metrics.see(event);
      traces.see(event);
    },
    stop: async () => {
      clearInterval(timer);
      flush();
      await sender.stop({ withinMs: STOP_WITHIN_MS });
    },
  };
}

/** The base of `/v1/metrics` and `/v1/traces`; a path of its own may precede them. */
export function parseOtlpUrl(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const refuse = (problem: string): never => {
    throw new UsageError(
      `--otlp needs the base URL of a receiver of OTLP over HTTP, such as http://127.0.0.1:4318, got ${problem}`,
    );
  };
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) return refuse(JSON.stringify(given));
  if (url.username !== '' || url.password !== '')
    return refuse('one with a user or password; keys go into OTEL_EXPORTER_OTLP_HEADERS');
  if (url.search !== '' || url.hash !== '') return refuse('one with a query or a fragment');
  if (/\/v1\/(metrics|traces|logs)\/?$/.test(url.pathname))
    return refuse(`${JSON.stringify(given)}: leave out ${url.pathname.replace(/\/$/, '')}, which is added`);
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** Values are percent-encoded (OpenTelemetry specification, "Specifying headers via environment variables"). */
export function parseOtlpHeaders(given = ''): Record<string, string> {
  const pairs = given.split(',').filter((pair) => pair.trim() !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      const name = pair.slice(0, Math.max(at, 0)).trim();
      if (!/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name))
        // Without what was given: it may hold a key.
        throw new UsageError('OTEL_EXPORTER_OTLP_HEADERS must be name=value, several separated by commas');
      return [name.toLowerCase(), decoded(pair.slice(at + 1).trim())];
    }),
  );
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
