import { RequestLimit } from '../../../../local/services/apigateway/request-limit';

it('passes a burst, then the rate, and never saves up more than a burst', () => {
  const limit = new RequestLimit();
  const passed = (nowMs: number, asked: number): number =>
    Array.from({ length: asked }, () => limit.take({ rate: 10, burst: 3 }, nowMs)).filter(Boolean).length;
  expect(passed(1_000, 5)).toBe(3);
  expect(passed(1_050, 5)).toBe(0);
  expect(passed(1_100, 5)).toBe(1);
  expect(passed(1_350, 5)).toBe(2);
  expect(passed(60_000, 5)).toBe(3);
});
