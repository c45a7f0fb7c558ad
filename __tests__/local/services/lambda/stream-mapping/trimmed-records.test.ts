import fc from 'fast-check';
import { JumpCheck, ReadNumbers } from '../../../../../local/services/lambda/stream-mapping/trimmed-records';

const readNumbersOf = (...numbers: readonly number[]): ReadNumbers => {
  const read = new ReadNumbers();
  for (const number of numbers) read.add(String(number).padStart(21, '0'));
  return read;
};

describe('the numbers that were read', () => {
  it('hold exactly what was added, in any order and with any duplicates', () => {
    const numbers = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 120 });
    const bounds = fc.tuple(fc.integer({ min: 0, max: 61 }), fc.integer({ min: 0, max: 61 }));
    fc.assert(
      fc.property(numbers, bounds, (added, [after, before]) => {
        const between = [...Array(Math.max(0, before - after - 1)).keys()].map((index) => after + 1 + index);
        expect(readNumbersOf(...added).hasAllBetween(String(after), String(before))).toBe(
          between.every((number) => added.includes(number)),
        );
      }),
    );
  });

  it('are few ranges however long two streams take turns', () => {
    const read = new ReadNumbers();
    for (let number = 1; number <= 30_000; number += 2) read.add(String(number));
    for (let number = 20_002; number <= 30_000; number += 2) read.add(String(number));
    expect(read.hasAllBetween('20003', '30001')).toBe(true);
    expect(read.hasAllBetween('1', '30001')).toBe(false);
  });
});

describe('the first record after a jump of the clock', () => {
  it('that follows on what was read is taken, and so are the ones after it', () => {
    const jump = new JumpCheck(readNumbersOf(1, 2, 3), 0);
    jump.begin({ isAnyUnread: false });
    expect(jump.verdictOn('3', undefined)).toBe('read on');
    expect(jump.verdictOn('3', '4')).toBe('read on');
    expect(jump.verdictOn('4', '9')).toBe('read on');
  });

  it('that follows on what another mapping read is taken', () => {
    const jump = new JumpCheck(readNumbersOf(1, 2, 3, 4, 5), 0);
    jump.begin({ isAnyUnread: false });
    expect(jump.verdictOn('3', '6')).toBe('read on');
  });

  it('that leaves a gap is read again while the clock may be corrected, then the gap is lost', () => {
    const patient = new JumpCheck(readNumbersOf(1, 2, 3), 60_000);
    patient.begin({ isAnyUnread: false });
    expect(patient.verdictOn('3', '5')).toBe('retry');
    expect(patient.verdictAtEnd()).toBe('retry');
    expect(patient.verdictOn('3', '4')).toBe('read on');
    expect(patient.verdictAtEnd()).toBe('read on');
    const impatient = new JumpCheck(readNumbersOf(1, 2, 3), 0);
    impatient.begin({ isAnyUnread: false });
    expect(impatient.verdictOn('3', '5')).toBe('lost');
  });

  it('is not waited for where records were known to be unread: an empty stream has lost them', () => {
    const jump = new JumpCheck(readNumbersOf(1, 2, 3), 0);
    jump.begin({ isAnyUnread: true });
    expect(jump.verdictOn('3', undefined)).toBe('lost');
  });

  it('is checked also when only the clock tells of the jump, and not when the clock is corrected by minutes', () => {
    const now = jest.spyOn(Date, 'now');
    const startMs = Date.now();
    try {
      now.mockImplementation(() => startMs);
      const jump = new JumpCheck(readNumbersOf(1, 2, 3), 0);
      now.mockImplementation(() => startMs + 10 * 60_000);
      expect(jump.seeClock()).toBe(false);
      expect(jump.verdictOn('3', '5')).toBe('read on');
      now.mockImplementation(() => startMs - 24 * 3_600_000);
      expect(jump.seeClock()).toBe(true);
      expect(jump.seeClock()).toBe(false);
      expect(jump.verdictOn('3', undefined)).toBe('read on');
      expect(jump.verdictOn('3', '5')).toBe('lost');
      jump.end();
      expect(jump.verdictOn('3', '5')).toBe('read on');
      now.mockImplementation(() => startMs + 3_600_000);
      jump.seeClock();
      expect(jump.verdictOn(undefined, undefined)).toBe('lost');
    } finally {
      now.mockRestore();
    }
  });
});
