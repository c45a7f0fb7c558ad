import { describeUnreached, isUnreached } from '../../../local/commands/unreached-server';
import { mysqlFailure } from '../../../pipeline/mysql/mysql-errors';

const own = { host: 'localhost', port: 3306, user: 'reader', sslMode: 'REQUIRED' } as const;
const described = (error: unknown, lastFailure?: string): string =>
  describeUnreached(
    own,
    { relay: { port: 1, lastFailure: () => lastFailure, stop: async () => undefined } },
    error,
  );
const failed = (driver: object): Error =>
  mysqlFailure(Object.assign(new Error('x'), driver), 'connect to MySQL');

it('a server that cannot be reached is one whose connection is lost, or that refuses the login', () => {
  const lost = failed({ code: 'ECONNRESET' });
  const refused = failed({ code: 'ER_ACCESS_DENIED_ERROR', errno: 1045, sqlState: '28000' });
  expect([lost, refused].map(isUnreached)).toEqual([true, true]);
  expect(described(lost, 'connect ECONNREFUSED')).toBe(
    'cannot connect to localhost:3306 as reader (--ssl-mode REQUIRED): connect ECONNREFUSED',
  );
  expect(described(refused)).toMatch(
    /this password, which is asked for or in MYSQL_PWD.*DROP USER ''@'localhost'/,
  );
});

it('what a statement or this program gets wrong is no such server', () => {
  const missing = failed({ code: 'ER_NO_SUCH_TABLE', errno: 1146, sqlState: '42S02' });
  expect([missing, new TypeError('no such property'), 'text'].map(isUnreached)).toEqual([
    false,
    false,
    false,
  ]);
});
