/** Which hours off the stream mapping is shown with: a slice in `npm test`, all of them by `npm run prove -- days`. */
import { Random } from '../../scripts/soak/random';
import { isProof, proofMs, proofSeed } from './proof';

export interface DaysToProve {
  readonly hoursOff: readonly number[];
  /** At least one, and more until the time is over; each with its own numbers. */
  readonly rounds: () => AsyncGenerator<Random>;
}

export function daysToProve(): DaysToProve {
  return {
    hoursOff: isProof ? [0, 20, 24, 25, 31, 47, 72] : [31],
    rounds: () => roundsUntil(performance.now() + proofMs, proofSeed),
  };
}

async function* roundsUntil(endsAt: number, seed: number): AsyncGenerator<Random> {
  let round = 0;
  do {
    yield new Random(seed + round);
    round += 1;
    if (isProof) console.info(`round ${round} holds, seed ${seed + round - 1}`);
  } while (performance.now() < endsAt);
}
