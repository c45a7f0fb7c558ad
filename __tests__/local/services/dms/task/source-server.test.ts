import { checkBinlogFilters } from '../../../../../local/services/dms/task/source-server';

it('a source that leaves databases out of its binlog is refused by the name of the setting', () => {
  expect(checkBinlogFilters({ Binlog_Do_DB: '', Binlog_Ignore_DB: '' })).toEqual([]);
  expect(checkBinlogFilters({})).toEqual([]);
  expect(checkBinlogFilters({ Binlog_Do_DB: 'shop', Binlog_Ignore_DB: 'logs,test' })).toEqual([
    'binlog-do-db is "shop" and must be empty (changes are left out of the binlog)',
    'binlog-ignore-db is "logs,test" and must be empty (changes are left out of the binlog)',
  ]);
});
