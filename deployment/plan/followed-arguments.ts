/**
 * The arguments of a resource with its references followed: a value that is known at synthesis takes the place of the
 * reference, through the outputs of other stacks too, so that a change of it shows at every place that uses it.
 */
import type { Deployment, Resource } from '../deployment';
import { isMap, type Json, type JsonMap } from '../json';
import { follow, parseReference, parseTemplate, type Reference } from '../references';
import { nodeOf } from '../resource-graph';
import { DeploymentError, type Stack } from '../terraform-json';

/** That a value is another resource's attribute, which only AWS knows. */
export interface Use {
  readonly path: string;
  /** `network/aws_vpc.vpc` */
  readonly resource: string;
  readonly attribute: string;
}

export interface FollowedArguments {
  readonly values: JsonMap;
  readonly uses: readonly Use[];
}

/** Not arguments: what is for people, and what only orders the steps. `lifecycle` is compared on its own. */
const LEFT_OUT = new Set(['//', 'depends_on', 'lifecycle', 'provider']);

export class ArgumentFollower {
  private readonly resources: ReadonlyMap<string, Resource>;
  private readonly stacks: ReadonlyMap<string, Stack>;

  /** @param moves from the address that a resource had to the one it has; both have one name then */
  constructor(
    deployment: Deployment,
    private readonly moves: ReadonlyMap<string, string> = new Map(),
  ) {
    this.resources = new Map(
      [...deployment.resources, ...deployment.existing].map((resource) => [resource.node, resource]),
    );
    this.stacks = new Map(deployment.stacks.map((stack) => [stack.name, stack]));
  }

  follow({ stack, config }: Resource): FollowedArguments {
    const uses: Use[] = [];
    const values = Object.entries(config)
      .filter(([name]) => !LEFT_OUT.has(name))
      .map(([name, value]): [string, Json] => [
        name,
        this.followValue(value, { stack, path: name, uses, seen: [] }),
      ]);
    return { values: Object.fromEntries(values), uses };
  }

  private followValue(value: Json, at: Position): Json {
    if (typeof value === 'string') return this.followText(value, at);
    if (Array.isArray(value)) return value.map((element: Json) => this.followValue(element, at));
    if (!isMap(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [
        name,
        this.followValue(inner, { ...at, path: `${at.path}.${name}` }),
      ]),
    );
  }

  private followText(text: string, at: Position): Json {
    const place = { stack: at.stack, resource: 'value', property: at.path };
    try {
      const parts = parseTemplate(text, place).map((part) =>
        'literal' in part ? part.literal : this.followReference(parseReference(part.expression, place), at),
      );
      if (parts.length === 1 && parts[0] !== undefined) return parts[0];
      return parts.map((part) => (typeof part === 'object' ? JSON.stringify(part) : String(part))).join('');
    } catch (error) {
      // An expression with functions or operators is compared as it is written.
      if (error instanceof DeploymentError) return text;
      throw error;
    }
  }

  private followReference(reference: Reference, at: Position): Json {
    const { address, path, text } = reference;
    const remote = this.stacks.get(at.stack)?.remoteStates.get(address);
    const output = remote === undefined ? undefined : this.stacks.get(remote)?.outputs.get(String(path[1]));
    if (remote !== undefined && output !== undefined) {
      const value = this.followValue(output, { ...at, stack: remote });
      return (path.length > 2 ? follow(value, path.slice(2)) : value) ?? `\${${text}}`;
    }
    const node = nodeOf(at.stack, address);
    const resource = this.resources.get(node);
    if (resource === undefined) return `\${${text}}`;
    const named = this.moves.get(node) ?? node;
    const key = `${named}.${path.join('.')}`;
    const known = at.seen.includes(key) ? undefined : follow(resource.config, path);
    if (known !== undefined) return this.followValue(known, { ...at, seen: [...at.seen, key] });
    at.uses.push({ path: at.path, resource: named, attribute: path.join('.') });
    return `\${${key}}`;
  }
}

interface Position {
  readonly stack: string;
  readonly path: string;
  readonly uses: Use[];
  /** What was followed on the way here, so that no circle is. */
  readonly seen: readonly string[];
}
