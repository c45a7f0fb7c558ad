/** Which statement is it? Anything that is not listed here is refused by name. */

import { WarehouseError } from '../../../runtime/ports/warehouse';
import { parseQuery } from '../sql/query';
import { TokenReader } from '../sql/reader';
import { type TableName, Translation } from '../sql/translation';
import { parseAlterTable } from './alter-table';
import { columnTypesOf } from './column-types';
import type { Command, CommandSession } from './command';
import { parseCopy } from './copy';
import { parseCreateTable } from './create-table';
import { parseDelete } from './delete';
import { parseGrant, parseRevoke } from './grant';
import { parseInsert } from './insert';
import { parseAnalyze, parseLock, parseTruncate, parseVacuum } from './maintenance';
import { parseMerge } from './merge';
import { parseComment, parseCreateSchema, parseCreateView, parseDrop } from './objects';
import { parseExplain, parseSelect } from './select';
import { parseReset, parseSet, parseShow } from './settings';
import { parseTransactionWord } from './transaction';
import { parseUpdate } from './update';
import { parseAlterUser, parseCreateUser } from './users';

type Parse = (t: Translation) => Command;

const BY_WORDS: readonly (readonly [words: readonly string[], parse: Parse])[] = [
  [['select'], parseSelect],
  [['with'], parseSelect],
  [['explain'], parseExplain],
  [['insert'], parseInsert],
  [['update'], parseUpdate],
  [['delete'], parseDelete],
  [['merge'], parseMerge],
  [['copy'], parseCopy],
  [['create', 'schema'], parseCreateSchema],
  [['create', 'user'], parseCreateUser],
  [['create', 'view'], parseCreateView],
  [['create', 'or', 'replace', 'view'], parseCreateView],
  [['create', 'table'], parseCreateTable],
  [['create', 'temp', 'table'], parseCreateTable],
  [['create', 'temporary', 'table'], parseCreateTable],
  [['create', 'local', 'temp', 'table'], parseCreateTable],
  [['create', 'local', 'temporary', 'table'], parseCreateTable],
  [['alter', 'table'], parseAlterTable],
  [['alter', 'user'], parseAlterUser],
  [['drop'], parseDrop],
  [['comment'], parseComment],
  [['grant'], parseGrant],
  [['revoke'], parseRevoke],
  [['lock'], parseLock],
  [['truncate'], parseTruncate],
  [['vacuum'], parseVacuum],
  [['analyze'], parseAnalyze],
  [['analyse'], parseAnalyze],
  [['set'], parseSet],
  [['reset'], parseReset],
  [['show'], parseShow],
  ...['begin', 'start', 'commit', 'end', 'rollback', 'abort'].map(
    (word) => [[word], parseTransactionWord] as const,
  ),
];

export async function parseCommand(
  sql: string,
  session: CommandSession,
  parameters?: ReadonlyMap<string, string>,
): Promise<Command> {
  const first = parseWith(sql, session, parameters, undefined);
  if (first.t.reads.length === 0 && first.t.labels.size === 0) return first.command;
  // The second reading knows the types of the columns, which SUM and AVG need.
  const types = await columnTypesOf(session, first.t.reads, first.t.labels);
  return parseWith(sql, session, parameters, types).command;
}

function parseWith(
  sql: string,
  session: CommandSession,
  parameters: ReadonlyMap<string, string> | undefined,
  columnTypes: Awaited<ReturnType<typeof columnTypesOf>> | undefined,
): { readonly t: Translation; readonly command: Command } {
  const reader = new TokenReader(sql, {
    caseSensitive: session.settings.get('enable_case_sensitive_identifier') === 'true',
    ...(parameters === undefined ? {} : { parameters }),
  });
  const t = new Translation(reader, {
    database: session.database,
    defaultSchema: session.settings.get('search_path') ?? 'public',
    tempTables: session.tempTables,
    user: session.user,
    ...(columnTypes === undefined ? {} : { columnTypes }),
  });
  t.parseQuery = () => parseQuery(t);
  const command = parseAny(t);
  reader.expectEnd();
  return { t, command };
}

function parseAny(t: Translation): Command {
  const { reader } = t;
  if (reader.atEnd()) throw new WarehouseError('the statement is empty');
  const found = BY_WORDS.find(([words]) => reader.isWord(...words));
  if (found !== undefined) return found[1](t);
  if (reader.isOperator('(')) return parseSelect(t);
  const { kind, text } = reader.peek();
  const known = [
    'unload',
    'call',
    'create',
    'alter',
    'declare',
    'fetch',
    'close',
    'prepare',
    'execute',
    'deallocate',
    'use',
    'attach',
    'detach',
    'pragma',
    'export',
    'import',
    'install',
    'load',
    'checkpoint',
    'values',
    'cancel',
    'refresh',
  ];
  if (kind === 'word' && known.includes(text)) {
    const next = reader.peek(1).kind === 'word' ? ` ${reader.peek(1).text.toUpperCase()}` : '';
    throw reader.unsupported(`${text.toUpperCase()}${['create', 'alter'].includes(text) ? next : ''}`);
  }
  throw reader.syntaxError();
}

export const readLocks = (reads: readonly TableName[]): Command['locks'] =>
  reads.map((table) => ({ table, mode: 'read' as const }));
