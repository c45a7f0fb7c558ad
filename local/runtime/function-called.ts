import type { ResourceArguments } from '../../deployment/resource-arguments';
import type { Laptop } from './laptop';
import type { CallableFunction } from './ports/callable-function';

/** The function that an argument names, by name or by ARN, with or without a version. */
export function functionCalled(laptop: Laptop, resource: ResourceArguments, path: string): CallableFunction {
  const given = resource.text(path);
  const name = /:function:([^:]+)/.exec(given)?.[1] ?? given;
  const found = laptop.functions.get(name);
  if (found === undefined) throw resource.refusal(path, `the function ${given}, which no stack declares`);
  return found;
}
