/** What a rate of changes needs of each part, beside what the synthesized stacks give it. */
import type { Deployment, Resource } from '../deployment';

/** The same load on both paths. */
export interface Load {
  /** In each of the two sources. */
  readonly changesPerSecond: number;
  /** Of a row or an item, as its source stores it. */
  readonly bytes: number;
  /** In each source. */
  readonly storedGb: number;
}

export interface CapacityLine {
  readonly part: string;
  /** What is counted. */
  readonly subject: string;
  readonly needed: number;
  /** What the stacks, or AWS, give; undefined where only a measurement in an account can tell. */
  readonly given: number | undefined;
  readonly unit: string;
  /** What to turn up when `needed` is more than `given`. */
  readonly turnUp: string;
  /** How the figure comes about, and where its constants are from. */
  readonly basis: string;
}

/** @returns undefined where nothing is known of what is given */
export const isEnough = ({ needed, given }: CapacityLine): boolean | undefined =>
  given === undefined ? undefined : needed <= given;

export const GIB = 1_073_741_824;
export const MIB = 1_048_576;

/** A number of a resource's JSON, also when it is written as text; undefined when it has none. */
export function numberAt(resource: Resource | undefined, path: string): number | undefined {
  const value = Number(resource?.at(path) ?? Number.NaN);
  return Number.isNaN(value) ? undefined : value;
}

export const functionOf = (deployment: Deployment, handler: string): Resource | undefined =>
  deployment.of('aws_lambda_function').find((one) => one.text('function_name').endsWith(`-${handler}`));
