import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parseAddDynamodbArguments } from '../../../local/commands/add-dynamodb-arguments';
import { addDynamodbTable } from '../../../local/commands/add-dynamodb-table';
import { typed } from '../../support/typed';

describe('npm run add-table -- dynamodb', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cdc-add-table-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const add = async (
    file: string,
    content: string | Buffer,
    ...flags: readonly string[]
  ): Promise<string> => {
    const path = join(folder, file);
    writeFileSync(path, content);
    const args = ['dynamodb', 'quotes', '--file', path, '--key', 'id:S', '--tables', folder, ...flags];
    const printed: string[] = [];
    await addDynamodbTable(parseAddDynamodbArguments(typed('add-table', ...args)), (text) =>
      printed.push(text),
    );
    return printed.join('\n');
  };
  const item = { id: { S: 'a' }, n: { N: '12345678901234567890.5' } };

  it.each<[string, string, string | Buffer]>([
    ['of a scan', 'scan.txt', JSON.stringify({ Count: 1, Items: [item] })],
    [
      'of an export',
      'export.txt.gz',
      gzipSync(`${JSON.stringify({ Item: item })}\n${JSON.stringify({ Item: item })}\n`),
    ],
    ['of plain items, with exact numbers', 'plain.txt', '[{"id": "a", "n": 12345678901234567890.5}]'],
    ['like seed-data', 'seed.txt', '{"data": [{"id": "a", "n": 12345678901234567890.5}]}'],
  ])('writes the entry from a file %s', async (_what, file, content) => {
    expect(await add(file, content, '--target', 'market.quotes')).toContain('20.1 digits');
    expect(JSON.parse(readFileSync(join(folder, 'quotes.json'), 'utf8'))).toMatchObject({
      source: 'dynamodb',
      target: { schema: 'market', table: 'quotes' },
      key: [{ name: 'id', type: 'S' }],
      columns: [
        { name: 'id', redshift: 'varchar(2048)' },
        { name: 'n', redshift: 'numeric(38,12)' },
      ],
    });
  });

  it('writes nothing with --dry-run, over an entry that exists, or without an item', async () => {
    expect(await add('a.txt', JSON.stringify({ Items: [item] }), '--dry-run')).toMatch(/nothing was written/);
    await expect(add('a.txt', '{"Items": []}')).rejects.toThrow(/no item to look at/);
    writeFileSync(join(folder, 'quotes.json'), '{}');
    await expect(add('a.txt', JSON.stringify({ Items: [item] }))).rejects.toThrow(/quotes.json exists/);
  });

  it.each([
    [[], /add-table needs TABLE/],
    [['a', '--file', 'x'], /--key id:S/],
    [['a', '--key', 'id:S'], /a table tells its key/],
    [['a', '--file', 'x', '--key', 'id:B'], /of the types S and N/],
    [['a', '--sample', '0'], /--sample must be a whole number from 1 to 100000/],
    [['a', '--target', 'x'], /--target SCHEMA.TABLE/],
    [['a', '--tabel', 'x'], /Did you mean --table\?/],
  ])('refuses %j', (args, message) => {
    expect(() => parseAddDynamodbArguments(typed('add-table', 'dynamodb', ...args))).toThrow(message);
  });
});
