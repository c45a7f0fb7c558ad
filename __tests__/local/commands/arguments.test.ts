import {
  parseChangeTableArguments,
  parseReconcileArguments,
  parseReplayArguments,
  parseResyncArguments,
  parseSqlArguments,
  parseStartArguments,
  UsageError,
} from '../../../local/commands/arguments';
import { dynamodbTables } from '../../../pipeline/tables';

describe('the command line', () => {
  it('of npm run change-table takes one table, renamed columns and a confirmation', () => {
    expect(parseChangeTableArguments(['bank.txns', '--rename', 'a=b', '--rename=c=d', '--yes'])).toEqual({
      table: 'bank.txns',
      renamed: { a: 'b', c: 'd' },
      yes: true,
      help: false,
      dataDir: '.local',
    });
    expect(() => parseChangeTableArguments(['txns'])).toThrow(/with its schema/);
    expect(() => parseChangeTableArguments(['bank.txns', '--rename', 'a'])).toThrow(
      '--rename takes OLD=NEW, got: a',
    );
  });

  it('of npm start has a default for everything', () => {
    expect(parseStartArguments([])).toEqual({
      once: false,
      fresh: false,
      yes: false,
      json: false,
      help: false,
      dataDir: '.local',
      everySeconds: undefined,
      server: undefined,
    });
  });

  it('of npm start takes every flag', () => {
    const args = [
      '--once',
      '--fresh',
      '--yes',
      '--json',
      '--data-dir',
      'x',
      '--every=2.5',
      '--help',
      '--server',
      'mysql',
    ];
    expect(parseStartArguments(args)).toEqual({
      once: true,
      fresh: true,
      yes: true,
      json: true,
      help: true,
      dataDir: 'x',
      everySeconds: 2.5,
      server: 'mysql',
    });
  });

  it('of npm run replay takes a table and two times, in UTC', () => {
    const table = dynamodbTables()[0]?.name ?? '';
    const parsed = parseReplayArguments([table, '--from', '2026-01-31', '--to=2026-01-31T12:00+02:00']);
    expect(parsed).toMatchObject({ table, dataDir: '.local' });
    expect(new Date(parsed.range.fromMs).toISOString()).toBe('2026-01-31T00:00:00.000Z');
    expect(new Date(parsed.range.toMs).toISOString()).toBe('2026-01-31T10:00:00.000Z');
    expect(() => parseReplayArguments([table, '--from', 'noon', '--to', '2026-01-31'])).toThrow(/got: noon/);
    expect(() => parseReplayArguments([table, '--from', '2026-02-31T99:00', '--to', '2026-01-31'])).toThrow(
      /--from/,
    );
    expect(() => parseReplayArguments([table, '--to', '2026-01-31'])).toThrow(/--from .* got: none/);
    expect(() => parseReplayArguments([table, '--from', '2026-02-01', '--to', '2026-01-31'])).toThrow(
      /before --to/,
    );
    expect(() => parseReplayArguments(['nothing', '--from', '2026-02-01', '--to', '2026-03-01'])).toThrow(
      /one table/,
    );
  });

  it('of npm run sql takes one statement', () => {
    expect(parseSqlArguments(['select 1', '--json'])).toEqual({
      sql: 'select 1',
      json: true,
      help: false,
      dataDir: '.local',
    });
  });

  it('of npm run resync takes tables with their database', () => {
    expect(parseResyncArguments(['shop.orders', 'a.b', '--data-dir', 'x'])).toEqual({
      tables: ['shop.orders', 'a.b'],
      help: false,
      dataDir: 'x',
    });
    for (const args of [[], ['orders']])
      expect(() => parseResyncArguments(args)).toThrow('npm run resync -- shop.orders');
  });

  it('of npm run reconcile takes the folder', () => {
    expect(parseReconcileArguments(['--data-dir', 'x'])).toEqual({ json: false, help: false, dataDir: 'x' });
  });

  it.each<[readonly string[], string]>([
    [['--onse'], "Unknown option '--onse'. Known flags: --once"],
    [['extra'], 'only flags are taken, got: extra'],
    [['--every'], '--every'],
    [['--every', '0'], '--every must be a number of seconds above 0 and at most 86400, got: 0'],
    [['--every', '-1'], '--every'],
    [['--every', 'soon'], 'got: soon'],
    [['--every', '1e9'], 'got: 1e9'],
    [['--data-dir', ''], '--data-dir must name a folder'],
    [['--once=yes'], '--once'],
    [['--server', 'oracle'], '--server must be mariadb or mysql, got: oracle'],
  ])('of npm start refuses %j', (args, message) => {
    expect(() => parseStartArguments(args)).toThrow(UsageError);
    expect(() => parseStartArguments(args)).toThrow(message);
  });

  it.each<[readonly string[], string]>([
    [[], 'a statement is needed'],
    [[' '], 'a statement is needed'],
    [['select', '1'], 'put the statement in quotes'],
    [['delete from bank.txns'], 'only reads'],
    [['/* select */ drop table bank.txns'], 'only reads'],
    [['select 1; delete from bank.txns', 'more'], 'put the statement in quotes'],
  ])('of npm run sql refuses %j', (args, message) => {
    expect(() => parseSqlArguments(args)).toThrow(message);
  });
});
