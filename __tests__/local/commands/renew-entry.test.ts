import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renewEntry } from '../../../local/commands/renew-entry';

const PLACE = { database: 'shop', table: 'orders' };
const ENTRY = {
  source: 'mysql',
  database: 'shop',
  key: ['id'],
  readers: [{ role: 'analysts' }],
  distKey: 'id',
  filters: [{ column: 'id', any: [{ gte: '1' }] }],
  columns: [
    { name: 'id', mysql: 'int not null' },
    { name: 'price', mysql: 'float null' },
    { name: 'mail', mysql: 'varchar(80) null', hash: true },
    { name: 'secret', mysql: 'text null', leaveOut: true },
    { name: 'note', mysql: 'text null', tooLong: 'cut' },
  ],
};
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cdc-renew-'));
  writeFileSync(join(folder, 'orders.json'), JSON.stringify(ENTRY));
});
afterEach(() => rmSync(folder, { recursive: true }));

const created = (columns: string): string =>
  `CREATE TABLE \`orders\` (${columns}, PRIMARY KEY (\`id\`)) ENGINE=InnoDB`;
const OTHERS = '`mail` varchar(80) DEFAULT NULL, `secret` text, `note` text';

it('keeps what was set in an entry, and takes the types of today with the columns that came', () => {
  const text = created(
    `\`id\` int NOT NULL, \`price\` double DEFAULT NULL, ${OTHERS}, \`came\` int DEFAULT 1`,
  );
  const renewed = renewEntry(folder, PLACE, text);
  expect(renewed?.changes).toEqual([{ text: 'price is double, and was float', isOfNull: false }]);
  expect(JSON.parse(renewed?.text ?? '')).toEqual({
    ...ENTRY,
    $schema: './table.schema.json',
    columns: [
      ENTRY.columns[0],
      { name: 'price', mysql: 'double null' },
      ...ENTRY.columns.slice(2),
      { name: 'came', mysql: 'int null' },
    ],
  });
  expect(JSON.parse(readFileSync(join(folder, 'orders.json'), 'utf8'))).toEqual(ENTRY);
});

it('is not needed for a column that the entry does not name, and tells NULL from the rest', () => {
  const same = created(`\`id\` int(11) NOT NULL, \`price\` float, ${OTHERS}, \`came\` int`);
  expect(renewEntry(folder, PLACE, same)).toBeUndefined();
  const never = created(`\`id\` int NOT NULL, \`price\` float NOT NULL, ${OTHERS}`);
  expect(renewEntry(folder, PLACE, never)?.changes).toEqual([
    { text: 'price is never NULL', isOfNull: true },
  ]);
});

it('names a column that is gone and a key that is another one', () => {
  const text = created(`\`id\` int NOT NULL, \`at\` date NOT NULL, ${OTHERS}`).replace(
    '(`id`)',
    '(`id`, `at`)',
  );
  expect(renewEntry(folder, PLACE, text)?.changes).toEqual([
    { text: 'price is gone', isOfNull: false },
    { text: 'its key is id, at, and was id', isOfNull: false },
  ]);
});
