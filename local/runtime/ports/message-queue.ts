/** The port of a queue: where what was given up goes. */
import { Kind } from '../registry';

export interface GivenUpQueue {
  /** Holds the messages, one per line. */
  readonly file: string;
  send(body: unknown): { readonly messageId: string };
}

/** By ARN. */
export const QUEUES = new Kind<GivenUpQueue>('queues');
