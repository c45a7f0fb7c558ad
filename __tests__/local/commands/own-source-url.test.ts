import { parseOwnSource } from '../../../local/commands/own-source-url';

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

it.each([
  ['localhost:3306', 'a.b', '--mysql takes mysql://user@host:3306'],
  ['mysql://host', 'a.b', '--mysql takes mysql://user@host:3306'],
  ['mysql://user:word@host', 'a.b', 'the password of --mysql would be in the list of processes'],
  ['mysql://user@host', undefined, '--mysql needs --tables'],
  ['mysql://user@host', 'orders', 'tables with their database, like shop.orders, got: orders'],
  ['mysql://user@host', 'mysql.user', 'a table of the server itself'],
])('%s with %s is refused', (mysql, tables, message) => {
  const given = { mysql, ...(tables === undefined ? {} : { tables }) };
  expect(() => parseOwnSource(given)).toThrow(message);
  expect(() => parseOwnSource(given)).not.toThrow('word@');
});
