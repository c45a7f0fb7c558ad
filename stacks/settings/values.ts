/** How the values of the settings are checked. Every check of a value reports the same text: what is allowed. */
import * as z from 'zod';

export const text = (pattern: RegExp, allowed: string) =>
  z.string({ error: allowed }).regex(pattern, allowed);

export const whole = (from: number, to: number, unit: string) => {
  const allowed = `a whole number from ${from} to ${to} (${unit})`;
  return z.number({ error: allowed }).int(allowed).min(from, allowed).max(to, allowed);
};

export const flag = z.boolean({ error: 'true or false' });

export const oneOf = <Value extends string | number>(values: readonly Value[]) =>
  z.literal(values, { error: `one of ${values.join(', ')}` });

/** Names out of a fixed set, each at most once. */
export const namesOutOf = <Value extends string>(values: readonly Value[]) => {
  const allowed = `a list of ${values.map((value) => `"${value}"`).join(', ')}, each at most once`;
  return z
    .array(z.literal(values, { error: allowed }), { error: allowed })
    .refine((given) => new Set(given).size === given.length, allowed);
};

export const group = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `only the keys ${Object.keys(shape).join(', ')}`
        : `an object with the keys ${Object.keys(shape).join(', ')}`,
  });

/** A group of one kind among several, each with keys of its own; its key `kind` says which. */
export const kinds = <Options extends readonly [Kind, ...Kind[]]>(...options: Options) =>
  z.discriminatedUnion('kind', options, {
    error: `one of ${options.map(({ shape }) => shape.kind.value).join(', ')}`,
  });

/** One of them: a group with `kind` and the keys of that kind. */
export const kind = <Name extends string, Shape extends z.ZodRawShape>(name: Name, shape: Shape) =>
  group({ kind: z.literal(name), ...shape });

type Kind = z.ZodObject<{ readonly kind: z.ZodLiteral<string> } & z.ZodRawShape, z.core.$strict>;
