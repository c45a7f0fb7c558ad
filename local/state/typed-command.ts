/** Commands that are named to a person: as a shell takes them, and about the same pipeline. */
import { relative, resolve } from 'node:path';
import { findOwnSource, type OwnSource } from './own-source';

/** `npm run resync -- shop.orders --data-dir .local-own` @param folder of the state, as typed or absolute */
export const typedCommand = (folder: string, name: string, ...words: readonly string[]): string =>
  withFlags(`npm run ${name}`, [...words.map(shellWord), ...dataDirFlag(folder)]);

/** With the sources of one's own that the folder replicates: a start without them is refused. */
export const startCommand = (folder: string): string =>
  withFlags('npm start', [...flagsOfOwn(findOwnSource(folder)), ...dataDirFlag(folder)]);

/**
 * Functions know nothing of folders. @returns their text, with the flag behind each of the laptop's commands that it names
 */
export function pointToFolder(text: string, folder: string): string {
  const [flag] = dataDirFlag(folder);
  if (flag === undefined) return text;
  return text.replaceAll(OF_FUNCTIONS, (command) => `${command} ${flag}`);
}

/** What set-up names, each with its table. */
const OF_FUNCTIONS = /npm run (?:alter|resync) -- (?:'(?:[^']|'\\'')*'|[\w./:@+=-]*\w)/g;

const withFlags = (command: string, flags: readonly string[]): string =>
  flags.length === 0 ? command : `${command} -- ${flags.join(' ')}`;

/** Nothing for the folder that is taken without the flag. */
function dataDirFlag(folder: string): string[] {
  const inside = relative('', folder);
  if (inside === '.local') return [];
  return [`--data-dir ${shellWord(inside.startsWith('..') ? resolve(folder) : inside || '.')}`];
}

const flagsOfOwn = ({ mysql, dynamodb, without = {} }: OwnSource = {}): string[] => [
  ...flagsOfMysql(mysql ?? without.mysql),
  ...flagsOfDynamodb(dynamodb ?? without.dynamodb),
];

function flagsOfMysql(mysql: OwnSource['mysql']): string[] {
  if (mysql === undefined) return [];
  const { user, host, port, tables, sslMode, sslCa } = mysql;
  const address = host.includes(':') ? `[${host}]` : host;
  return [
    `--mysql ${shellWord(`mysql://${encodeURIComponent(user)}@${address}:${port}`)} --tables ${shellWord(tables)}`,
    ...(sslMode === 'PREFERRED' ? [] : [`--ssl-mode ${sslMode}`]),
    ...(sslCa === undefined ? [] : [`--ssl-ca ${shellWord(sslCa)}`]),
  ];
}

function flagsOfDynamodb(dynamodb: OwnSource['dynamodb']): string[] {
  if (dynamodb === undefined) return [];
  const { endpoint, tables, region, profile } = dynamodb;
  return [
    `--dynamodb ${shellWord(endpoint)} --items ${shellWord(tables.join(','))} --region ${shellWord(region)}`,
    ...(profile === undefined ? [] : [`--profile ${shellWord(profile)}`]),
  ];
}

/** Shells read stars, backticks and blanks. */
export const shellWord = (text: string): string =>
  /^[\w.,:@%+=/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
