import {
  type ControlServer,
  callControlServer,
  startControlServer,
} from '../../../local/runtime/control-server';

describe('the control endpoint', () => {
  let server: ControlServer;
  const statements: string[] = [];
  beforeAll(async () => {
    server = await startControlServer({
      sql: async ({ sql }) => {
        statements.push(sql);
        if (sql === 'bad') throw new Error('syntax error');
        return { rowCount: 1 };
      },
      reconcile: async () => ({ tables: [] }),
      backfill: async () => ({}),
      forget: async () => ({}),
      redrive: async () => ({ staged: 0, left: [] }),
      resync: async () => [],
      status: async () => ({}),
      schedule: async () => '',
      task: async () => '',
      export: async () => ({}),
      createTable: async () => '',
    });
  });
  afterAll(() => server.stop());
  beforeEach(() => statements.splice(0));

  const post = (path: string, headers: Record<string, string>, body = '{"sql":"select 1"}') =>
    fetch(`${server.endpoint}${path}`, { method: 'POST', headers, body });
  const known = () => ({ controlEndpoint: server.endpoint, controlToken: server.token });

  it('answers who has the token', async () => {
    await expect(callControlServer(known(), 'sql', { sql: 'select 1' })).resolves.toEqual({ rowCount: 1 });
    await expect(callControlServer(known(), 'reconcile', {})).resolves.toEqual({ tables: [] });
  });

  it('answers 401 without a token and 403 for a wrong one, and does nothing', async () => {
    expect((await post('/sql', {})).status).toBe(401);
    expect((await post('/sql', { authorization: 'Bearer guessed' })).status).toBe(403);
    expect((await post('/sql', { authorization: `Bearer ${server.token}x` })).status).toBe(403);
    expect(statements).toEqual([]);
  });

  it('answers 404 for an operation that it does not have, and 413 for more than a statement', async () => {
    const authorization = `Bearer ${server.token}`;
    expect((await post('/drop', { authorization })).status).toBe(404);
    const long = JSON.stringify({ sql: 'x'.repeat(2 * 1024 * 1024) });
    expect((await post('/sql', { authorization }, long)).status).toBe(413);
    expect(statements).toEqual([]);
  });

  it('hands on what went wrong', async () => {
    await expect(callControlServer(known(), 'sql', { sql: 'bad' })).rejects.toThrow('syntax error');
  });
});
