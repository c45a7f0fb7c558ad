/** SET, RESET, SHOW: the few parameters that mean something here. */

import { WarehouseError } from '../../../runtime/ports/warehouse';
import { quoteName, quoteText } from '../sql/names';
import { type Command, type CommandSession, EMPTY_RESULT } from './command';

/** Accepted without effect: they tune Redshift, and change no answer. */
const WITHOUT_EFFECT = new Set([
  'query_group',
  'statement_timeout',
  'wlm_query_slot_count',
  'application_name',
  'client_encoding',
  'enable_result_cache_for_session',
  'extra_float_digits',
  'analyze_threshold_percent',
  // What drivers of PostgreSQL set on each connection.
  'transaction',
  'default_transaction_isolation',
  'default_transaction_read_only',
  'idle_in_transaction_session_timeout',
  'intervalstyle',
  'lock_timeout',
  'bytea_output',
]);
const DEFAULTS: ReadonlyMap<string, string> = new Map([
  ['search_path', 'public'],
  ['enable_case_sensitive_identifier', 'false'],
  ['timezone', 'UTC'],
  ['datestyle', 'ISO, MDY'],
  ['server_version', '8.0.2'],
  ['server_encoding', 'UTF8'],
  ['client_encoding', 'UTF8'],
  ['standard_conforming_strings', 'off'],
  ['transaction_isolation', 'serializable'],
  ['default_transaction_isolation', 'serializable'],
  ['transaction_read_only', 'off'],
  ['statement_timeout', '0'],
  ['application_name', ''],
  ['extra_float_digits', '0'],
  ['max_index_keys', '32'],
]);

const withoutNeeds = (run: Command['run']): Command => ({ locks: [], needs: [], run });

export const planSet = (name: string, values: readonly string[]): Command =>
  withoutNeeds(async (session) => {
    apply(session.settings, name, values);
    return EMPTY_RESULT;
  });

function apply(settings: Map<string, string>, name: string, values: readonly string[]): void {
  const value = values[0]!.toLowerCase();
  switch (name) {
    case 'search_path': {
      const schemas = values
        .flatMap((text) => text.split(','))
        .map((text) => text.trim().toLowerCase().replaceAll('"', ''));
      const own = schemas.filter((schema) => schema !== '$user');
      if (own.length === 0) throw new WarehouseError('a search_path without a schema is not supported');
      settings.set(name, own.join(', '));
      return;
    }
    case 'enable_case_sensitive_identifier':
      settings.set(name, ['true', 'on', '1'].includes(value) ? 'true' : 'false');
      return;
    case 'timezone':
    case 'datestyle':
      if (['utc', 'gmt', 'iso', 'default'].includes(value.split(',')[0]!)) return;
      throw new WarehouseError(`SET ${name} TO '${values[0]}' is not supported`);
    default:
      if (!WITHOUT_EFFECT.has(name))
        throw new WarehouseError(`unrecognized configuration parameter "${name}"`);
      settings.set(name, values.join(', '));
  }
}

export const planReset = (name: string): Command =>
  withoutNeeds(async (session) => {
    if (name === 'all') session.settings.clear();
    else session.settings.delete(name);
    return EMPTY_RESULT;
  });

/** The schemas where names without one are looked up, in their order. */
export const searchPathOf = ({ settings }: Pick<CommandSession, 'settings'>): string[] =>
  (settings.get('search_path') ?? 'public').split(', ');

function settingOf({ settings, readOnly }: CommandSession, name: string): string | undefined {
  if (readOnly && name.endsWith('transaction_read_only')) return 'on';
  return settings.get(name) ?? DEFAULTS.get(name);
}

export const planShow = (name: string): Command =>
  withoutNeeds(async (session) => {
    const value = settingOf(session, name);
    if (value === undefined) throw new WarehouseError(`unrecognized configuration parameter "${name}"`);
    return session.execute(`SELECT ${quoteText(value)} AS ${quoteName(name)}`);
  });
