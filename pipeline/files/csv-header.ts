/** The header of a CSV file, matched with the columns of a table. */
import type { Column } from '../tables';
import { seedUnreadable } from './seed-file';

/** ` WITHDRAWAL AMT ` is the column `withdrawal_amt`. */
const foldColumnName = (text: string): string => text.trim().toLowerCase().replaceAll(/\s+/g, '_');

/**
 * @returns for each of `columns`, in their order, its place in a record.
 * @throws PipelineError SEED_UNREADABLE (halt) that lists every unknown, missing and repeated column at once: with a
 * column in doubt, every row would be.
 */
export function matchHeader(fields: readonly string[], columns: readonly Column[]): number[] {
  const found = fields.map(foldColumnName);
  const expected = columns.map((column) => column.name);
  const missing = expected.filter((name) => !found.includes(name));
  const unknown = found.filter((name) => !expected.includes(name));
  const repeated = found.filter((name, place) => expected.includes(name) && found.indexOf(name) !== place);
  // Without a header the first line is a row, and its values are not for messages.
  const isHeader = missing.length < expected.length;
  const problems = [
    ...(missing.length === 0 ? [] : [`missing: ${list(missing)}`]),
    ...(unknown.length === 0 ? [] : [`unknown: ${isHeader ? list(unknown) : 'every one'}`]),
    ...(repeated.length === 0 ? [] : [`twice or more: ${list(repeated)}`]),
  ];
  if (problems.length > 0) {
    throw seedUnreadable(
      `the header does not name the columns of the table; ${problems.join('; ')}. Expected, in any order, blanks and case aside: ${expected.join(', ')}. The first line of the file must be the header.`,
      { problemCount: problems.length },
    );
  }
  return expected.map((name) => found.indexOf(name));
}

/** Enough to see what the file is; a line may have a million commas. */
const MAX_LISTED = 20;

function list(names: readonly string[]): string {
  const different = [...new Set(names)];
  const more = different.length - MAX_LISTED;
  return `${different.slice(0, MAX_LISTED).map(shown).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

const shown = (name: string): string => (name === '' ? '(no name)' : JSON.stringify(name.slice(0, 40)));
