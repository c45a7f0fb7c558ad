/**
 * Tables as others make them, of every kind, in `existing-tables/*.sql`. Each has
 *
 *   -- table: NAME [mariadb | mysql] [refused: words of the reason]
 *   CREATE TABLE …;  and its first rows, before the copy;
 *   -- then
 *   what changes afterwards.
 *
 * Without `-- then` all rows move to other keys, are inserted once more, and one is deleted: the first column is `id` then.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerFlavour } from '../../pipeline/mysql/server-flavour';

export interface ExistingTable {
  readonly name: string;
  /** Absent where every server has such a table. */
  readonly flavour?: ServerFlavour;
  /** What the refusal says, for a table that cannot be replicated. */
  readonly refused?: string;
  readonly create: readonly string[];
  readonly change: readonly string[];
}

const FOLDER = join(__dirname, 'existing-tables');
const HEADER = /^(`(?:[^`]|``)+`|\S+)(?: (mariadb|mysql))?(?: refused: (.+))?\n/;

export const readExistingTables = (flavour: ServerFlavour): ExistingTable[] =>
  readdirSync(FOLDER)
    .sort()
    .flatMap((file) => parseTables(readFileSync(join(FOLDER, file), 'utf8')))
    .filter((table) => table.flavour === undefined || table.flavour === flavour);

const parseTables = (text: string): ExistingTable[] =>
  text
    .split(/^-- table: /m)
    .slice(1)
    .map((section) => {
      const [header = '', quoted = '', flavour, refused] = HEADER.exec(section) ?? [];
      const [before = '', after] = section.slice(header.length).split(/^-- then\n/m);
      const create = statementsOf(before);
      const name = quoted.startsWith('`') ? quoted.slice(1, -1).replaceAll('``', '`') : quoted;
      return {
        name,
        ...(flavour === undefined ? {} : { flavour: flavour as ServerFlavour }),
        ...(refused === undefined ? {} : { refused }),
        create,
        change: after === undefined ? usualChanges(quoted, create) : statementsOf(after),
      };
    });

/** A statement ends with a semicolon at the end of a line; each table begins with the session's usual settings. */
const statementsOf = (text: string): string[] => [
  "SET SESSION sql_mode = DEFAULT, time_zone = '+00:00'",
  ...text.split(/;\n/).filter((statement) => statement.trim() !== ''),
];

/** Each value goes through the stream in an insert, and in an update before and after. */
const usualChanges = (table: string, create: readonly string[]): string[] => [
  ...create.filter((statement) => statement.startsWith('SET SESSION')),
  `UPDATE ${table} SET id = id + 100 ORDER BY id DESC`,
  ...create.filter((statement) => statement.startsWith('INSERT')),
  `DELETE FROM ${table} WHERE id = 101`,
];
