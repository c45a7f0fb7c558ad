import { printEvent } from '../../../local/commands/report';
import { parseOutcomeLine } from '../../../local/services/lambda/outcome-line';

/** A line of a function's log, as a person gets to see it. */
const shown = (functionName: string, logged: object): string => {
  const outcome = parseOutcomeLine(JSON.stringify(logged));
  if (outcome === undefined) return '';
  return printEvent({ type: 'outcome', functionName, ...outcome }, 'elsewhere').join('\n');
};

describe('a warning of a function', () => {
  it('says which rows were rejected, why, and where they are', () => {
    const text = shown('cdc-dev-ingest-txns', {
      level: 'WARN',
      message: 'rejected',
      table: 'txns',
      rejected: 2,
      rejectedKey: 'rejected/txns/1.jsonl',
      firstLine: 3,
      firstCode: 'BAD_DATE',
      firstColumn: 'date',
    });
    expect(text).toMatch(/rejected +txns +2 rows, the first in line 3: BAD_DATE, column date\n/);
    expect(text).toContain('rejected/txns/1.jsonl in the data bucket, a file under s3/buckets/');
    expect(text).toContain('npm run connect -- s3 --data-dir elsewhere prints');
  });

  it('says why a stream record is tried again and again, and why a table was not loaded', () => {
    expect(
      shown('cdc-dev-stage-stream-records', {
        level: 'WARN',
        message: 'S3 does not answer',
        code: 'S3_UNAVAILABLE',
      }),
    ).toMatch(/warning +cdc-dev-stage-stream-records +S3_UNAVAILABLE: S3 does not answer$/);
    expect(
      shown('cdc-dev-load-staged-batches', {
        level: 'WARN',
        message: 'a table could not be loaded',
        table: 'trades',
        reason: 'locked',
      }),
    ).toMatch(/warning +trades +a table could not be loaded: locked$/);
  });

  it('of other functions stays in their logs, as does what is no warning', () => {
    const differing = { level: 'WARN', message: 'a row does not match', table: 'txns', kind: 'missing' };
    expect(shown('cdc-dev-reconcile-tables', differing)).toBe('');
    expect(shown('cdc-dev-ingest-txns', { level: 'INFO', message: 'hello' })).toBe('');
  });
});
