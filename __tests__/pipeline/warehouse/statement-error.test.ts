import {
  classifyException,
  classifyFailure,
  maskValues,
  statementError,
} from '../../../pipeline/warehouse/statement-error';

it.each([
  ['ERROR: 1023 Detail: Serializable isolation violation on table - 108', 'WAREHOUSE_BUSY', 'retry'],
  ['ERROR: 1018 DETAIL: Relation does not exist.', 'WAREHOUSE_BUSY', 'retry'],
  ['ERROR: deadlock detected', 'WAREHOUSE_BUSY', 'retry'],
  ['ERROR: Query reached usage limit', 'WAREHOUSE_BUSY', 'retry'],
  ['Query #4 failed with ERROR: could not connect to server', 'WAREHOUSE_BUSY', 'retry'],
  [
    "Query #4 failed with ERROR: Load into table 'staged_trades' failed.  Check 'sys_load_error_detail' system table for details.",
    'LOAD_FILE_REJECTED',
    'dead-letter',
  ],
  ['ERROR: failed to inflate with gzip: unexpected end of file.', 'LOAD_FILE_REJECTED', 'dead-letter'],
  ['ERROR: Mandatory url is not present in manifest file.', 'LOAD_FILE_REJECTED', 'dead-letter'],
  ['ERROR: permission denied for relation trades', 'LOAD_STATEMENT_FAILED', 'halt'],
  ['ERROR: column "x" does not exist in trades', 'LOAD_STATEMENT_FAILED', 'halt'],
  ['ERROR: S3ServiceException:Access Denied,Status 403', 'LOAD_STATEMENT_FAILED', 'halt'],
])('%s is %s (%s)', (text, code, disposition) => {
  expect(classifyFailure(text)).toEqual({ code, disposition });
});

it.each([
  [{ name: 'ActiveStatementsExceededException', $fault: 'client' }, 'retry'],
  [{ name: 'ThrottlingException', $fault: 'client' }, 'retry'],
  [{ name: 'InternalServerException', $fault: 'server' }, 'retry'],
  [{ name: 'Error', code: 'ECONNREFUSED' }, 'retry'],
  [{ name: 'ValidationException', $fault: 'client' }, 'halt'],
  [{ name: 'AccessDeniedException', $fault: 'client' }, 'halt'],
  [undefined, 'halt'],
])('the exception %j has the disposition %s', (error, disposition) => {
  expect(classifyException(error).disposition).toBe(disposition);
});

it('a message names the statement, the files and the advice, and no value', () => {
  const error = statementError({
    id: 'some-id',
    name: 'load/trades/1/0',
    text: "Invalid digit, Value 'S', Pos 0, context: SECRET in s3://b/incoming/trades/x.json.gz, s3://b/y",
    verdict: classifyFailure('load into table x failed'),
  });
  expect(error.message).toContain('load/trades/1/0');
  expect(error.message).not.toContain('SECRET');
  expect(error.context.files).toBe('s3://b/incoming/trades/x.json.gz s3://b/y');
  expect(maskValues('invalid input syntax for integer: "SECRET"')).not.toContain('SECRET');
  expect(maskValues('Key (id)=(SECRET) exists')).not.toContain('SECRET');
});
