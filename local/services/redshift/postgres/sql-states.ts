/**
 * Errors as a Postgres client gets them. The warehouse words them as Redshift does; the SQLSTATE, by which drivers tell
 * them apart, comes from the words (PostgreSQL documentation, "PostgreSQL Error Codes").
 */
import type { ErrorFields } from '../../../protocol/postgres/backend-messages';
import { UnsupportedFormat } from '../../../protocol/postgres/value-bytes';

/** An error of the port itself, whose code is known where it is thrown. */
export class PortError extends Error {
  override readonly name = 'PortError';

  constructor(
    readonly code: string,
    message: string,
    readonly hint?: string,
  ) {
    super(message);
  }
}

const STATES: readonly (readonly [pattern: RegExp, code: string])[] = [
  [/in a read-only transaction/, '25006'],
  [/^current transaction is aborted|^the transaction was aborted/, '25P02'],
  [/cannot run inside a transaction block/, '25001'],
  [/^Query cancelled/, '57014'],
  [/^permission denied|^must be (?:owner|superuser)/, '42501'],
  [/^syntax error|^unterminated|^zero-length delimited|^the statement is empty/, '42601'],
  [/^(?:function|operator|count\(\*\)).* (?:does not exist|aggregate function)/, '42883'],
  [/^operator does not exist/, '42883'],
  [/^type "/, '42704'],
  [/^unrecognized configuration parameter/, '42704'],
  [/^schema .* does not exist/, '3F000'],
  [/^relation .* does not exist/, '42P01'],
  [/^column .* does not exist/, '42703'],
  [/is ambiguous$/, '42702'],
  [/must appear in the GROUP BY/, '42803'],
  [/is not supported/, '0A000'],
  [/division by zero/, '22012'],
  [/invalid input syntax|Invalid digit|Invalid JSON/, '22P02'],
  [/[Oo]verflow|out of range/, '22003'],
  [/Value too long/, '22001'],
  [/invalid byte sequence/, '22021'],
  [/^deadlock detected/, '40P01'],
  [/^1023\b/, '40001'],
  [/^stack depth limit/, '54001'],
  [/^cannot cast|needs a cast/, '42846'],
];

const READ_ONLY_HINT = 'This port only reads. Rows change in the source and arrive here by themselves.';

/** What is not known by its words is an internal error, as Redshift's own are (XX000). */
export function describeFailure(error: unknown): ErrorFields {
  if (error instanceof PortError) {
    const { code, message, hint } = error;
    return { severity: 'ERROR', code, message, ...(hint === undefined ? {} : { hint }) };
  }
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof UnsupportedFormat) return { severity: 'ERROR', code: '0A000', message: text };
  const [said = '', position] = text.split(/\n {2}Position: (\d+)/);
  const [message = '', detail] = said.split(/\nDetail:\s*/);
  const code = STATES.find(([pattern]) => pattern.test(message))?.[1] ?? 'XX000';
  return {
    severity: 'ERROR',
    code,
    message,
    ...(detail === undefined ? {} : { detail }),
    ...(code === '25006' ? { hint: READ_ONLY_HINT } : {}),
    ...(position === undefined ? {} : { position: Number(position) }),
  };
}
