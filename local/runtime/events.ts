/** What happens while the deployment runs here; shown to a person by `report.ts`, watched by `--once`. */

import type { TaskEvent } from './ports/replication-task';
import type { StreamMappingEvent } from './ports/stream-mapping';

export type RuntimeEvent =
  | {
      readonly type: 'part';
      readonly address: string;
      readonly state: 'started';
      readonly elapsedMs: number;
    }
  /** The one line in which a function says what it did. */
  | {
      readonly type: 'outcome';
      readonly functionName: string;
      readonly outcome: string;
      readonly fields: OutcomeFields;
    }
  /** A run ended well, with what it gave back. */
  | {
      readonly type: 'function-ended';
      readonly functionName: string;
      readonly payload: unknown;
      /** Of the handler itself. */
      readonly durationMs?: number;
    }
  | {
      readonly type: 'function-failed';
      readonly functionName: string;
      readonly message: string;
      readonly logFile: string;
      readonly durationMs?: number;
      /** What comes next. */
      readonly next: 'retry' | 'dead-letter' | 'nothing';
    }
  | { readonly type: 'task'; readonly identifier: string; readonly event: TaskEvent }
  | { readonly type: 'mapping'; readonly functionName: string; readonly event: StreamMappingEvent }
  /** A server ended that nothing stopped; nothing starts it again within this run. */
  | { readonly type: 'engine-ended'; readonly engine: string; readonly message: string }
  /** The state folder is nearly full, or the like: the run ends while it still can in order. */
  | { readonly type: 'exhausted'; readonly message: string }
  /** The policies of the stacks do not allow a call. */
  | { readonly type: 'denied'; readonly role: string; readonly message: string }
  /** Metrics or logs that an endpoint outside the account would not take; they are in the bucket. */
  | { readonly type: 'undelivered'; readonly stream: string; readonly message: string }
  /** Something was given up; the file holds the queue's messages. */
  | { readonly type: 'dead-letter'; readonly from: string; readonly file: string };

export type OutcomeFields = Readonly<Record<string, string | number | boolean | null>>;
