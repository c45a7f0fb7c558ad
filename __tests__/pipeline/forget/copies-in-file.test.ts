import { gunzipSync, gzipSync } from 'node:zlib';
import { type KeyTexts, stripKey } from '../../../pipeline/forget/copies-in-file';
import { parseForgetRequest } from '../../../pipeline/forget/forget-request';
import { TABLES } from '../../../pipeline/tables';

const KEY: KeyTexts = new Map([
  ['id', { text: 'a', isNumber: false }],
  ['at', { text: '7', isNumber: true }],
]);
const lines = (...rows: readonly unknown[]): string =>
  rows.map((row) => `${typeof row === 'string' ? row : JSON.stringify(row)}\n`).join('');

it('only lines of the key are taken out, whatever else is in them, and a line that nobody can read but has it', () => {
  const others = [
    { id: 'a', at: '8' },
    { id: 'a ', at: '7' },
    { id: 'b', at: '7', item: { id: 'a' } },
    'not JSON',
  ];
  const own = [
    { at: '7', id: 'a', price: '1' },
    { _cdc_operation: 'delete', id: 'a', at: '7' },
    '{"id":"a","at":"7"',
  ];
  const stripped = stripKey('x.json.gz', gzipSync(lines(...own, ...others)), KEY);
  expect(stripped?.lineCount).toBe(3);
  expect(gunzipSync(stripped?.body ?? '').toString()).toBe(lines(...others));
});

it('rejected items are found by their raw text: numbers in any notation, bytes, and what was cut', () => {
  const raw = (text: string, more: object = {}) => ({ line: 1, code: 'BAD_NUMBER', raw: text, ...more });
  const others = [raw('{"id":"a","at":71}'), raw('{"id":"b","at":7}'), raw('{"id":"b"')];
  const own = [
    raw('{"at":7.0,"id":"a"}'),
    raw('{"id":"a","at":"7"'),
    raw(Buffer.from('{"id":"a","at":7,"x":"\\xff"}', 'latin1').toString('base64'), { rawForm: 'base64' }),
    raw('{"at":7,"id":"a","text":"long', { rawForm: 'cut' }),
  ];
  const stripped = stripKey('run.jsonl', Buffer.from(lines(...others, ...own)), KEY);
  expect(Buffer.from(stripped?.body ?? '').toString()).toBe(lines(...others));
});

it('a file that has no line of the key stays as it is, and one that is no gzip is named by the caller', () => {
  const body = gzipSync(lines({ id: 'b', at: '7' }));
  expect(stripKey('x.json.gz', body, KEY)).toEqual({ lineCount: 0, body });
  expect(stripKey('x.json.gz', Buffer.from('not gzip'), KEY)).toBeUndefined();
});

it.each([
  [{ table: 'txns', key: ['1'] }, /mysql\.bank\.txns is a table of MySQL.*delete the row there/],
  [{ table: 'quotes', key: ['1'] }, /no table of that name; it has/],
  [{ table: 'trades', key: ['1', '2'] }, /the key of trades is id: expected 1 texts, got 2/],
  [{ table: 'trades' }, /must have a table and a key/],
])('%j is refused by name', (event, message) => {
  expect(() => parseForgetRequest(event, TABLES)).toThrow(message);
});
