/** News for the open pages, as it happens: server-sent events, one connection each. */
import type { ServerResponse } from 'node:http';

/** More than a person has tabs of it. */
const MOST_CLIENTS = 8;
/** A tab that reads so slowly is let go; it connects again and gets the present state. */
const MOST_WAITING_BYTES = 4 * 1024 * 1024;

export class PageFeed {
  private readonly clients = new Set<ServerResponse>();

  get clientCount(): number {
    return this.clients.size;
  }

  /** @returns false when there are too many */
  add(
    response: ServerResponse,
    first: readonly { readonly name: string; readonly data: unknown }[],
  ): boolean {
    if (this.clients.size >= MOST_CLIENTS) return false;
    this.clients.add(response);
    response.once('close', () => this.clients.delete(response));
    for (const { name, data } of first) response.write(messageOf(name, data));
    return true;
  }

  send(name: string, data: unknown): void {
    if (this.clients.size === 0) return;
    const message = messageOf(name, data);
    for (const client of this.clients) {
      if (client.writableLength > MOST_WAITING_BYTES) client.destroy();
      else client.write(message);
    }
  }

  close(): void {
    for (const client of this.clients) client.end();
    this.clients.clear();
  }
}

/** JSON has no line break, so that it is one line. */
const messageOf = (name: string, data: unknown): string =>
  `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
