/** The report of a soak: a text for a person, and a chart as SVG. */
import type { Sample } from './samples';

export interface SoakResult {
  readonly options: { readonly minutes: number; readonly seed: number; readonly rate: number };
  readonly seconds: number;
  readonly starts: number;
  readonly unexpectedEnds: readonly string[];
  readonly faults: ReadonlyMap<string, number>;
  readonly sources: readonly {
    readonly name: string;
    readonly acknowledged: number;
    readonly unanswered: number;
    readonly rows: number;
    /** Rows of the source that differ from what the writer got confirmed. */
    readonly wrongAtSource: readonly string[];
    readonly missing: readonly string[];
    readonly extra: readonly string[];
    readonly different: readonly string[];
    readonly doubled: string | undefined;
  }[];
  readonly samples: readonly Sample[];
}

const MEBIBYTE = 1024 * 1024;
/** A new process needs this long to reach its steady state. */
const WARM_UP_SECONDS = 120;

export function isWhole({ sources }: SoakResult): boolean {
  return sources.every(
    ({ wrongAtSource, missing, extra, different, doubled }) =>
      doubled === undefined && [wrongAtSource, missing, extra, different].every((list) => list.length === 0),
  );
}

export function buildSoakReport(result: SoakResult): string {
  const { options, seconds, starts, unexpectedEnds, faults, sources, samples } = result;
  return [
    `soak of ${(seconds / 60).toFixed(1)} minutes, seed ${options.seed}, ${options.rate} changes a second into each source`,
    '',
    ...sources.flatMap(describeSource),
    '',
    `faults: ${[...faults.values()].reduce((sum, count) => sum + count, 0)}; the pipeline was started ${starts} times`,
    ...[...faults].map(([name, count]) => `  ${String(count).padStart(4)}  ${name}`),
    `it ended by itself ${unexpectedEnds.length} times${unexpectedEnds.length > 0 ? `: ${unexpectedEnds.join(', ')}` : ''}`,
    '',
    ...describeMemory(samples),
    '',
    describeLag(
      'MySQL',
      samples.map(({ mysqlLagSeconds }) => mysqlLagSeconds),
    ),
    describeLag(
      'DynamoDB',
      samples.map(({ dynamodbLagSeconds }) => dynamodbLagSeconds),
    ),
    describeRange(
      'open handles of the runtime',
      samples.map(({ handles }) => handles),
    ),
    describeRange(
      'processes',
      samples.map(({ processes }) => processes),
    ),
    describeRange(
      'files of state',
      samples.map(({ stateFiles }) => stateFiles),
    ),
    describeRange(
      'MB of state',
      samples.map(({ stateBytes }) => Math.round(stateBytes / MEBIBYTE)),
    ),
    describeRange(
      'MB of logs',
      samples.map(({ logBytes }) => Math.round(logBytes / MEBIBYTE)),
    ),
    '',
    isWhole(result) ? '0 lost, 0 doubled' : 'NOT EQUAL: see above',
    '',
  ].join('\n');
}

function describeSource(source: SoakResult['sources'][number]): string[] {
  const { name, acknowledged, unanswered, rows, wrongAtSource, missing, extra, different, doubled } = source;
  const counts = `missing ${missing.length}, extra ${extra.length}, different ${different.length}`;
  const examples = [...wrongAtSource, ...missing, ...extra, ...different].slice(0, 10);
  return [
    `${name}: ${acknowledged} changes acknowledged, ${unanswered} unanswered; ${rows} rows at the end`,
    `  source against what the writer knows: ${wrongAtSource.length} wrong; warehouse against source: ${counts}${doubled === undefined ? '' : `; doubled: ${doubled}`}`,
    ...examples.map((example) => `    ${example}`),
  ];
}

/** By process: a restart begins at the bottom again, so only within one life is a rise a leak. */
function describeMemory(samples: readonly Sample[]): string[] {
  const starts = [...new Set(samples.map(({ start }) => start))];
  const lines = starts.flatMap((start) => {
    const life = samples.filter((sample) => sample.start === start);
    const begin = life[0]?.atSeconds ?? 0;
    const steady = life.filter(({ atSeconds }) => atSeconds - begin >= WARM_UP_SECONDS);
    if (steady.length < 12) return [];
    const third = Math.max(1, Math.floor(steady.length / 3));
    const [first, last] = [steady.slice(0, third), steady.slice(-third)].map((part) => median(part));
    const minutes = Math.round(((steady.at(-1)?.atSeconds ?? 0) - begin) / 60);
    return [
      `  process ${start}, ${minutes} minutes: first third ${first} MB, last third ${last} MB (medians)`,
    ];
  });
  const peak = Math.max(0, ...samples.map(({ runtimeBytes }) => runtimeBytes));
  return [`memory of the runtime: peak ${Math.round(peak / MEBIBYTE)} MB`, ...lines];
}

const median = (samples: readonly Sample[]): number =>
  Math.round(
    (sorted(samples.map(({ runtimeBytes }) => runtimeBytes))[Math.floor(samples.length / 2)] ?? 0) / MEBIBYTE,
  );

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

function describeLag(name: string, values: readonly (number | undefined)[]): string {
  const known = sorted(values.filter((value) => value !== undefined));
  const at = (share: number): string => (known[Math.floor((known.length - 1) * share)] ?? 0).toFixed(1);
  return `lag of ${name} in s: p50 ${at(0.5)}, p95 ${at(0.95)}, most ${at(1)} (${known.length} of ${values.length} samples)`;
}

const describeRange = (name: string, values: readonly number[]): string =>
  `${name}: ${values[0] ?? 0} at the start, ${Math.max(0, ...values)} at most, ${values.at(-1) ?? 0} at the end`;
