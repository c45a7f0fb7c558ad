/** The foreign keys of a table that change its rows, as somebody sees them who may only read it. */
import type { Connection } from 'mysql2';
import { type CascadingKey, cascadeProblem } from '../../../../pipeline/mysql/foreign-key-cascades';
import { quoteMysqlTable } from '../../../../pipeline/mysql/mysql-identifier';
import { parseCreateTables } from '../../../../pipeline/values/mysql-create-table';
import { queryRows } from '../binlog/binlog-stream';
import type { SourceTable } from './source-table';
import { readTokens, type SqlToken, type StatementDialect } from './statement/sql-tokens';
import { splitAtCommas } from './statement/statement-reader';

/** Texts are in single quotes there, and names in either of the others. */
const PRINTED: StatementDialect = {
  ansiQuotes: true,
  noBackslashEscapes: false,
  flavour: 'mysql',
  version: 80_000,
};

/**
 * Why the table cannot be replicated, if one of its keys is of that kind. MariaDB hides foreign keys in its
 * information schema from a user who has only SELECT; the declaration of the table has them.
 */
export async function readUnlogged(
  connection: Connection,
  { database, table }: SourceTable,
): Promise<string | undefined> {
  const [row] = (await queryRows(
    connection,
    `SHOW CREATE TABLE ${quoteMysqlTable({ database, name: table })}`,
  )) as { 'Create Table'?: string }[];
  const text = row?.['Create Table'] ?? '';
  return cascadeProblem(parseCascadingKeys(text)) ?? parseCreateTables(text)[0]?.unlike;
}

export function parseCascadingKeys(declaration: string): CascadingKey[] {
  const tokens = [...readTokens(declaration, PRINTED)];
  const open = tokens.findIndex(({ kind, text }) => kind === 'symbol' && text === '(');
  return splitAtCommas(tokens.slice(open + 1)).flatMap((part) => {
    const words = part.map(({ kind, text }) => (kind === 'word' ? text.toUpperCase() : ''));
    const references = words.indexOf('REFERENCES');
    if (references < 0 || !words.includes('FOREIGN')) return [];
    const [onDelete, onUpdate] = [actionOf(words, 'DELETE'), actionOf(words, 'UPDATE')];
    if (!isActing(onDelete) && !isActing(onUpdate)) return [];
    return [{ name: part[1]?.text ?? '', parent: parentOf(part, references), onDelete, onUpdate }];
  });
}

const isActing = (action: string): boolean => action === 'CASCADE' || action.startsWith('SET');

/** Without a word it is RESTRICT. */
function actionOf(words: readonly string[], event: 'DELETE' | 'UPDATE'): string {
  const at = words.findIndex((word, index) => word === 'ON' && words[index + 1] === event);
  if (at < 0) return 'RESTRICT';
  const [first = '', second = ''] = words.slice(at + 2);
  return first === 'SET' || first === 'NO' ? `${first} ${second}` : first;
}

function parentOf(part: readonly SqlToken[], references: number): string {
  const names = part.slice(references + 1).filter(({ kind }) => kind === 'name');
  const isQualified = part[references + 2]?.text === '.';
  return names[isQualified ? 1 : 0]?.text ?? '';
}
