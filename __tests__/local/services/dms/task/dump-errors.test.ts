/** What the server says when it cannot send its binlog, and what a person reads of it. */

import { explainDumpError } from '../../../../../local/services/dms/task/checkpoint';
import { PipelineError } from '../../../../../pipeline/errors';

const AT = { file: 'binlog.000004', offset: 198 };

const explained = (message: string, errno = 1236): string => {
  const error = explainDumpError(Object.assign(new Error(message), { errno }), AT);
  return error instanceof PipelineError ? `${error.code}: ${error.message}` : String(error);
};

// As MySQL 9.7 and MariaDB 10.11 word them.
it.each([
  [
    'Cannot replicate anonymous transaction when @@GLOBAL.GTID_MODE = ON, at file ./binlog.000004, position 198.',
    /^SOURCE_NOT_READY.*after binlog\.000004:198.*ON_PERMISSIVE for ON/s,
  ],
  [
    'Cannot replicate GTID-transaction when @@GLOBAL.GTID_MODE = OFF, at file ./binlog.000009, position 1034.',
    /^SOURCE_NOT_READY.*OFF_PERMISSIVE for OFF/s,
  ],
  ['Could not find first log file name in binary log index file', /^POSITION_LOST/],
  ['Client requested master to start replication from impossible position', /^SOURCE_REPLACED/],
  ['binlog truncated in the middle of event', /^SOURCE_REPLACED/],
  ['something else', /^REPLICATION_TASK_FAILED.*cannot send its binlog from binlog\.000004:198/s],
])('%s', (message, expected) => {
  expect(explained(message)).toMatch(expected);
});
