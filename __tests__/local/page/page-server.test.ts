import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PageFeed } from '../../../local/page/page-feed';
import { type PageServer, startPageServer } from '../../../local/page/page-server';

describe('the server of the live page', () => {
  let server: PageServer;
  let origin: string;
  const asked: unknown[] = [];
  beforeAll(async () => {
    server = await startPageServer({
      feed: new PageFeed(),
      operations: {
        act: async (request) => asked.push(request),
        sql: async () => {
          throw new Error('syntax error');
        },
      },
      firstMessages: () => [{ name: 'hello', data: { text: 'one\n\nevent: forged' } }],
    });
    origin = `http://${server.address.host}`;
  });
  afterAll(() => server.stop());

  const headers = () => ({ origin, authorization: `Bearer ${server.address.token}` });
  const post = (path: string, body: string) =>
    fetch(`${origin}${path}`, { method: 'POST', headers: headers(), body });

  it('sends its files with a policy that allows nothing from elsewhere and no markup from text', async () => {
    for (const path of ['/', '/page.js', '/page.css', '/uplot.js', '/uplot.css']) {
      const response = await fetch(`${origin}${path}`);
      const policy = response.headers.get('content-security-policy');
      expect([path, response.status]).toEqual([path, 200]);
      expect(policy).toMatch(/default-src 'none'.*require-trusted-types-for 'script'/);
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
    }
    for (const path of ['/../page-server.ts', '/%2e%2e/page-server.ts', '/package.json'])
      expect((await fetch(`${origin}${path}`)).status).toBe(404);
  });

  it('runs what it has, says what an operation says, and refuses what is no request', async () => {
    expect(await (await post('/api/act', '{"part":"task"}')).json()).toEqual({ result: 1 });
    expect(asked).toEqual([{ part: 'task' }]);
    expect(await (await post('/api/sql', '{}')).json()).toEqual({ error: 'syntax error' });
    expect((await post('/api/constructor', '{}')).status).toBe(404);
    expect((await post('/api/act', '[]')).status).toBe(400);
    expect((await post('/api/act', 'x'.repeat(1024 * 1024 + 1))).status).toBe(413);
    expect(asked).toHaveLength(1);
  });

  it('sends a message as one, whatever text is in it', async () => {
    const { body } = await fetch(`${origin}/api/feed`, { headers: headers() });
    const reader = body!.getReader();
    const { value } = await reader.read();
    expect(Buffer.from(value!).toString()).toBe('event: hello\ndata: {"text":"one\\n\\nevent: forged"}\n\n');
    await reader.cancel();
  });
});

/** WCAG 2: relative luminance, then the ratio. */
function contrast(one: string, other: string): number {
  const luminance = (colour: string): number => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
      const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

describe('the colours of the live page', () => {
  const css = readFileSync(join(__dirname, '../../../local/page/browser/page.css'), 'utf8');
  const palettes = [...css.matchAll(/:root \{([^}]*)\}/g)].map(
    ([, text = '']) =>
      new Map([...text.matchAll(/--([\w-]+): (#\w{6})/g)].map(([, name = '', value = '']) => [name, value])),
  );
  const texts = [
    ...['text', 'muted', 'failed', 'accent'].map((name) => [name, 'card']),
    ...['text', 'muted'].map((name) => [name, 'page']),
    ...['well', 'busy', 'failed'].map((name) => [name, `${name}-soft`]),
    ...['text', 'muted'].map((name) => [name, 'accent-soft']),
    ['on-accent', 'accent'],
  ];
  const shapes = ['control', 'mysql', 'dynamodb', 'third', 'well', 'busy'].map((name) => [name, 'card']);

  it.each([0, 1])('can be read, by light and in the dark (%p)', (at) => {
    const of = (name = ''): string => palettes[at]?.get(name) ?? '';
    const tooFaint = (pairs: string[][], least: number): string[] =>
      pairs
        .filter(([ink, ground]) => !(contrast(of(ink), of(ground)) >= least))
        .map(([ink, ground]) => `${ink} on ${ground}: ${contrast(of(ink), of(ground)).toFixed(2)}`);
    expect(palettes).toHaveLength(2);
    expect([...tooFaint(texts, 4.5), ...tooFaint(shapes, 3)]).toEqual([]);
  });
});
