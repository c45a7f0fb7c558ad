/** Dead letters on the laptop: each queue is a file of one JSON message a line, as a person would read it. */
import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { GivenUpQueue, QueueMessage } from '../../runtime/ports/message-queue';
import { writeFileAtomically } from '../../state/write-atomically';

export class MessageQueue implements GivenUpQueue {
  private constructor(readonly file: string) {}

  /** Opens a queue by its name, made at the first call. What a killed process left half written is cut off. */
  static open(folder: string, name: string): MessageQueue {
    if (!/^[A-Za-z0-9_-]{1,80}(\.fifo)?$/.test(name)) {
      throw new Error(`a queue's name is 1 to 80 letters, digits, - and _, got: ${JSON.stringify(name)}`);
    }
    mkdirSync(folder, { recursive: true });
    const queue = new MessageQueue(join(folder, `${name}.jsonl`));
    const text = queue.text();
    const wholeBytes = Buffer.byteLength(text.slice(0, text.lastIndexOf('\n') + 1));
    if (wholeBytes < Buffer.byteLength(text)) truncateSync(queue.file, wholeBytes);
    return queue;
  }

  send(body: unknown): QueueMessage {
    const message = { messageId: randomUUID(), sentAt: new Date().toISOString(), body };
    appendFileSync(this.file, `${JSON.stringify(message)}\n`, { mode: 0o600 });
    return message;
  }

  /** All messages, oldest first. */
  read(): QueueMessage[] {
    const lines = this.text().split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line) as QueueMessage);
  }

  remove(messageId: string): void {
    const left = this.read().filter((message) => message.messageId !== messageId);
    writeFileAtomically(this.file, left.map((message) => `${JSON.stringify(message)}\n`).join(''), {
      mode: 0o600,
    });
  }

  count(): number {
    return this.text().split('\n').length - 1;
  }

  private text(): string {
    try {
      return readFileSync(this.file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
      throw error;
    }
  }
}
