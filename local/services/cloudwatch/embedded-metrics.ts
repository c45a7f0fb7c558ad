/** Metrics in a log line (Amazon CloudWatch user guide, "Specification: Embedded metric format"). */

export interface EmbeddedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly unit: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly values: readonly number[];
  readonly timestampMs: number;
}

interface Directive {
  readonly Namespace?: unknown;
  readonly Dimensions?: unknown;
  readonly Metrics?: unknown;
}

/** None for every other line. */
export function parseEmbeddedMetrics(line: string): EmbeddedMetric[] {
  if (!line.startsWith('{') || !line.includes('"_aws"')) return [];
  let parsed: Readonly<Record<string, unknown>>;
  try {
    parsed = JSON.parse(line);
  } catch {
    return [];
  }
  const aws = parsed._aws as
    | { readonly Timestamp?: unknown; readonly CloudWatchMetrics?: unknown }
    | undefined;
  const timestampMs = Number(aws?.Timestamp);
  const directives = Array.isArray(aws?.CloudWatchMetrics) ? (aws.CloudWatchMetrics as Directive[]) : [];
  return directives.flatMap(({ Namespace, Dimensions, Metrics }) => {
    const sets = Array.isArray(Dimensions) ? (Dimensions as string[][]) : [];
    const metrics = Array.isArray(Metrics) ? (Metrics as { Name: string; Unit?: string }[]) : [];
    return metrics.flatMap(({ Name: name, Unit: unit = 'None' }) =>
      sets.map((set) => ({
        namespace: String(Namespace),
        name,
        unit,
        dimensions: Object.fromEntries(set.map((dimension) => [dimension, String(parsed[dimension])])),
        values: [parsed[name]].flat().map(Number),
        timestampMs,
      })),
    );
  });
}
