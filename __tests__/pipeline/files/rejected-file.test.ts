import { REJECTED_LIMITS } from '../../../pipeline/files/rejected-file';
import type { Rejection } from '../../../pipeline/files/rejection';
import { type S3Bed, startS3Bed } from '../../support/s3-bed';

let s3: S3Bed;
beforeAll(async () => {
  s3 = await startS3Bed();
});
afterAll(() => s3.stop());

const rejection = (line: number, raw = 'x'): Rejection => ({
  line,
  code: 'WRONG_COLUMN_COUNT',
  reason: 'the row has 1 columns, the header has 8',
  raw,
});

it('rejects up to 100,000 rows beside as many good ones, then ends with the first examples', async () => {
  const file = s3.rejectedFile('txns', 'many');
  file.accept(200_000);
  for (let line = 2; line < REJECTED_LIMITS.count + 2; line += 1) await file.add(rejection(line));
  const failure = await file.add(rejection(900_000)).catch((error: unknown) => error);
  expect(failure).toMatchObject({
    code: 'SEED_UNREADABLE',
    disposition: 'halt',
    context: { table: 'txns', rejectedCount: 100_001, acceptedCount: 200_000 },
  });
  expect((failure as Error).message).toContain(
    'more than 100000 rows cannot be taken (100001 rejected, 200000 taken so far), so the rest is not read. ' +
      'The first: line 2: WRONG_COLUMN_COUNT: the row has 1 columns, the header has 8; ' +
      'line 3: WRONG_COLUMN_COUNT: the row has 1 columns, the header has 8; ' +
      'line 4: WRONG_COLUMN_COUNT: the row has 1 columns, the header has 8. ',
  );
  expect(await s3.rejections('rejected/txns/many')).toHaveLength(100_001);
  await expect(file.add(rejection(900_001))).rejects.toBe(failure);
});

it('rejects half of the rows of a long file, and ends when it is more', async () => {
  const file = s3.rejectedFile('txns', 'half');
  file.accept(REJECTED_LIMITS.shareFrom + 1);
  for (let line = 0; line <= REJECTED_LIMITS.shareFrom; line += 1) await file.add(rejection(line));
  await expect(file.add(rejection(1))).rejects.toThrow(/: more than half of its rows cannot be taken/);
});

it('ends at 64 MB of rejected rows, whatever their number', async () => {
  const file = s3.rejectedFile('txns', 'long');
  for (let line = 0; line < 67; line += 1) await file.add(rejection(line, 'x'.repeat(1_000_000)));
  await expect(file.add(rejection(67, 'x'.repeat(1_000_000)))).rejects.toThrow(
    /: more than 67108864 bytes cannot be taken \(68 rejected, 0 taken so far\)/,
  );
});
