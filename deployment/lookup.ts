/** What a reference stands for: attributes of started resources, outputs of other stacks, facts of the account. */

import type { Json, JsonMap } from './json';
import { follow, type Lookup, type Place, type Reference, resolveReferences } from './references';
import { DeploymentError, type Stack } from './terraform-json';

export interface AccountFacts {
  readonly accountId: string;
  readonly region: string;
}

/** Attributes by `stack/address`; a resource that has not started has none. */
export type AttributesOf = (stack: string, address: string) => JsonMap | undefined;

/**
 * A lookup for one stack. An output of another stack is resolved in that stack, so that a reference may pass
 * through several.
 * @throws DeploymentError, from the lookup, naming where the reference is and what it misses.
 */
export function createLookup(
  stacks: readonly Stack[],
  attributesOf: AttributesOf,
  facts: AccountFacts,
): Lookup {
  const byName = new Map(stacks.map((stack) => [stack.name, stack]));
  const dataSources: Readonly<Record<string, JsonMap>> = {
    aws_caller_identity: { account_id: facts.accountId, id: facts.accountId },
    aws_region: { name: facts.region, region: facts.region, id: facts.region },
    aws_partition: { partition: 'aws', dns_suffix: 'amazonaws.com', id: 'aws' },
  };

  const lookup: Lookup = (reference, place) => {
    const stack = byName.get(place.stack);
    const remote = stack?.remoteStates.get(reference.address);
    if (remote !== undefined) return lookUpOutput(reference, place, remote);
    if (reference.address.startsWith('data.')) {
      return follow(dataSources[reference.address.split('.')[1] ?? ''], reference.path);
    }
    return lookUpAttribute(reference, place);
  };

  const lookUpOutput = (reference: Reference, place: Place, remote: string): Json | undefined => {
    const [outputs, name, ...path] = reference.path;
    const output = byName.get(remote)?.outputs.get(String(name));
    if (outputs !== 'outputs' || output === undefined) {
      throw missing(reference, place, `the stack ${remote} has no output ${String(name)}`);
    }
    const there = { stack: remote, resource: 'output', property: String(name) };
    return follow(resolveReferences(output, there, lookup), path);
  };

  const lookUpAttribute = (reference: Reference, place: Place): Json | undefined => {
    const attributes = attributesOf(place.stack, reference.address);
    if (attributes === undefined) {
      throw missing(
        reference,
        place,
        `${reference.address} has nothing on the laptop that could be referenced`,
      );
    }
    const found = follow(attributes, reference.path);
    if (found === undefined) {
      throw missing(
        reference,
        place,
        `on the laptop ${reference.address} has only these attributes: ${Object.keys(attributes).join(', ')}`,
      );
    }
    return found;
  };

  return lookup;
}

function missing(reference: Reference, place: Place, why: string): DeploymentError {
  return new DeploymentError(
    `stack ${place.stack}: ${place.resource}.${place.property} refers to ${reference.text}, but ${why}`,
  );
}
