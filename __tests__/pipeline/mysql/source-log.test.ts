import { checkBinlogFilters, replicaProblems } from '../../../pipeline/mysql/source-log';

it('a source that leaves databases out of its binlog is refused by the name of the setting', () => {
  expect(checkBinlogFilters({ Binlog_Do_DB: '', Binlog_Ignore_DB: '' })).toEqual([]);
  expect(checkBinlogFilters({})).toEqual([]);
  expect(checkBinlogFilters({ Binlog_Do_DB: 'shop', Binlog_Ignore_DB: 'logs,test' })).toEqual([
    'binlog-do-db is "shop" and must be empty (changes are left out of the binlog)',
    'binlog-ignore-db is "logs,test" and must be empty (changes are left out of the binlog)',
  ]);
});

it.each([
  ['a replica that may be looked at', { status: [{ Source_Host: 'x' }], logs: 'OFF' }, 1],
  ['a replica of an earlier version', { former: [{ Master_Host: 'x' }], logs: 'OFF' }, 1],
  ['a replica that may not be looked at', { running: '1', logs: 'OFF' }, 1],
  ['a replica that logs what it takes', { status: [{ Source_Host: 'x' }], logs: 'ON' }, 0],
  ['no replica, with the default of MariaDB', { status: [], logs: 'OFF' }, 0],
  ['no replica that may be looked at', { running: '0', logs: 'OFF' }, 0],
])('%s', async (_what, server: Server, count) => {
  const rows = ({ status, former, running, logs }: Server, sql: string): object[] | undefined => {
    if (sql === 'SHOW REPLICA STATUS') return status;
    if (sql === 'SHOW SLAVE STATUS') return former;
    return sql.includes('Slaves_running')
      ? [{ Value: running }]
      : [{ Variable_name: 'log_slave_updates', Value: logs }];
  };
  const found = await replicaProblems(async (sql) => {
    const given = rows(server, sql);
    if (given === undefined) throw new Error('access denied');
    return given;
  });
  expect(found).toEqual(
    new Array(count).fill(
      expect.stringMatching(/^log_slave_updates is "OFF" and must be "ON": .* replicate from its source$/),
    ),
  );
});

interface Server {
  readonly status?: object[];
  readonly former?: object[];
  readonly running?: string;
  readonly logs: string;
}
