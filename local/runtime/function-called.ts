import type { ResourceArguments } from '../../deployment/resource-arguments';
import { type CallableFunction, FUNCTIONS } from './ports/callable-function';
import type { Registry } from './registry';

/** The function that an argument names, by name or by ARN, with or without a version. */
export function functionCalled(
  registry: Registry,
  resource: ResourceArguments,
  path: string,
): CallableFunction {
  const given = resource.text(path);
  const name = /:function:([^:]+)/.exec(given)?.[1] ?? given;
  const found = registry.of(FUNCTIONS).get(name);
  if (found === undefined) throw resource.refusal(path, `the function ${given}, which no stack declares`);
  return found;
}
