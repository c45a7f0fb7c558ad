/** Which statement is it? Anything that is not in the table of known statements is refused by name. */
import { WarehouseError } from '../../../../runtime/ports/warehouse';
import { KNOWN_STATEMENTS } from '../known';
import type { Grammar } from './grammar';
import { parseAlterUser, parseCreateUser, parseGrant, parseRevoke } from './parse-access';
import { parseAlterTable } from './parse-alter-table';
import { parseDelete, parseInsert, parseMerge, parseUpdate } from './parse-changes';
import { parseCopy } from './parse-copy';
import { parseCreateTable } from './parse-create-table';
import {
  parseAnalyze,
  parseCommentOnView,
  parseCreateSchema,
  parseCreateView,
  parseDrop,
  parseLock,
  parseTruncate,
  parseVacuum,
} from './parse-objects';
import { parseAlterGroup, parseCreateGroup, parseCreateRole } from './parse-roles';
import { parseReset, parseSet, parseShow, parseTransactionWord } from './parse-session';
import { SqlParser } from './sql-parser';
import type { SqlStatement } from './statement-tree';
import type { ReaderOptions } from './token-reader';

type ParseStatement = (g: Grammar) => SqlStatement;

/** By the statement's first words. */
const PARSERS: ReadonlyMap<string, ParseStatement> = new Map<string, ParseStatement>([
  ['select', (g) => ({ kind: 'select', query: g.query() })],
  ['with', (g) => ({ kind: 'select', query: g.query() })],
  ['explain', parseExplain],
  ['insert', parseInsert],
  ['update', parseUpdate],
  ['delete', parseDelete],
  ['merge', parseMerge],
  ['copy', parseCopy],
  ['create schema', parseCreateSchema],
  ['create user', parseCreateUser],
  ['create role', parseCreateRole],
  ['create group', parseCreateGroup],
  ['alter group', parseAlterGroup],
  ['comment on view', parseCommentOnView],
  ['create view', parseCreateView],
  ['create or replace view', parseCreateView],
  ['create table', parseCreateTable],
  ['create temp table', parseCreateTable],
  ['create temporary table', parseCreateTable],
  ['create local temp table', parseCreateTable],
  ['create local temporary table', parseCreateTable],
  ['alter table', parseAlterTable],
  ['alter user', parseAlterUser],
  ['drop', parseDrop],
  ['grant', parseGrant],
  ['revoke', parseRevoke],
  ['lock', parseLock],
  ['truncate', parseTruncate],
  ['vacuum', parseVacuum],
  ['analyze', parseAnalyze],
  ['set', parseSet],
  ['reset', parseReset],
  ['show', parseShow],
  ...['begin', 'start', 'commit', 'end', 'rollback', 'abort'].map((word): [string, ParseStatement] => [
    word,
    parseTransactionWord,
  ]),
]);

/** Words that begin statements of Redshift or of DuckDB that the twin does not take; the error names them. */
const REFUSED = new Set(
  `alter attach call cancel checkpoint close comment create deallocate declare detach execute export fetch import
  install load pragma prepare refresh unload use values`.split(/\s+/),
);

/** Reads one statement to its end. @throws WarehouseError in Redshift's words. */
export function parseSqlStatement(sql: string, options: ReaderOptions = {}): SqlStatement {
  const g = new SqlParser(sql, options);
  const statement = parseKnown(g);
  g.reader.expectEnd();
  return statement;
}

function parseKnown(g: Grammar): SqlStatement {
  const { reader } = g;
  if (reader.atEnd()) throw new WarehouseError('the statement is empty');
  if (reader.isOperator('(')) return { kind: 'select', query: g.query() };
  const known = KNOWN_STATEMENTS.find(({ words }) => reader.isWord(...words));
  const parse = known === undefined ? undefined : PARSERS.get(known.words.join(' '));
  if (parse !== undefined) return parse(g);
  const { kind, text } = reader.peek();
  if (kind !== 'word' || !REFUSED.has(text)) throw reader.syntaxError();
  const next = reader.peek(1);
  const object =
    ['create', 'alter'].includes(text) && next.kind === 'word' ? ` ${next.text.toUpperCase()}` : '';
  throw reader.unsupported(`${text.toUpperCase()}${object}`);
}

/** The plan is DuckDB's; only that the statement can be planned carries over. */
function parseExplain(g: Grammar): SqlStatement {
  g.reader.expectWord('explain');
  g.reader.acceptWord('verbose');
  return { kind: 'explain', query: g.query() };
}
