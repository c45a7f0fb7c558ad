/** What a benchmark reports: a capability's throughput next to a baseline (floor) measured in the same run. */
export interface BenchResult {
  readonly name: string;
  /** What was measured: sizes, widths, settings. */
  readonly shape: string;
  /** What is counted, where it is not rows. */
  readonly unit?: string;
  readonly rows: number;
  readonly seconds: number;
  readonly rowsPerSecond: number;
  /** Processor time of this process, all threads, where that was measured: the same on a machine that others use too. */
  readonly cpuSeconds?: number;
  readonly floorCpuSeconds?: number;
  /** How long one of them took, where that was measured: half of them, and 99 of 100, at most so long. */
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  /** The minimum work that any implementation has to do, by name. */
  readonly floor: string;
  readonly floorRowsPerSecond: number;
  readonly floorP50Ms?: number;
  readonly floorP99Ms?: number;
  /** rowsPerSecond / floorRowsPerSecond */
  readonly ratio: number;
}

/** What was asked for on the command line, where a benchmark has a choice. */
export interface BenchOptions {
  readonly rows?: number;
  readonly shapes?: readonly string[];
}

export interface Measurement {
  readonly name: string;
  readonly shape: string;
  readonly rows: number;
  readonly floor: string;
  /** The capability; the floor. Each handles `rows` rows. */
  readonly run: () => Promise<void>;
  readonly runFloor: () => Promise<void>;
}

export interface Spent {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

export async function timeSpent(work: () => Promise<void>): Promise<Spent> {
  const startedAtMs = performance.now();
  const startedAt = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(startedAt);
  return { seconds: (performance.now() - startedAtMs) / 1000, cpuSeconds: (user + system) / 1_000_000 };
}

/** Times capability and floor three times, one after the other in turn, and reports the best of each. */
export async function measured(given: Measurement): Promise<BenchResult> {
  const { name, shape, rows, floor } = given;
  let seconds = Number.POSITIVE_INFINITY;
  let floorSeconds = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round += 1) {
    floorSeconds = Math.min(floorSeconds, await secondsOf(given.runFloor));
    seconds = Math.min(seconds, await secondsOf(given.run));
  }
  const rowsPerSecond = rows / seconds;
  const floorRowsPerSecond = rows / floorSeconds;
  const ratio = rowsPerSecond / floorRowsPerSecond;
  return { name, shape, rows, seconds, rowsPerSecond, floor, floorRowsPerSecond, ratio };
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const startedAtMs = performance.now();
  await work();
  return (performance.now() - startedAtMs) / 1000;
}
