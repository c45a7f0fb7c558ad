import { isReadingStatement } from '../../../local/commands/reading-statement';

describe('a statement', () => {
  it.each([
    'select 1',
    ' SELECT 1',
    'with a as (select 1) select * from a',
    'show tables',
    'Explain select 1',
  ])('that reads is taken: %s', (sql) => expect(isReadingStatement(sql)).toBe(true));

  it.each(['-- why\nselect 1', '/* a */ /* b */\n  select 1', '--\n--x\n/*-- */select 1'])(
    'may begin with comments: %j',
    (sql) => expect(isReadingStatement(sql)).toBe(true),
  );

  it.each([
    'delete from a',
    'selection',
    '/* select',
    '-- select 1',
    '/* a */ drop table b',
    '',
    '(select 1)',
  ])('that does not begin with a reading word is not: %j', (sql) =>
    expect(isReadingStatement(sql)).toBe(false),
  );

  it('of a megabyte of comments is decided at once', () => {
    const startedAt = performance.now();
    expect(isReadingStatement('/*'.repeat(500_000))).toBe(false);
    expect(isReadingStatement(`${'/**/ '.repeat(200_000)}drop table a`)).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});
