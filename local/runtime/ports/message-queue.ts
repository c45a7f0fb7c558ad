/** The port of a queue: where what was given up goes. */
export interface GivenUpQueue {
  /** Holds the messages, one per line. */
  readonly file: string;
  send(body: unknown): unknown;
}
