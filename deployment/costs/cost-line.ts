/** What a deployment uses in a month, as lines that a price can be put to. */
import PRICES from './prices.json';

export type PriceKey = keyof typeof PRICES.prices;

export interface CostLine {
  /** What is paid for, in words. */
  readonly subject: string;
  readonly price: PriceKey;
  /** In the unit of the price, for a month of 730 hours. */
  readonly quantity: number;
  /** How the quantity comes about. */
  readonly basis: string;
}

export const HOURS_PER_MONTH = 730;
export const SECONDS_PER_MONTH = HOURS_PER_MONTH * 3_600;

export const PRICES_READ_ON = PRICES.readOn;
export const PRICES_REGION = PRICES.region;

/** @throws Error for a class or node type that the data file does not list: a size was changed, and its price is open. */
export function priceKeyOf(service: 'dms' | 'rds' | 'redshift', size: string): PriceKey {
  const key = `${service} ${size}`;
  if (key in PRICES.prices) return key as PriceKey;
  throw new Error(
    `deployment/costs/prices.json has no "${key}": add it with its source, or with a null price until there is one`,
  );
}

export const priceOf = (
  key: PriceKey,
): { readonly unit: string; readonly usd: number | null; readonly source: string } => PRICES.prices[key];

export const priceKeys = (): PriceKey[] => Object.keys(PRICES.prices) as PriceKey[];

/** USD per month; undefined while no source gives the price, which is never guessed. */
export function costOf({ price, quantity }: CostLine): number | undefined {
  const { usd } = priceOf(price);
  return usd === null ? undefined : usd * quantity;
}
