/** The pipeline's side: its token, what can be asked of it, and its feed. */

const KEPT = 'token';

/** Out of the address at once, so that it is in no history and no screenshot; a reload of this tab still has it. */
function takeToken() {
  const given = location.hash.slice(1);
  if (/^[\w-]{20,}$/.test(given)) {
    sessionStorage.setItem(KEPT, given);
    history.replaceState(null, '', location.pathname);
  }
  return sessionStorage.getItem(KEPT) ?? '';
}

const headers = { authorization: `Bearer ${takeToken()}` };

/** @throws Error with the pipeline's message */
export async function ask(operation, request = {}) {
  const response = await fetch(`/api/${operation}`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  const { result, error } = await response.json();
  if (error !== undefined) throw new Error(error);
  return result;
}

const SHORTEST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5_000;

/**
 * Reads the feed and connects again whenever it ends. An EventSource could not send the token as a header.
 * @param {(name: string, data: unknown) => void} onMessage
 * @param {(state: 'connected' | 'lost' | 'refused', message?: string) => void} onState
 */
export async function follow(onMessage, onState) {
  let waitMs = SHORTEST_WAIT_MS;
  for (;;) {
    try {
      const response = await fetch('/api/feed', { headers });
      if (response.status === 401 || response.status === 403) {
        onState('refused', (await response.json()).error);
        return;
      }
      if (!response.ok) throw new Error(`status ${response.status}`);
      onState('connected');
      waitMs = SHORTEST_WAIT_MS;
      await readMessages(response.body, onMessage);
    } catch {
      // Said below: it is tried again whatever happened.
    }
    onState('lost');
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2);
  }
}

async function readMessages(body, onMessage) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    text += value;
    const messages = text.split('\n\n');
    text = messages.pop() ?? '';
    for (const message of messages) {
      const [, name = '', data = 'null'] = /^event: (\w+)\ndata: (.*)$/.exec(message) ?? [];
      onMessage(name, JSON.parse(data));
    }
  }
}
