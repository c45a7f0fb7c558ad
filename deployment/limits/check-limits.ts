/** Checks a deployment against the limits of AWS: what each has at most, and each one that is exceeded, by name. */
import type { Deployment } from '../deployment';
import type { Limit, Measured } from './limit';
import { LIMITS } from './limits';

export interface CheckedLimit {
  readonly limit: Limit;
  /** What comes nearest to it; undefined where the deployment has nothing of the kind. */
  readonly greatest: Measured | undefined;
  readonly problems: readonly string[];
}

export function checkLimits(deployment: Deployment, limits: readonly Limit[] = LIMITS): CheckedLimit[] {
  return limits.map((limit) => {
    const measured = [...limit.measure(deployment)].sort((one, other) => other.got - one.got);
    return {
      limit,
      greatest: measured[0],
      problems: measured.filter(({ got }) => got > limit.allowed).map((one) => problemOf(limit, one)),
    };
  });
}

const problemOf = ({ id, allowed, unit, source }: Limit, { subject, got }: Measured): string =>
  `${subject}: ${id}: got ${got} ${unit}, allowed ${allowed} (${source})`;
