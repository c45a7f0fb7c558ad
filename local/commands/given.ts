/** What a person typed, as scripts/command-line/parse.mjs checked and converted it by the description of the command. */

export interface Given<Flags extends object> {
  readonly words: readonly string[];
  readonly flags: Flags;
}

export interface DataDirFlag {
  readonly dataDir: string;
}

export interface JsonFlag {
  readonly json: boolean;
}

export interface StartFlags extends DataDirFlag, JsonFlag {
  readonly once: boolean;
  readonly fresh: boolean;
  readonly yes: boolean;
  /** Sources are changed by hand only. */
  readonly noIngest: boolean;
  /** Seconds. */
  readonly every?: number;
  readonly chaos: boolean;
  /** With an API in front of the sources; what was synthesized says so. */
  readonly api?: boolean;
  /** With the views for analysts, likewise. */
  readonly bi?: boolean;
  /** No live page is served. */
  readonly noPage: boolean;
  /** Where the metrics and traces of the run go: the base URL of a receiver of OTLP over HTTP. */
  readonly otlp?: string;
  /** A MySQL server of one's own, in the place of the demo's. */
  readonly mysql?: string;
  /** DynamoDB tables of one's own. */
  readonly dynamodb?: string;
  /** Which MySQL-protocol server; without it what the environment says. */
  readonly server?: 'mariadb' | 'mysql';
}
