/** SET, RESET, SHOW, and the words of transactions. */
import type { Grammar } from './grammar';
import type { SqlStatement } from './statement-tree';
import type { TokenReader } from './token-reader';

export function parseSet({ reader }: Grammar): SqlStatement {
  reader.expectWord('set');
  if (
    reader.acceptWord('session', 'characteristics', 'as', 'transaction') ||
    reader.acceptWord('transaction')
  )
    return { kind: 'set', name: 'transaction', values: [restOf(reader)] };
  if (!reader.acceptWord('session')) reader.acceptWord('local');
  const isZone = reader.acceptWord('time', 'zone');
  const name = isZone ? 'timezone' : reader.label();
  if (!isZone && !reader.acceptWord('to')) reader.expectOperator('=');
  const values = [reader.take().text];
  while (reader.acceptOperator(',')) values.push(reader.take().text);
  return { kind: 'set', name, values };
}

/** Modes of transactions: isolation and READ ONLY, which change nothing here. */
function restOf(reader: TokenReader): string {
  const words: string[] = [];
  while (!reader.atEnd() && !reader.isOperator(';')) words.push(reader.take().text);
  return words.join(' ');
}

export function parseReset({ reader }: Grammar): SqlStatement {
  reader.expectWord('reset');
  return { kind: 'reset', name: reader.label() };
}

export function parseShow({ reader }: Grammar): SqlStatement {
  reader.expectWord('show');
  if (reader.acceptWord('transaction', 'isolation', 'level'))
    return { kind: 'show', name: 'transaction_isolation' };
  if (reader.acceptWord('time', 'zone')) return { kind: 'show', name: 'timezone' };
  return { kind: 'show', name: reader.label() };
}

/** BEGIN, COMMIT, ROLLBACK and their other names. Isolation levels are read and, as in Redshift, ignored. */
export function parseTransactionWord({ reader }: Grammar): SqlStatement {
  const word = reader.take().text;
  if (!reader.acceptWord('transaction')) reader.acceptWord('work');
  if (reader.isWord('isolation', 'level') || reader.isWord('read') || reader.isWord('not', 'deferrable'))
    restOf(reader);
  if (word === 'begin' || word === 'start') return { kind: 'transaction', effect: 'begin' };
  return { kind: 'transaction', effect: word === 'commit' || word === 'end' ? 'commit' : 'rollback' };
}
