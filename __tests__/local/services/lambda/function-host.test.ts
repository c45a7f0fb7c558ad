import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { waitUntil } from '../../../../local/runtime/wait-until';
import {
  type FunctionOptions,
  type LocalFunction,
  startFunction,
} from '../../../../local/services/lambda/function-host';
import { readTypescript } from '../../../../scripts/typescript.cjs';

const folder = mkdtempSync(join(tmpdir(), 'cdc-function-'));
const started: LocalFunction[] = [];
let count = 0;

afterAll(async () => {
  await Promise.all(started.map((one) => one.stop()));
  rmSync(folder, { recursive: true, force: true });
});

const bundle = (code: string): string => {
  count += 1;
  const zipFile = join(folder, `bundle-${count}.zip`);
  writeFileSync(zipFile, zipSync({ 'index.js': strToU8(code) }));
  return zipFile;
};

const optionsFor = (code: string, more: Partial<FunctionOptions> = {}): FunctionOptions => ({
  name: 'cdc-dev-test',
  zipFile: bundle(code),
  handler: 'index.handler',
  memoryMb: 128,
  timeoutSeconds: 20,
  environment: { TABLE: 'trades' },
  credentials: { accessKeyId: 'AKIA1', secretAccessKey: 'secret' },
  region: 'eu-west-1',
  folder: join(folder, `function-${count}`),
  ...more,
});

const start = async (code: string, more: Partial<FunctionOptions> = {}): Promise<LocalFunction> => {
  const one = await startFunction(optionsFor(code, more));
  started.push(one);
  return one;
};

it('runs the handler with its event and context, in a process that stays warm', async () => {
  const one = await start(`
    let calls = 0;
    exports.handler = async (event, context) => {
      calls += 1;
      return { event, calls, left: context.getRemainingTimeInMillis(), context };
    };`);
  const first = await one.invoke({ a: [1, null, 'ü'] });
  const second = await one.invoke('again');
  expect(first.payload).toMatchObject({
    event: { a: [1, null, 'ü'] },
    calls: 1,
    context: {
      functionName: 'cdc-dev-test',
      functionVersion: '$LATEST',
      memoryLimitInMB: '128',
      invokedFunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:cdc-dev-test',
      logGroupName: '/aws/lambda/cdc-dev-test',
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    },
  });
  expect(second.payload).toMatchObject({ event: 'again', calls: 2 });
  expect((second.payload as { left: number }).left).toBeGreaterThan(10_000);
  expect(second.durationMs).toBeGreaterThan(0);
});

it('gives null for a handler that returns nothing', async () => {
  const one = await start('exports.handler = async () => {};');
  expect(await one.invoke({})).toMatchObject({ payload: null });
});

it('reports what the handler throws, and continues with the same process', async () => {
  const one = await start(`
    let calls = 0;
    class TableError extends Error { constructor(m) { super(m); this.name = 'TableError'; } }
    exports.handler = async () => { calls += 1; if (calls === 1) throw new TableError('no table'); return calls; };`);
  expect((await one.invoke({})).error).toMatchObject({
    errorType: 'TableError',
    errorMessage: 'no table',
    trace: expect.arrayContaining(['TableError: no table']),
  });
  expect((await one.invoke({})).payload).toBe(2);
});

it('kills a handler that overruns its time, even one that never yields, and starts afresh', async () => {
  const one = await start(
    'let calls = 0; exports.handler = async (event) => { calls += 1; while (event.spin) {} return calls; };',
    { timeoutSeconds: 1 },
  );
  const overrun = await one.invoke({ spin: true });
  expect(overrun).toMatchObject({
    timedOut: true,
    error: { errorMessage: expect.stringMatching(/Task timed out after 1\.00 seconds$/) },
  });
  expect(overrun.durationMs).toBeLessThan(5_000);
  expect(await one.invoke({ spin: false })).toMatchObject({ payload: 1 });
});

it('reports a crash as Lambda does, and starts afresh', async () => {
  const one = await start(`
    let calls = 0;
    exports.handler = async (how) => {
      calls += 1;
      if (how === 'exit') process.exit(3);
      if (how === 'kill') process.kill(process.pid, 'SIGKILL');
      if (how === 'reject') { Promise.reject(new Error('nobody listens')); await new Promise((r) => setTimeout(r, 5000)); }
      if (how === 'throw') { setImmediate(() => { throw new TypeError('later'); }); await new Promise((r) => setTimeout(r, 5000)); }
      return calls;
    };`);
  const errorOf = async (how: string) => (await one.invoke(how)).error;
  expect(await errorOf('exit')).toMatchObject({
    errorType: 'Runtime.ExitError',
    errorMessage: expect.stringMatching(/Runtime exited with error: exit status 3$/),
  });
  expect((await errorOf('kill'))?.errorMessage).toMatch(/signal: SIGKILL$/);
  expect(await errorOf('reject')).toMatchObject({
    errorType: 'Runtime.UnhandledPromiseRejection',
    errorMessage: 'nobody listens',
  });
  expect(await errorOf('throw')).toMatchObject({ errorType: 'TypeError', errorMessage: 'later' });
  expect(await one.invoke('well')).toMatchObject({ payload: 1 });
});

it('reports a bundle that cannot start, at each invocation', async () => {
  const errorOf = async (code: string, handler?: string) => {
    const one = await start(code, handler === undefined ? {} : { handler });
    await one.invoke({});
    return (await one.invoke({})).error;
  };
  expect(await errorOf('exports.other = 1;')).toMatchObject({ errorType: 'Runtime.HandlerNotFound' });
  expect(await errorOf('exports.handler = 1;', 'main.handler')).toMatchObject({
    errorType: 'Runtime.ImportModuleError',
  });
  expect(await errorOf('exports.handler = (;')).toMatchObject({ errorType: 'Runtime.UserCodeSyntaxError' });
  // The project has it in node_modules; Lambda would not.
  expect(await errorOf("require('mysql2');")).toMatchObject({
    errorType: 'Runtime.ImportModuleError',
    errorMessage: expect.stringContaining('mysql2'),
  });
});

it('ends a handler that takes more memory than it has', async () => {
  const one = await start(
    'exports.handler = async () => { const all = []; for (;;) all.push(new Array(1000).fill(all.length)); };',
    { memoryMb: 128 },
  );
  expect((await one.invoke({})).error).toMatchObject({ errorType: 'Runtime.OutOfMemory' });
});

it('gives each line of the log before the result, and keeps all in a file', async () => {
  const lines: string[] = [];
  const one = await start(
    `exports.handler = async (n) => {
       for (let i = 0; i < n; i += 1) console.log(JSON.stringify({ i, text: 'a\\u2028b' }));
       console.error('warning'); process.stdout.write('no end');
       return 'done';
     };`,
    { onLogLine: (line) => lines.push(line) },
  );
  expect((await one.invoke(500)).payload).toBe('done');
  expect(lines).toHaveLength(502);
  expect(lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line).i)).toEqual(
    Array.from({ length: 500 }, (_, index) => index),
  );
  expect(lines).toEqual(expect.arrayContaining(['warning', 'no end']));
  const log = readFileSync(join(folder, `function-${count}`, 'function.log'), 'utf8');
  expect(log).toMatch(/^START RequestId: /);
  expect(log).toMatch(
    /REPORT RequestId: \S+ Duration: [\d.]+ ms Memory Size: 128 MB Max Memory Used: \d+ MB\n$/,
  );
});

it("sees its stack's environment and Lambda's, nothing of the user's", async () => {
  process.env.CDC_TEST_PRIVATE = 'private';
  const one = await start('exports.handler = async () => process.env;', {
    environment: { TABLE: 'trades', NODE_EXTRA_CA_CERTS: '/var/runtime/ca-cert.pem' },
    endpointVariables: { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
    caFile: '/laptop/ca.pem',
  });
  const seen = (await one.invoke({})).payload as Record<string, string>;
  delete process.env.CDC_TEST_PRIVATE;
  expect(seen).toMatchObject({
    TABLE: 'trades',
    NODE_EXTRA_CA_CERTS: '/laptop/ca.pem',
    AWS_REGION: 'eu-west-1',
    AWS_LAMBDA_FUNCTION_NAME: 'cdc-dev-test',
    AWS_ACCESS_KEY_ID: 'AKIA1',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    TZ: 'UTC',
  });
  expect(Object.keys(seen).filter((name) => /^(HOME|USER|npm_|JEST|CDC_)/.test(name))).toEqual([]);
});

it("honours the stack's NODE_OPTIONS: a trace names the source", async () => {
  const map = { version: 3, sources: ['handlers/real-source.ts'], names: [], mappings: 'AAAA' };
  const code = `exports.handler=async()=>{throw new Error('x')};\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString('base64')}`;
  const one = await start(code, { environment: { NODE_OPTIONS: '--enable-source-maps' } });
  expect((await one.invoke({})).error?.trace?.join('\n')).toContain('real-source.ts');
});

it('refuses an environment that Lambda refuses', async () => {
  await expect(start('', { environment: { AWS_REGION: 'us-east-1' } })).rejects.toThrow(
    /Lambda reserves them: AWS_REGION/,
  );
});

it('runs as many at once as it may, the others in turn', async () => {
  const code = `exports.handler = async () => {
    const from = Date.now(); await new Promise((r) => setTimeout(r, 100)); return { from, to: Date.now() };
  };`;
  const spans = async (reservedConcurrency?: number) => {
    const one = await start(code, reservedConcurrency === undefined ? {} : { reservedConcurrency });
    const results = await Promise.all([1, 2, 3].map((index) => one.invoke(index)));
    return results
      .map(({ payload }) => payload as { from: number; to: number })
      .sort((a, b) => a.from - b.from);
  };
  const [first, second, third] = await spans();
  expect(second?.from).toBeGreaterThanOrEqual(first?.to ?? 0);
  expect(third?.from).toBeGreaterThanOrEqual(second?.to ?? 0);
  expect(await spans(3)).toHaveLength(3);
});

it('can be aborted and stopped while it runs', async () => {
  const one = await start('exports.handler = () => new Promise(() => setInterval(() => {}, 1000));');
  const abort = new AbortController();
  const aborted = one.invoke({}, { signal: abort.signal });
  abort.abort();
  expect((await aborted).error?.errorMessage).toContain('aborted');
  const running = one.invoke({});
  const queued = one.invoke({});
  await one.stop();
  expect((await running).error?.errorMessage).toContain('stopped');
  expect((await queued).error?.errorType).toBe('Runtime.Stopped');
  expect((await one.invoke({})).error?.errorType).toBe('Runtime.Stopped');
});

it('ends by itself when its parent is killed', async () => {
  const pidFile = join(folder, 'pid');
  const options = optionsFor(
    `exports.handler = () => { require('node:fs').writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); return new Promise(() => {}); };`,
  );
  const parent: ChildProcess = spawn(
    process.execPath,
    [
      ...[...readTypescript, '--eval'],
      `require('./local/services/lambda/function-host').startFunction(${JSON.stringify(options)}).then((f) => f.invoke({}));`,
    ],
    { stdio: 'ignore' },
  );
  const pid = await waitUntil(() => existsSync(pidFile) && Number(readFileSync(pidFile, 'utf8')), {
    what: 'the function to run',
    timeoutMs: 20_000,
  });
  expect(isAlive(pid)).toBe(true);
  parent.kill('SIGKILL');
  await waitUntil(() => !isAlive(pid), { what: `the function (process ${pid}) to end`, timeoutMs: 10_000 });
});

/** A process that ended, but that nobody has waited for yet, is not alive. */
function isAlive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-p', String(pid), '-o', 'stat='], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z');
}
