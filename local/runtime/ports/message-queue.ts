/** The port of a queue: where what was given up goes. */
import { Kind } from '../registry';

export interface QueueMessage {
  readonly messageId: string;
  readonly sentAt: string;
  readonly body: unknown;
}

export interface GivenUpQueue {
  /** Holds the messages, one per line. */
  readonly file: string;
  send(body: unknown): QueueMessage;
  /** All messages, oldest first. */
  read(): readonly QueueMessage[];
  count(): number;
  /** Deletes a message; one that is not there is no error. */
  remove(messageId: string): void;
}

/** By ARN. */
export const QUEUES = new Kind<GivenUpQueue>('queues');
