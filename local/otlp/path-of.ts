/** Which of the two paths something belongs to, and how far along it is. */
import type { HandlerName } from '../../pipeline/handler-environment';
import { handlerOf } from '../runtime/runtime';

export type PathName = 'mysql' | 'dynamodb';

/** In the order that data takes. */
export const STEPS = ['ingest', 'snapshot', 'capture', 'stage', 'load', 'reconcile'] as const;
export type StepName = (typeof STEPS)[number];

/** Functions that are one step of one path. */
const STEP_OF_HANDLER: Partial<Record<HandlerName, { readonly path: PathName; readonly step: StepName }>> = {
  'ingest-txns': { path: 'mysql', step: 'ingest' },
  'ingest-trades': { path: 'dynamodb', step: 'ingest' },
  'stage-stream-records': { path: 'dynamodb', step: 'stage' },
  'load-staged-batches': { path: 'dynamodb', step: 'load' },
};

/** Undefined for a function that is not one step of one path. */
export function stepOfFunction(
  functionName: string,
): { readonly path: PathName; readonly step: StepName } | undefined {
  const handler = handlerOf(functionName);
  return handler === undefined ? undefined : STEP_OF_HANDLER[handler];
}

/** Outcomes of these functions that count rows of a table. */
export const hasRows = (outcome: string): boolean => ['ingested', 'staged', 'loaded'].includes(outcome);

/** `mysql.bank.txns` or `dynamodb.trades`. */
export const pathOfSource = (source: string): PathName =>
  source.startsWith('dynamodb.') ? 'dynamodb' : 'mysql';
