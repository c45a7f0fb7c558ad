import fc from 'fast-check';
import { Gtids } from '../../../../../local/services/dms/binlog/gtids';

const ONE = '3e11fa47-71ca-11e1-9e33-c80aa9429562';
const TWO = '4e11fa47-71ca-11e1-9e33-c80aa9429562';

it('joins numbers to intervals in whatever order they come', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 2 }), (numbers) => {
      const gtids = new Gtids();
      for (const number of numbers) gtids.add(`${ONE}:${number}`);
      const there = new Set(numbers);
      for (let number = 1; number <= 31; number += 1)
        expect(gtids.has(parsed(`${ONE}:1,${ONE}:${number}`))).toBe(there.has(1) && there.has(number));
      const again = Gtids.parse(gtids.toString());
      if (again !== undefined) expect(again.toString()).toBe(gtids.toString());
    }),
  );
});

it('writes sets as the servers do', () => {
  expect(parsed(`${ONE.toUpperCase()}:1-3:5,\n${TWO}:1-2`).toString()).toBe(`${ONE}:1-3:5,${TWO}:1-2`);
  const domains = parsed('0-1-20,1-1-5');
  domains.add('0-2-21');
  expect(domains.toString()).toBe('0-2-21,1-1-5');
  expect(domains.has(parsed('0-1-20,1-1-5'))).toBe(true);
  expect(domains.has(parsed('2-1-1'))).toBe(false);
  expect(parsed('').dialect).toBeUndefined();
});

it('has the form of the protocol', () => {
  const bytes = parsed(`${ONE}:1-3:5`).toBytes();
  expect(bytes.toString('hex')).toBe(
    ['01', '02', '01', '04', '05', '06']
      .map((number) => `${number}00000000000000`)
      .join('')
      .replace(/^(.{16})/, `$1${ONE.replaceAll('-', '')}`),
  );
});

it('takes neither tags nor the single name of an earlier version for a set', () => {
  expect(Gtids.parse(`${ONE}:1-3:tag:1`)).toBeUndefined();
  expect(Gtids.parse(`${ONE}:77`)).toBeUndefined();
  expect(Gtids.parse('nothing')).toBeUndefined();
});

function parsed(text: string): Gtids {
  const gtids = Gtids.parse(text);
  if (gtids === undefined) throw new Error(`not understood: ${text}`);
  return gtids;
}
