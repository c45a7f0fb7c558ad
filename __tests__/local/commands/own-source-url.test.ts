import { parseOwnDynamodb } from '../../../local/commands/own-dynamodb-address';
import { parseOwnSource, tableText } from '../../../local/commands/own-source-url';

const TABLES = 'shop.orders,shop.items,shop.orders';

it('takes host, port, user and tables, and TLS as mysql has it', () => {
  expect(parseOwnSource({ mysql: 'mysql://re%40der@db.example.com', tables: TABLES })).toEqual({
    host: 'db.example.com',
    port: 3306,
    user: 're@der',
    sslMode: 'PREFERRED',
    tables: [
      { database: 'shop', table: 'orders' },
      { database: 'shop', table: 'items' },
    ],
  });
  expect(parseOwnSource({ mysql: 'mysql://r@[::1]:3307', tables: 'a.b', sslCa: '/ca.pem' })).toMatchObject({
    host: '::1',
    port: 3307,
    sslMode: 'VERIFY_CA',
  });
});

it('takes all tables of a database, and names with commas, dots and stars between backticks', () => {
  const parse = (tables: string) => parseOwnSource({ mysql: 'mysql://r@h', tables }).tables;
  expect(parse('shop.*, `a,b`.`c.d`,my.`*`,x.y.z,`q``q`.t')).toEqual([
    { database: 'shop' },
    { database: 'a,b', table: 'c.d' },
    { database: 'my', table: '*' },
    { database: 'x', table: 'y.z' },
    { database: 'q`q', table: 't' },
  ]);
  for (const name of ['a,b', 'c.d', '*', 'q`q', 'plain', 'with blank'])
    expect(parse(`d.${tableText(name)}`)).toEqual([{ database: 'd', table: name }]);
});

it.each([
  ['localhost:3306', 'a.b', '--mysql takes mysql://user@host:3306'],
  ['mysql://host', 'a.b', '--mysql takes mysql://user@host:3306'],
  ['mysql://user:word@host', 'a.b', 'the password of --mysql would be in the list of processes'],
  ['mysql://user@host', undefined, '--mysql needs --tables'],
  ['mysql://user@host', 'orders', /like shop\.orders, or 'shop\.\*' .* got: orders\./],
  ['mysql://user@host', 'mysql.user', 'a table of the server itself'],
])('%s with %s is refused', (mysql, tables, message) => {
  const given = { mysql, ...(tables === undefined ? {} : { tables }) };
  expect(() => parseOwnSource(given)).toThrow(message);
  expect(() => parseOwnSource(given)).not.toThrow('word@');
});

it('takes the address of DynamoDB Local and its tables, in a region of its own', () => {
  const given = { dynamodb: 'http://127.0.0.1:8000', items: 'quotes, orders,quotes' };
  const expected = { endpoint: 'http://127.0.0.1:8000', region: 'us-east-1', tables: ['quotes', 'orders'] };
  expect(parseOwnDynamodb(given, {})).toEqual(expected);
  expect(parseOwnDynamodb(given, { AWS_REGION: 'eu-west-1' })).toMatchObject({ region: 'eu-west-1' });
  expect(parseOwnDynamodb({ ...given, region: 'local', profile: 'mine' }, {})).toMatchObject({
    region: 'local',
    profile: 'mine',
  });
});

it.each([
  ['localhost:8000', 'quotes', '--dynamodb takes the address of DynamoDB Local'],
  ['http://127.0.0.1:8000/path', 'quotes', '--dynamodb takes the address of DynamoDB Local'],
  ['http://me:word@127.0.0.1:8000', 'quotes', 'got: http://…@127.0.0.1:8000'],
  ['https://dynamodb.eu-west-1.amazonaws.com', 'quotes', 'is DynamoDB in AWS'],
  ['http://127.0.0.1:8000', undefined, '--dynamodb needs --items'],
  ['http://127.0.0.1:8000', 'quotes,a b', 'names of DynamoDB tables, like quotes, got: a b'],
])('%s with %s is refused', (dynamodb, items, message) => {
  const given = { dynamodb, ...(items === undefined ? {} : { items }) };
  expect(() => parseOwnDynamodb(given, {})).toThrow(message);
  expect(() => parseOwnDynamodb(given, {})).not.toThrow('word@');
});
