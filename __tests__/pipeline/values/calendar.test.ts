import fc from 'fast-check';
import { epochToIso, exactDate, exactTimestamp } from '../../../pipeline/values/calendar';

it.each([
  ['2012-03-02T22:00:00.000Z', '2012-03-02 22:00:00.000000', 'milliseconds and Z'],
  ['2012-03-02T22:00:00.123456Z', '2012-03-02 22:00:00.123456', 'microseconds'],
  ['2012-03-02T22:00:00.1234560000Z', '2012-03-02 22:00:00.123456', 'zeros beyond microseconds'],
  ['2012-03-02 22:00:00', '2012-03-02 22:00:00.000000', 'a blank, no zone: UTC'],
  ['2012-03-02T22:00Z', '2012-03-02 22:00:00.000000', 'no seconds'],
  ['2012-03-02T22:00:00+05:30', '2012-03-02 16:30:00.000000', 'an offset'],
  ['2012-03-02T22:00:00-0800', '2012-03-03 06:00:00.000000', 'an offset over midnight'],
  ['2012-03-02T22:00:00,5+01', '2012-03-02 21:00:00.500000', 'a comma, hours only'],
  ['2024-02-29T00:00:00Z', '2024-02-29 00:00:00.000000', 'a leap day'],
  ['0050-01-01T00:00:00Z', '0050-01-01 00:00:00.000000', 'a year below 100'],
])('%s is %s (%s)', (text, expected) => {
  expect(exactTimestamp(text)).toBe(expected);
});

it.each([
  ['2012-03-02T22:00:00.1234567Z', 'finer than a microsecond'],
  ['2012-03-02', 'a day is no time'],
  ['2023-02-29T00:00:00Z', 'no such day'],
  ['2012-13-01T00:00:00Z', 'no such month'],
  ['2012-03-02T24:00:00Z', 'no such hour'],
  ['2012-03-02T23:59:60Z', 'a leap second'],
  ['2012-03-02T22:00:00+24:00', 'no such offset'],
  ['0001-01-01T00:00:00+01:00', 'before the year 1'],
  ['9999-12-31T23:00:00-02:00', 'after the year 9999'],
  ['1330725600', 'an epoch'],
  ['02.03.2012 22:00', 'a local form'],
  ['', 'nothing'],
])('%s is refused: %s', (text) => {
  expect(exactTimestamp(text)).toBeUndefined();
});

it('every time of JavaScript comes through to the millisecond', () => {
  const range = { min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z') };
  fc.assert(
    fc.property(fc.date({ ...range, noInvalidDate: true }), (date) => {
      expect(exactTimestamp(date.toISOString())).toBe(
        `${date.toISOString().slice(0, 23).replace('T', ' ')}000`,
      );
    }),
  );
});

it.each([
  ['2017-06-29', '2017-06-29'],
  ['2017-02-29', undefined],
  ['29-Jun-17', undefined],
  ['2017-06-29T00:00:00Z', undefined],
])('the date of %s is %s', (text, expected) => {
  expect(exactDate(text)).toBe(expected);
});

it.each([
  [1_479_499_740, '2016-11-18T20:09:00.000Z'],
  [1_479_499_740.25, '2016-11-18T20:09:00.250Z'],
  [1_479_499_740_250, '2016-11-18T20:09:00.250Z'],
])('the epoch %s is %s', (epoch, expected) => {
  expect(epochToIso(epoch)).toBe(expected);
});
