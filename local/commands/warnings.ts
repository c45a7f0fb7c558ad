/** Warnings of functions that say why something is not in the warehouse; others stay in the functions' logs. */
import type { OutcomeFields } from '../runtime/events';
import { handlerOf } from '../runtime/runtime';
import { typedCommand } from '../state/typed-command';
import { line, more, plural, type ReportLine } from './report-line';

/** @param folder of the state, for commands that they name */
export function describeWarning(functionName: string, fields: OutcomeFields, folder: string): ReportLine[] {
  switch (handlerOf(functionName)) {
    case 'ingest-txns':
    case 'ingest-trades':
      return fields.rejectedKey === undefined ? [] : describeRejected(fields, folder);
    case 'stage-stream-records':
    case 'load-staged-batches':
      return [line('warning', about(functionName, fields), details(fields))];
    default:
      return [];
  }
}

/** With its path, as a file and for a client of S3. */
function describeRejected(fields: OutcomeFields, folder: string): ReportLine[] {
  const { table, rejected, firstLine, firstCode, firstColumn, rejectedKey } = fields;
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
    more(
      `${typedCommand(folder, 'connect', 's3')} prints the aws s3 cp that fetches it; fixed, they can be ingested again`,
    ),
  ];
}

const about = (functionName: string, { table }: OutcomeFields): string =>
  typeof table === 'string' ? table : functionName;

function details({ message, code, reason, key }: OutcomeFields): string {
  const parts = [code, message, reason, key].filter((part) => typeof part === 'string' && part !== '');
  return parts.join(': ');
}
