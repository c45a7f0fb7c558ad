import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nearest } from '../../local/commands/nearest.cjs';
import { buildCompletion } from '../../scripts/command-line/completion.mjs';
import { describedAs, descriptions, EXIT_CODES } from '../../scripts/command-line/descriptions.mjs';
import { buildCommandsPage, buildHelp, buildOverview } from '../../scripts/command-line/help.mjs';
import { parseCommandLine } from '../../scripts/command-line/parse.mjs';
import { describeSwallowed } from '../../scripts/command-line/swallowed.mjs';
import { readTypescript } from '../../scripts/typescript.cjs';
import { readPages } from '../docs/pages';
import { typed } from '../support/typed';

const root = join(__dirname, '..', '..');
const names = descriptions.map(({ name }) => name);
const of = (name: string) => {
  const command = describedAs(name);
  if (command === undefined) throw new Error(`there is no command ${name}`);
  return command;
};
/** The words and flags of an example, as a shell would split them. */
const split = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');

describe('the description of all commands', () => {
  it('has every npm script, and no other', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const { start, cdc, ...others } = scripts;
    expect([start, cdc]).toEqual(['exec node scripts/cdc.mjs start', 'exec node scripts/cdc.mjs']);
    for (const [name, text] of Object.entries(others)) expect(text).toBe(`node scripts/cdc.mjs ${name}`);
    const shown = descriptions.filter(({ isHidden = false }) => !isHidden).map(({ name }) => name);
    expect(shown.sort()).toEqual([...Object.keys(others), 'start'].sort());
  });

  it.each(names)('gives %s examples that it takes itself, exit codes, and help', (name) => {
    const command = of(name);
    for (const { line } of command.examples) {
      const [words, given] = line.split(' -- ');
      // What npm start runs is typed by nobody.
      expect(words).toBe(command.isHidden === true ? 'npm start' : command.typed);
      expect(parseCommandLine(command, split(given ?? ''))).toMatchObject({ flags: expect.anything() });
    }
    for (const code of command.exits) expect(EXIT_CODES).toHaveProperty(String(code));
    expect(parseCommandLine(command, ['--help'])).toBe('help');
    const help = buildHelp(command);
    for (const flag of Object.keys(command.flags ?? {})) expect(help).toContain(`--${flag}`);
    for (const part of ['Examples', 'Exit codes', 'Works on']) expect(help).toContain(part);
    if (command.isHidden !== true) expect(buildOverview()).toContain(`\n  ${name} `);
  });

  it('is what docs/commands.md says', () => {
    // npm run cdc -- commands-page >docs/commands.md
    expect(readFileSync(join(root, 'docs', 'commands.md'), 'utf8')).toBe(buildCommandsPage());
  });

  it('knows every command and flag that a page names', () => {
    const wrong = readPages().flatMap(({ path: file, text }) =>
      [
        ...text.matchAll(/npm (?:run (?!--silent)([a-z][\w:-]*)|(start|test)\b)((?: -- [^`\n#|]*)?)/g),
      ].flatMap(([line, script, short, given = '']) => {
        const name = script ?? short ?? '';
        if (name === 'cdc') return [];
        const known = describedAs(name);
        if (known === undefined) return [`${file}: ${line}`];
        const flags = [...given.matchAll(/ --([a-z][a-z-]*)/g)].map(([, flag = '']) => flag);
        const others = flags.filter((flag) => !['help', ...Object.keys(known.flags ?? {})].includes(flag));
        return known.passesTo === undefined ? others.map((flag) => `${file}: ${line} (--${flag})`) : [];
      }),
    );
    expect(wrong).toEqual([]);
  });
});

describe('what a person types', () => {
  it('becomes words and flags with their kinds and defaults', () => {
    expect(typed('start')).toEqual({
      words: [],
      flags: {
        once: false,
        fresh: false,
        yes: false,
        noIngest: false,
        noPage: false,
        chaos: false,
        api: false,
        bi: false,
        json: false,
        dataDir: '.local',
      },
    });
    expect(typed('start', '--once', '--every=2.5', '--server', 'mysql', '--data-dir', 'x')).toMatchObject({
      flags: { once: true, every: 2.5, server: 'mysql', dataDir: 'x' },
    });
    expect(typed('alter', 'bank.txns', '--rename', 'a=b', '--rename=c=d')).toMatchObject({
      words: ['bank.txns'],
      flags: {
        rename: [
          ['a', 'b'],
          ['c', 'd'],
        ],
      },
    });
    const { from, to } = typed<{ from: number; to: number }>(
      'replay',
      'trades',
      '--from',
      '2026-01-31',
      '--to=2026-01-31T12:00+02:00',
    ).flags;
    expect(new Date(from).toISOString()).toBe('2026-01-31T00:00:00.000Z');
    expect(new Date(to).toISOString()).toBe('2026-01-31T10:00:00.000Z');
    expect(typed('scan', '--require', 'checkov,trivy').flags).toEqual({
      prove: false,
      require: ['checkov', 'trivy'],
    });
    // A key that begins with a dash comes behind two.
    expect(typed('forget', 'trades', '--', '--data-dir').words).toEqual(['trades', '--data-dir']);
    expect(typed('test', '--testNamePattern', 'x').words).toEqual(['--testNamePattern', 'x']);
  });

  it.each<[string, readonly string[], string]>([
    ['start', ['--onse'], 'start has no flag --onse. Did you mean --once? Its flags: --once, --fresh'],
    ['start', ['extra'], 'start takes flags only, got: extra'],
    ['start', ['--every'], '--every takes a value: --every SECONDS'],
    ['start', ['--every', '-1'], '--every must be a number of seconds above 0 and at most 86400, got: -1'],
    ['start', ['--every', '0'], 'got: 0'],
    ['start', ['--every', '1e9'], 'got: 1e9'],
    ['start', ['--every', '1', '--every', '2'], '--every is taken once, got: 1, 2'],
    ['start', ['--data-dir', ''], '--data-dir must name a folder'],
    ['start', ['--data-dir', '--once'], '--data-dir takes a value'],
    ['start', ['--once=yes'], '--once takes no value, got: yes'],
    ['start', ['--server', 'mysq'], '--server must be one of mariadb, mysql, got: mysq. Did you mean mysql?'],
    ['start', ['--mysql', 'db:3306'], '--mysql must be an address such as mysql://user@host:3306, got: db'],
    ['start', ['--mysql', 'http://me:word@db'], 'got: http://me:…@db'],
    ['start', ['--mysql', 'mysql://me:word@db'], 'the password of --mysql would be in the list of processes'],
    ['start', ['--dynamodb', 'mysql://db'], '--dynamodb must be an address such as http://127.0.0.1:8000'],
    ['sql', ['select', '1'], 'Put the statement in quotes'],
    ['resync', [], 'resync needs DATABASE.TABLE'],
    ['resync', ['shop.orders', 'orders'], 'such as shop.orders, got: orders'],
    ['replay', ['trades', '--from', 'noon', '--to', '2026-01-31'], 'got: noon'],
    ['replay', ['trades', '--from', '2026-02-31T99:00', '--to', '2026-01-31'], '--from must be a time'],
    ['replay', ['trades', '--to', '2026-01-31'], 'replay needs --from TIME'],
    ['alter', ['bank.txns', '--rename', 'a'], '--rename takes OLD=NEW, got: a'],
    ['bench', ['laod'], 'Did you mean load?'],
    ['bench', ['bench-tables'], 'NAME must be one of'],
    ['bench', ['--rows', '0'], '--rows must be a whole number from 1 to'],
    ['synth', ['--env', 'prodd'], 'Did you mean prod?'],
    ['policy', ['--environment', 'x'], 'policy has no flag --environment'],
    ['permissions', ['now'], 'permissions takes flags only'],
    ['soak', ['--minutes', 'long'], '--minutes must be a number above 0, got: long'],
    ['soak', ['--hepl'], 'Did you mean --help?'],
    ['prove', ['day'], 'Did you mean days?'],
    ['dead_letters', ['load'], 'HANDLER must be one of'],
    ['forget', ['trades'], 'forget needs KEY'],
  ])('is refused with what was probably meant: %s %j', (name, args, message) => {
    expect(() => typed(name, ...args)).toThrow(message);
  });

  it('that npm took for itself is named, with where the two dashes go', () => {
    const environment = { npm_config_once: 'true', npm_config_every: '5', npm_config_yes: 'true' };
    expect(describeSwallowed(of('start'), environment)).toBe(
      'npm took --once and --every for its own. Put two dashes before the flags: npm start -- --once --every 5',
    );
    expect(describeSwallowed(of('sql'), { npm_config_json: 'true' })).toMatch(/npm run sql -- --json$/);
    expect(describeSwallowed(of('policy'), environment)).toBeUndefined();
  });

  it('is near to one name, or to none', () => {
    expect(nearest('recocnile', names)).toBe('reconcile');
    expect(nearest('deadletters', names)).toBe('dead_letters');
    expect(nearest('xyz', names)).toBeUndefined();
  });
});

describe('scripts/cdc.mjs', () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [join('scripts', 'cdc.mjs'), ...args], { cwd: root, encoding: 'utf8' });

  it('refuses a name that is no command, prints help without loading anything, and completes', () => {
    expect(run('strat')).toMatchObject({ status: 2, stderr: expect.stringContaining('Did you mean start?') });
    expect(run('bench', '--help')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('cold-start'),
    });
    for (const shell of ['bash', 'zsh'] as const) expect(buildCompletion(shell)).toContain('resync)');
    const script = `${buildCompletion('bash')}
      COMP_WORDS=(npm run sql -- --da); COMP_CWORD=4; _cdc_complete; echo "\${COMPREPLY[@]}"
      COMP_WORDS=(npm run cdc -- start --server ''); COMP_CWORD=6; _cdc_complete; echo "\${COMPREPLY[@]}"
      COMP_WORDS=(npm run rec); COMP_CWORD=2; _cdc_complete; echo "\${COMPREPLY[@]}"`;
    const completed = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
    expect(completed).toMatchObject({ status: 0, stdout: '--data-dir\nmariadb mysql\nreconcile\n' });
  });

  it('refuses a data folder that cannot be one before anything is bundled or synthesized', () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      ['scripts/cdc.mjs', 'start', '--data-dir', __filename],
      {
        cwd: root,
        encoding: 'utf8',
      },
    );
    expect(status).toBe(1);
    expect(stderr).toContain(`${__filename} is a file, not a folder. Name another folder with --data-dir.`);
    expect(stderr).not.toMatch(/bundles|synthesis/);
  });

  it('gives a slow reader everything that a command printed, and its exit code', async () => {
    const program = `require(${JSON.stringify(join(root, 'local', 'commands', 'run-command.ts'))})
      .runCommand(async () => { console.log('x'.repeat(1 << 20)); return 3; })`;
    const child = spawn(process.execPath, [...readTypescript, '-e', program], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let bytes = 0;
    child.stdout.on('data', (piece: Buffer) => {
      bytes += piece.length;
      // A reader that is slower than its writer: the pipe is full when the command has ended.
      child.stdout.pause();
      setImmediate(() => child.stdout.resume());
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect([bytes, code]).toEqual([(1 << 20) + 1, 3]);
  });
});
