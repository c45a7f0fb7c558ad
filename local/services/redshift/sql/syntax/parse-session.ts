/** SET, RESET, SHOW, and the words of transactions. */
import type { Grammar } from './grammar';
import type { SqlStatement } from './statement-tree';

export function parseSet({ reader }: Grammar): SqlStatement {
  reader.expectWord('set');
  if (!reader.acceptWord('session')) reader.acceptWord('local');
  const name = reader.label();
  if (!reader.acceptWord('to')) reader.expectOperator('=');
  const values = [reader.take().text];
  while (reader.acceptOperator(',')) values.push(reader.take().text);
  return { kind: 'set', name, values };
}

export function parseReset({ reader }: Grammar): SqlStatement {
  reader.expectWord('reset');
  return { kind: 'reset', name: reader.label() };
}

export function parseShow({ reader }: Grammar): SqlStatement {
  reader.expectWord('show');
  return { kind: 'show', name: reader.label() };
}

/** BEGIN, COMMIT, ROLLBACK and their other names. Isolation levels are read and, as in Redshift, ignored. */
export function parseTransactionWord({ reader }: Grammar): SqlStatement {
  const word = reader.take().text;
  if (!reader.acceptWord('transaction')) reader.acceptWord('work');
  if (reader.acceptWord('isolation', 'level')) {
    while (!reader.atEnd() && !reader.isOperator(';')) reader.take();
  }
  if (reader.acceptWord('read')) reader.take();
  if (word === 'begin' || word === 'start') return { kind: 'transaction', effect: 'begin' };
  return { kind: 'transaction', effect: word === 'commit' || word === 'end' ? 'commit' : 'rollback' };
}
