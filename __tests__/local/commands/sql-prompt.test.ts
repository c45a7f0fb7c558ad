import type { QueryAnswer } from '../../../local/commands/query-warehouse';
import { SqlPrompt } from '../../../local/commands/sql-prompt';
import { splitStatements } from '../../../local/commands/sql-statements';
import { buildAnswerJson, buildTypedJson } from '../../../local/commands/sql-text';
import { withSuggestion } from '../../../local/commands/suggest-table';

const answer = (...rows: (readonly string[])[]): QueryAnswer => ({
  columns: rows[0]?.map((_value, index) => ({ name: `c${index}`, typeName: 'varchar' })) ?? [],
  rows,
  rowCount: rows.length,
});

describe('the prompt of npm run sql', () => {
  let asked: string[];
  let printed: string[];
  let prompt: SqlPrompt;
  const ask = async (sql: string): Promise<QueryAnswer> => {
    asked.push(sql);
    if (sql.includes('svv_tables')) return answer(['bank', 'txns'], ['market', 'trades']);
    const [, table] = /from (\w+(?:\.\w+)?)/.exec(sql) ?? [];
    if (table !== undefined && !['bank.txns', 'svv_columns'].includes(table))
      throw new Error(`relation "${table}" does not exist`);
    return answer(['1']);
  };
  beforeEach(() => {
    [asked, printed] = [[], []];
    prompt = new SqlPrompt(ask, (text) => printed.push(text));
  });

  it('runs a statement that ends on a later line, and several of one line', async () => {
    await prompt.take('select 1,');
    expect([prompt.isWithinStatement, asked]).toEqual([true, []]);
    await prompt.take("  ';' ; select 2; select");
    expect(asked).toEqual(["select 1,\n  ';'", 'select 2']);
    prompt.forget();
    expect(prompt.isWithinStatement).toBe(false);
    expect(printed[0]).toContain('(1 row)');
  });

  it('refuses what does not read, and resumes after an error', async () => {
    await prompt.take('delete from bank.txns;');
    await prompt.take('select 1 from bank.txn;');
    expect(printed).toEqual([
      expect.stringContaining('error: sql only reads'),
      'error: relation "bank.txn" does not exist. Did you mean bank.txns?',
    ]);
    expect(asked).not.toContain('delete from bank.txns');
  });

  it('lists tables, describes one, says how long it took, and quits', async () => {
    expect(await prompt.take('\\dt bank')).toBe(true);
    expect(asked[0]).toMatch(/from svv_tables where table_schema = 'bank'/);
    await prompt.take('\\d bank.txns');
    expect(asked.at(-1)).toMatch(/where table_name = 'txns' and table_schema = 'bank'/);
    await prompt.take('\\d bank.txn');
    expect(printed.at(-1)).toMatch(/Did you mean bank\.txns\?$/);
    await prompt.take('\\timing');
    await prompt.take('select 1;');
    expect(printed.at(-1)).toMatch(/^time: \d+ ms$/);
    await prompt.take('\\x');
    expect(printed.at(-1)).toMatch(/there is no \\x\na statement ends with ;/);
    expect(await prompt.take('\\q')).toBe(false);
  });

  it('takes help, quit and exit as psql does, but not within a statement', async () => {
    expect(await prompt.take('help')).toBe(true);
    expect(printed).toEqual([expect.stringMatching(/^a statement ends with ;/)]);
    await prompt.take('select 1 as');
    expect(await prompt.take('quit')).toBe(true);
    await prompt.take(';');
    expect(asked).toEqual(['select 1 as\nquit']);
    expect([await prompt.take('quit'), await prompt.take('exit;')]).toEqual([false, false]);
  });

  it('suggests a table by its name without a schema, and none that is far', async () => {
    const suggestion = (name: string) => withSuggestion(`relation "${name}" does not exist`, ask);
    expect(await suggestion('trades')).toMatch(/Did you mean market\.trades\?$/);
    expect(await suggestion('trade')).toMatch(/Did you mean market\.trades\?$/);
    expect(await suggestion('customers')).toMatch(/\\dt in the prompt of sql lists the tables$/);
    expect(await withSuggestion('division by zero', ask)).toBe('division by zero');
  });
});

describe('statements', () => {
  it.each<[string, readonly string[], string]>([
    ['select 1', [], 'select 1'],
    ['select 1;', ['select 1'], ''],
    [';;', [], ''],
    [
      "select 'it''s; ok'; --;\nselect \"a;b\"; /* ; */ x",
      ["select 'it''s; ok'", '--;\nselect "a;b"'],
      ' /* ; */ x',
    ],
    ["select 'open;", [], "select 'open;"],
  ])('of %j end at their semicolons', (text, statements, rest) => {
    expect(splitStatements(text)).toEqual({ statements, rest });
  });
});

it('JSON of an answer has exact digits, and types on request, also where two columns have one name', () => {
  const same: QueryAnswer = {
    columns: [
      { name: 'n', typeName: 'numeric' },
      { name: 'n', typeName: 'bool' },
    ],
    rows: [['12345678901234567890.50', true]],
    rowCount: 1,
  };
  expect(buildAnswerJson(same)).toBe('[{"n":true}]');
  expect(buildTypedJson(same)).toBe(
    '{"columns":[{"name":"n","type":"numeric"},{"name":"n","type":"bool"}],"rows":[["12345678901234567890.50",true]]}',
  );
});
