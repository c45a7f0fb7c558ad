/** What a soak run is made of. */

export interface SoakOptions {
  readonly minutes: number;
  /** Faults and changes follow from it, as far as timing lets them. */
  readonly seed: number;
  /** Changes a second into each source. */
  readonly rate: number;
  /** How often the schedules fire. */
  readonly everySeconds: number;
  readonly dataDir: string;
  /** Gets `report.txt` and `chart.svg`. */
  readonly reportDir: string;
}
