import { textsWithin } from '../../json';
import type { PolicyRule } from '../rule';
import { looksSecret } from './secret-text';

export const RULES_FOR_EVERYTHING: readonly PolicyRule[] = [
  {
    id: 'CDC_NO_OPEN_ADDRESS',
    on: '*',
    requires: 'no address range that is the whole internet',
    holds: ({ config }) =>
      textsWithin(config).every(({ text }) => !/\b0\.0\.0\.0\/0|(^|[^\w:])::\/0/.test(text)),
  },
  {
    id: 'CDC_NO_SECRET',
    on: '*',
    requires: 'no password, key or token',
    holds: ({ config }) => textsWithin(config).every(({ path, text }) => !looksSecret(path, text)),
  },
];
