/** The kinds of values of the command line: what each takes, and what it becomes. */

import { nearest } from '../../local/commands/nearest.cjs';
import { UsageError } from './usage-error.mjs';

const LONGEST_SECONDS = 86_400;

/** @typedef {'folder' | 'file' | 'text' | 'url' | 'seconds' | 'number' | 'count' | 'time' | 'choice' | 'choices' | 'pair' | 'table'} Kind */

/**
 * @param {{ kind: Kind, choices?: () => readonly string[], most?: number, like?: string }} taken
 * @param {string} name as the person typed it, such as `--every` or `TABLE`
 * @param {string} text
 * @throws UsageError that names the flag, what it takes and what it got
 */
export function convert(taken, name, text) {
  switch (taken.kind) {
    case 'folder':
    case 'file':
      if (text !== '') return text;
      throw new UsageError(`${name} must name a ${taken.kind}, got: nothing`);
    case 'text':
      return text;
    case 'url':
      return convertUrl(taken.like ?? '', name, text);
    case 'seconds':
      return convertSeconds(name, text);
    case 'number':
      if (/^\d+(\.\d+)?$/.test(text) && Number(text) > 0) return Number(text);
      throw new UsageError(`${name} must be a number above 0, got: ${text}`);
    case 'count': {
      const { least = 1, most = 999_999_999 } = taken;
      if (/^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most) return Number(text);
      throw new UsageError(`${name} must be a whole number from ${least} to ${most}, got: ${text}`);
    }
    case 'time':
      return convertTime(name, text);
    case 'choice':
      return convertChoice(taken.choices?.() ?? [], name, text);
    case 'choices':
      return text.split(',').map((part) => convertChoice(taken.choices?.() ?? [], name, part));
    case 'pair':
      if (/^[^=]+=[^=]+$/.test(text)) return text.split('=');
      throw new UsageError(`${name} takes OLD=NEW, got: ${text}`);
    case 'table':
      if (/^[^.]+\../.test(text)) return text;
      throw new UsageError(
        `${name} is a table with its schema or database, such as shop.orders, got: ${text}`,
      );
    default:
      throw new Error(`there is no kind ${taken.kind}`);
  }
}

/** Of the scheme of `like`, and without a password, which does not belong in a command line. */
function convertUrl(like, name, text) {
  const given = URL.canParse(text) ? new URL(text) : undefined;
  const schemeOf = (url) => url.protocol.replace('https:', 'http:');
  if (given === undefined || given.hostname === '' || schemeOf(given) !== schemeOf(new URL(like)))
    throw new UsageError(`${name} must be an address such as ${like}, got: ${withoutPassword(text)}`);
  if (given.password !== '')
    throw new UsageError(
      `the password of ${name} would be in the list of processes and in the history of the shell: leave it out`,
    );
  return text;
}

const withoutPassword = (text) => text.replace(/:[^:@/]*@/, ':…@');

function convertSeconds(name, text) {
  const seconds = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && seconds > 0 && seconds <= LONGEST_SECONDS) return seconds;
  throw new UsageError(
    `${name} must be a number of seconds above 0 and at most ${LONGEST_SECONDS}, got: ${text}`,
  );
}

/** In UTC unless it says otherwise: a day, or a time to the minute or better. */
function convertTime(name, text) {
  const [, day, time = 'T00:00', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)?(Z|[+-]\d\d:\d\d)?$/.exec(text) ?? [];
  const atMs = Date.parse(`${day}${time}${zone}`);
  if (!Number.isNaN(atMs)) return atMs;
  throw new UsageError(`${name} must be a time like 2026-01-31 or 2026-01-31T12:00:00Z, got: ${text}`);
}

/** Without any choice to compare with, the command itself decides. */
function convertChoice(choices, name, text) {
  if (choices.length === 0 || choices.includes(text)) return text;
  const meant = nearest(text, choices);
  throw new UsageError(
    `${name} must be one of ${choices.join(', ')}, got: ${text}${meant === undefined ? '' : `. Did you mean ${meant}?`}`,
  );
}
