/** SET, RESET, SHOW: the few parameters that mean something here. */

import { WarehouseError } from '../../../runtime/ports/warehouse';
import { quoteText } from '../sql/reader';
import type { Translation } from '../sql/translation';
import { type Command, EMPTY_RESULT } from './command';

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
]);
const DEFAULTS: Readonly<Record<string, string>> = {
  search_path: 'public',
  enable_case_sensitive_identifier: 'false',
  timezone: 'UTC',
  datestyle: 'ISO, MDY',
};

export function parseSet(t: Translation): Command {
  const { reader } = t;
  reader.expectWord('set');
  if (!reader.acceptWord('session')) reader.acceptWord('local');
  const name = reader.label();
  if (!reader.acceptWord('to')) reader.expectOperator('=');
  const values = [reader.take().text];
  while (reader.acceptOperator(',')) values.push(reader.take().text);
  return {
    locks: [],
    needs: [],
    run: async (session) => {
      apply(session.settings, name, values);
      return EMPTY_RESULT;
    },
  };
}

function apply(settings: Map<string, string>, name: string, values: readonly string[]): void {
  const value = values[0]!.toLowerCase();
  switch (name) {
    case 'search_path': {
      const schemas = values
        .flatMap((text) => text.split(','))
        .map((text) => text.trim().toLowerCase().replaceAll('"', ''));
      const own = schemas.filter((schema) => schema !== '$user');
      if (own.length !== 1)
        throw new WarehouseError('a search_path of more than one schema is not supported');
      settings.set(name, own[0]!);
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

export function parseReset(t: Translation): Command {
  const { reader } = t;
  reader.expectWord('reset');
  const name = reader.label();
  return {
    locks: [],
    needs: [],
    run: async (session) => {
      if (name === 'all') session.settings.clear();
      else session.settings.delete(name);
      return EMPTY_RESULT;
    },
  };
}

export function parseShow(t: Translation): Command {
  const { reader } = t;
  reader.expectWord('show');
  const name = reader.label();
  return {
    locks: [],
    needs: [],
    run: async (session) => {
      const value = session.settings.get(name) ?? DEFAULTS[name];
      if (value === undefined) throw new WarehouseError(`unrecognized configuration parameter "${name}"`);
      return session.execute(`SELECT ${quoteText(value)} AS "${name}"`);
    },
  };
}
