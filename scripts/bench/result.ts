/** What a benchmark reports: a capability's throughput beside a floor that was taken in the same run. */
export interface BenchResult {
  readonly name: string;
  /** What was measured: sizes, widths, settings. */
  readonly shape: string;
  readonly rows: number;
  readonly seconds: number;
  readonly rowsPerSecond: number;
  /** The least work that any implementation has to do, by name. */
  readonly floor: string;
  readonly floorRowsPerSecond: number;
  /** rowsPerSecond / floorRowsPerSecond */
  readonly ratio: number;
}
