/** What a month costs more or less, for what runs whether or not data flows. */
import { type CostLine, costOf, priceOf } from '../costs/cost-line';
import { FIXED_PARTS } from '../costs/fixed-lines';
import type { Deployment } from '../deployment';

export interface CostDifference {
  readonly subject: string;
  readonly unit: string;
  readonly before: number;
  readonly after: number;
  /** More is above zero; undefined while the price file has no price for it. */
  readonly usd: number | undefined;
}

export interface CostDifferences {
  readonly lines: readonly CostDifference[];
  /** What could not be counted, and why. */
  readonly open: readonly string[];
}

export function costDifferences(before: Deployment, after: Deployment): CostDifferences {
  const open: string[] = [];
  const lines = FIXED_PARTS.flatMap((part) => {
    try {
      return lineDifferences(part(before), part(after));
    } catch (error) {
      // A class that the price file does not list.
      open.push(error instanceof Error ? error.message : String(error));
      return [];
    }
  });
  return { lines, open: [...new Set(open)] };
}

function lineDifferences(before: readonly CostLine[], after: readonly CostLine[]): CostDifference[] {
  const keys = [...new Map([...before, ...after].map((line) => [`${line.subject} ${line.price}`, line]))];
  return keys.flatMap(([key, line]) => {
    const [was, is] = [quantityOf(before, key), quantityOf(after, key)];
    if (was === is) return [];
    const usd = costOf({ ...line, quantity: is - was });
    return [{ subject: line.subject, unit: priceOf(line.price).unit, before: was, after: is, usd }];
  });
}

const quantityOf = (lines: readonly CostLine[], key: string): number =>
  lines
    .filter(({ subject, price }) => `${subject} ${price}` === key)
    .reduce((sum, { quantity }) => sum + quantity, 0);

/** Of those that have a price. */
export const sumOfCosts = (lines: readonly CostDifference[]): number =>
  lines.reduce((sum, { usd }) => sum + (usd ?? 0), 0);
