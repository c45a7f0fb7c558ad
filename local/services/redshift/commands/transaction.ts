import type { Translation } from '../sql/translation';
import { type Command, EMPTY_RESULT } from './command';

/** BEGIN, COMMIT, ROLLBACK and their other names. Isolation levels are read and, as in Redshift, ignored. */
export function parseTransactionWord(t: Translation): Command {
  const { reader } = t;
  const word = reader.take().text;
  if (!reader.acceptWord('transaction')) reader.acceptWord('work');
  if (reader.acceptWord('isolation', 'level'))
    while (!reader.atEnd() && !reader.isOperator(';')) reader.take();
  if (reader.acceptWord('read')) reader.take();
  const transaction =
    word === 'begin' || word === 'start'
      ? 'begin'
      : word === 'commit' || word === 'end'
        ? 'commit'
        : 'rollback';
  return { locks: [], needs: [], transaction, run: () => Promise.resolve(EMPTY_RESULT) };
}
