import type { SourceColumn } from '../../../../../local/services/dms/task/source-table';
import { storedDefault } from '../../../../../local/services/dms/task/stored-default';
import { parseMysqlType } from '../../../../../pipeline/values/mysql-declaration';

const column = (declaration: string): SourceColumn => {
  const type = parseMysqlType(declaration);
  return {
    name: 'c',
    dataType: type.name,
    columnType: declaration,
    type,
    unsigned: type.unsigned,
    charset: null,
    byteLength: null,
    precision: null,
    scale: type.name === 'decimal' ? (type.sizes[1] ?? 0) : null,
    fractionDigits: type.sizes[0] ?? 0,
    virtual: false,
  };
};

describe('rows that are there hold in a new column what its DEFAULT says', () => {
  // As both servers store it: MariaDB 10.11 and MySQL 9.7.
  it.each<[string, string, string]>([
    ['int(11)', '007', '7'],
    ['int(11)', '-0', '0'],
    ['decimal(10,2)', '1.5', '1.50'],
    ['decimal(50,2)', '-01', '-1.00'],
    ['decimal(10,2)', '-0', '0.00'],
    ['double', '1e3', '1e3'],
    ['varchar(20)', 'a  ', 'a  '],
    ['char(20)', 'a  ', 'a'],
    ["enum('a','b')", 'b', 'b'],
    ["set('a','b','c')", 'c,a,c', 'a,c'],
    ["set('a','b')", '', ''],
    ['date', '2024-02-29', '2024-02-29'],
    ['datetime(3)', '2024-01-05 01:02:03.5', '2024-01-05 01:02:03.500'],
    ['time(2)', '10:00:00', '10:00:00.00'],
  ])('%s DEFAULT %s', (declaration, text, stored) => {
    expect(storedDefault(column(declaration), { kind: 'text', text })).toBe(stored);
  });

  it.each<[string, string, string | undefined]>([
    ['int(11)', '007', '7'],
    ['varchar(20)', '1.50', '1.50'],
    ['varchar(20)', '-7', '-7'],
    ['varchar(20)', '007', undefined],
    ['varchar(20)', '-0', undefined],
    ['double', '-0.0', undefined],
    ["enum('2','1')", '1', undefined],
    ["set('4','2','1')", '1', undefined],
  ])('%s DEFAULT %s without quotes', (declaration, text, stored) => {
    expect(storedDefault(column(declaration), { kind: 'number', text })).toBe(stored);
  });

  it.each<[string, string]>([
    ['int(11)', '1.5'],
    ['decimal(4,1)', '1.25'],
    ['decimal(4,1)', '1e1'],
    ['double(10,2)', '1.255'],
    ['float', '0.1'],
    ["enum('a','b')", 'A'],
    ["set('a','b')", 'A,b'],
    ['date', '20240105'],
    ['date', '0000-00-00'],
    ['datetime', '2024-1-5 1:2:3'],
    ['datetime', '2024-01-05'],
    ['datetime', '2024-01-05 01:02:03.7'],
    ['time', '10:00'],
    ['time', '100:00:00'],
    ['timestamp', '2024-01-05 01:02:03'],
    ['bit(3)', '5'],
    ['year', '24'],
    ['vector', 'x'],
    ['varchar(20)', 'a\0b'],
    ['double', '-0'],
  ])(
    'and is not guessed where the server rounds it or reads it in its own way: %s DEFAULT %s',
    (declaration, text) => {
      expect(storedDefault(column(declaration), { kind: 'text', text })).toBeUndefined();
    },
  );

  it('and NULL is NULL', () => {
    expect(storedDefault(column('float'), { kind: 'text', text: null })).toBeNull();
  });
});
