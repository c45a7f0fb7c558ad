/** How much of a long test is run: a fixed slice in `npm test`; by `npm run prove`, as much as its minutes give. */

import fc from 'fast-check';

const { CDC_PROVE_MINUTES: minutes, CDC_PROVE_SEED: seed } = process.env;

export const isProof = minutes !== undefined;

export const proofMs = Number(minutes ?? 0) * 60_000;
export const proofSeed = Number(seed ?? 1);

/** Of a property that names none: the same in each `npm test`. */
export const propertySeed = Number(seed ?? 20_261_129);

/** A failure ends a property as it is: to shrink one costs a run of the engine each time. */
export async function assertRuns<Values>(
  property: fc.IRawProperty<Values>,
  slice: { readonly numRuns: number; readonly seed: number },
): Promise<void> {
  if (!isProof) {
    await fc.assert(property, { ...slice, seed: Number(seed ?? slice.seed), endOnFailure: true });
    return;
  }
  let lastRun: unknown;
  const watched = new Proxy(property, {
    get(target, name: keyof fc.IRawProperty<Values>) {
      if (name === 'run') return (values: Values) => (lastRun = target.run(values));
      const member = target[name];
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
  await fc.assert(watched, {
    numRuns: 1_000_000,
    seed: proofSeed,
    endOnFailure: true,
    interruptAfterTimeLimit: proofMs,
  });
  // fast-check leaves the run that it interrupts to itself, beside whatever comes next.
  await lastRun;
}
