/** How much of a long test is run: a fixed slice in `npm test`; by `npm run prove`, as much as its minutes give. */

const { CDC_PROVE_MINUTES: minutes, CDC_PROVE_SEED: seed } = process.env;

export const isProof = minutes !== undefined;

export const proofMs = Number(minutes ?? 0) * 60_000;
export const proofSeed = Number(seed ?? 1);

/** Of a property that names none: the same in each `npm test`. */
export const propertySeed = Number(seed ?? 20_261_129);

/** The runs of a fast-check property. A failure ends it as it is: to shrink one costs a run of the engine each time. */
export function runsOf(slice: { readonly numRuns: number; readonly seed: number }): {
  readonly numRuns: number;
  readonly seed: number;
  readonly endOnFailure: true;
  readonly interruptAfterTimeLimit?: number;
} {
  if (!isProof) return { ...slice, seed: Number(seed ?? slice.seed), endOnFailure: true };
  return { numRuns: 1_000_000, seed: proofSeed, endOnFailure: true, interruptAfterTimeLimit: proofMs };
}
