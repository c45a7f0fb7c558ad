/** npm, the process that it starts, and the program: whichever of them is ended, and how, nothing of them is left. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { waitUntil } from '../../local/runtime/wait-until';
import { processesOf, waitUntilGone } from '../support/process-table';

const runner = pathToFileURL(join(__dirname, '..', '..', 'scripts', 'run-under-npm.mjs')).href;

/** Stops in order when its channel closes, and says so; a signal to it alone is what Ctrl-C in a terminal is. */
const PROGRAM = `
const { writeFileSync } = require('node:fs');
const stop = () => { writeFileSync(process.argv[2] + '.stopped', ''); process.exit(0); };
process.once('disconnect', stop);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, stop);
writeFileSync(process.argv[2] + '.up', String(process.ppid));
setInterval(() => undefined, 1000);
`;

it('npm start leaves no shell between npm and the process that forwards signals', () => {
  const { scripts } = JSON.parse(readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  expect(scripts.start).toMatch(/^exec node /);
});

describe('a program that npm runs', () => {
  let folder: string;
  let npm: ChildProcess;
  const mark = (name: string): string => join(folder, `mark.${name}`);

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cdc-npm-'));
    writeFileSync(join(folder, 'program.cjs'), PROGRAM);
    writeFileSync(
      join(folder, 'start.mjs'),
      `import { runUnderNpm } from ${JSON.stringify(runner)};
       runUnderNpm([${JSON.stringify(join(folder, 'program.cjs'))}, ${JSON.stringify(join(folder, 'mark'))}], { cwd: '.' });`,
    );
    const script = `exec node ${JSON.stringify(join(folder, 'start.mjs'))}`;
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts: { start: script } }));
    npm = spawn('npm', ['start'], { cwd: folder, detached: true, stdio: 'ignore' });
    await waitUntil(() => existsSync(mark('up')), {
      what: 'the program to be up',
      timeoutMs: 30_000,
      lastState: () => processesOf(folder).join('\n'),
    });
  }, 40_000);
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const startedBy = (): number => Number(readFileSync(mark('up'), 'utf8'));

  describe.each<[string, () => number]>([
    ['npm', () => npm.pid as number],
    ['the process that npm starts', startedBy],
    ['the whole group, as a terminal does', () => -(npm.pid as number)],
  ])('when %s gets', (_whom, pid) => {
    it.each<NodeJS.Signals>(['SIGINT', 'SIGTERM', 'SIGHUP'])(
      '%s, it stops in order and nothing is left',
      async (signal) => {
        process.kill(pid(), signal);
        await waitUntilGone(folder, 20_000);
        expect(existsSync(mark('stopped'))).toBe(true);
      },
    );
  });

  it.each<[string, () => number]>([
    ['npm', () => npm.pid as number],
    ['the process that npm starts', startedBy],
  ])('when %s gets kill -9, it stops in order and nothing is left', async (_whom, pid) => {
    process.kill(pid(), 'SIGKILL');
    await waitUntilGone(folder, 20_000);
    expect(existsSync(mark('stopped'))).toBe(true);
  });
});
