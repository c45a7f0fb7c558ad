/** Which hours off the stream mapping is shown with: a slice in `npm test`, all of them by `npm run prove -- days`. */
import { isProof, proofMs, proofSeed } from './proof';

export interface DaysToProve {
  readonly hoursOff: readonly number[];
  /** At least one, and more until the time is over; each with its own source of numbers below a bound. */
  readonly rounds: () => AsyncGenerator<(below: number) => number>;
}

export function daysToProve(): DaysToProve {
  return {
    hoursOff: isProof ? [0, 20, 25, 31, 72] : [31],
    rounds: () => roundsUntil(performance.now() + proofMs, proofSeed),
  };
}

async function* roundsUntil(endsAt: number, seed: number): AsyncGenerator<(below: number) => number> {
  let round = 0;
  do {
    yield randomOf(seed + round);
    round += 1;
    if (isProof) console.info(`round ${round} holds, seed ${seed + round - 1}`);
  } while (performance.now() < endsAt);
}

/** A linear congruence (Numerical Recipes, "Quick and Dirty Generators"): the same numbers on every machine. */
function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
