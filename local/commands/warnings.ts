/** Warnings of functions that say why something is not in the warehouse; others stay in the functions' logs. */
import type { OutcomeFields } from '../runtime/events';
import { handlerOf } from '../runtime/runtime';
import { line, more, plural, type ReportLine } from './report-line';

export function describeWarning(functionName: string, fields: OutcomeFields): ReportLine[] {
  switch (handlerOf(functionName)) {
    case 'ingest-txns':
    case 'ingest-trades':
      return fields.rejectedKey === undefined ? [] : describeRejected(fields);
    case 'stage-stream-records':
    case 'load-staged-batches':
      return [line('warning', about(functionName, fields), details(fields))];
    default:
      return [];
  }
}

/** With its path, as a file and for a client of S3. */
function describeRejected({
  table,
  rejected,
  firstLine,
  firstCode,
  firstColumn,
  rejectedKey,
}: OutcomeFields): ReportLine[] {
  const column = firstColumn === null || firstColumn === undefined ? '' : `, column ${firstColumn}`;
  return [
    line(
      'rejected',
      String(table ?? ''),
      `${plural(rejected, 'row')}, the first in line ${firstLine}: ${firstCode}${column}`,
    ),
    more(
      `with their reasons: ${rejectedKey} in the data bucket, a file under s3/buckets/ of the state folder (capitals are %XX, = is at the end)`,
    ),
    more('npm run connect -- s3 prints the aws s3 cp that fetches it; fixed, they can be ingested again'),
  ];
}

const about = (functionName: string, { table }: OutcomeFields): string =>
  typeof table === 'string' ? table : functionName;

function details({ message, code, reason, key }: OutcomeFields): string {
  const parts = [code, message, reason, key].filter((part) => typeof part === 'string' && part !== '');
  return parts.join(': ');
}
