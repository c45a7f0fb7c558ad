/** Ids of the APIs of each usage plan, by the plan's id. */
import { Kind } from '../../runtime/registry';

export const USAGE_PLANS = new Kind<readonly string[]>('usage plans');
