/** The port of an event source mapping: what the runtime sees of the delivery of a table's stream. */
import { Kind } from '../registry';

export type DiscardReason = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

export type StreamMappingEvent =
  | { readonly type: 'delivered'; readonly records: number }
  | {
      readonly type: 'function-failed';
      readonly records: number;
      readonly invokeCount: number;
      readonly message: string;
    }
  /** The stream does not continue where it was left; a backfill makes up for what may be missing. */
  | { readonly type: 'lost'; readonly reason: string }
  | { readonly type: 'discarded'; readonly records: number; readonly reason: DiscardReason }
  /** The mapping stopped by itself. */
  | { readonly type: 'failed'; readonly error: unknown };

export interface StreamMapping {
  /** Waits until all that was in the stream at this call is delivered; an open batch window is closed early. */
  drain(options: { readonly timeoutMs: number }): Promise<void>;
  /** Delivers the batch at hand to its end, then stops. A later start resumes after the last checkpoint. */
  stop(options?: { readonly drained?: boolean }): Promise<void>;
  /**
   * Records that were delivered before, in the form in which the function got them; undefined when the stream no longer
   * has all of them.
   */
  readAgain(range: RecordRange): Promise<readonly unknown[] | undefined>;
  /** Why changes may have been missed; undefined when none can have been. Known across runs, until it is repaired. */
  whyLost(): string | undefined;
  /** How many losses this run knows of, for `markRepaired`. */
  lossCount(): number;
  /** A backfill of the table is done, begun when so many losses were known; one that came since is not repaired by it. */
  markRepaired(lossCount: number): void;
  /** Why it stopped by itself, if it did. */
  failure(): unknown;
  isEnabled(): boolean;
  /** Delivers the batch at hand to its end, then no more until it is enabled; the stream keeps what comes for a day. */
  disable(): Promise<void>;
  /** Resumes after the last checkpoint. While it is enabled it does nothing. */
  enable(): Promise<void>;
  /** How far each shard that is read was delivered. */
  positions(): readonly ShardPosition[];
}

export interface ShardPosition {
  readonly shardId: string;
  /** Of the last record that is done with; absent before the first. */
  readonly sequenceNumber?: string;
}

/** Records of the stream by the sequence numbers that the function saw. */
export interface RecordRange {
  readonly first: string;
  readonly last: string;
}

/** By the stream and the function that it calls. */
export const STREAM_MAPPINGS = new Kind<StreamMapping>('stream mappings');
