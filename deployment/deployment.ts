/** The synthesized stacks as one deployment: resources of all stacks, and what refers to what, across stacks too. */
import { isMap, type Json, type JsonMap, listOf, textsWithin, valueAt } from './json';
import { type IamStatement, parsePolicyDocument } from './policy-document';
import { findReferences, type Reference } from './references';
import { nodeOf } from './resource-graph';
import { type Block, readStacks, type Stack } from './terraform-json';

/** What a reference leads to: an attribute of a resource, such as `arn` or `dns_entry.0.dns_name`. */
export interface Target {
  readonly resource: Resource;
  readonly attribute: string;
}

export class Resource {
  readonly stack: string;
  readonly type: string;
  readonly name: string;
  readonly address: string;
  /** As the JSON has it, with comments and what Terraform itself consumes. */
  readonly config: JsonMap;

  constructor(
    readonly deployment: Deployment,
    { stack, type, name, address, body }: Pick<Block, 'stack' | 'type' | 'name' | 'address' | 'body'>,
  ) {
    this.stack = stack;
    this.type = type;
    this.name = name;
    this.address = address;
    this.config = body;
  }

  /** Its name among those of all stacks: `network/aws_vpc.vpc`. */
  get node(): string {
    return nodeOf(this.stack, this.address);
  }

  at(path: string): Json | undefined {
    return valueAt(this.config, path);
  }

  /** A text, or an empty one. */
  text(path: string): string {
    const value = this.at(path);
    return typeof value === 'string' ? value : '';
  }

  /** True, which Terraform takes as a text too. */
  isOn(path: string): boolean {
    return String(this.at(path)) === 'true';
  }

  /** The statements of the policy whose text is at a path; none where there is no policy. */
  statements(path = 'policy'): readonly IamStatement[] {
    const text = this.text(path);
    return text.trimStart().startsWith('{')
      ? parsePolicyDocument(text, `stack ${this.stack}: ${this.address}.${path}`)
      : [];
  }

  /** What the value at a path refers to, whole lists included. */
  targets(path: string): Target[] {
    return this.deployment.targetsOf(this.stack, this.at(path));
  }

  refersTo(path: string, type: string): boolean {
    return this.targets(path).some(({ resource }) => resource.type === type);
  }
}

export class Deployment {
  /** What the stacks make. */
  readonly resources: readonly Resource[];
  /** What they use and do not own, of types of its own. */
  readonly existing: readonly Resource[];
  private readonly byAddress: ReadonlyMap<string, Resource>;
  private readonly usersByAddress = new Map<string, Resource[]>();

  constructor(readonly stacks: readonly Stack[]) {
    const blocks = stacks.flatMap(({ resources }) => resources);
    this.resources = blocks.map((block) => new Resource(this, block));
    this.existing = stacks.flatMap(({ existing }) => existing.map((block) => new Resource(this, block)));
    this.byAddress = new Map(
      [...this.resources, ...this.existing].map((resource) => [resource.node, resource]),
    );
    blocks.forEach(({ stack, config }, index) => {
      this.noteUses(this.resources[index] as Resource, this.targetsOf(stack, config));
    });
  }

  of(...types: readonly string[]): Resource[] {
    return [...this.resources, ...this.existing].filter(({ type }) => types.includes(type));
  }

  /** Resources of a type that refer to the given one, in any stack. */
  usersOf(used: Resource, type?: string): Resource[] {
    const users = this.usersByAddress.get(used.node) ?? [];
    return type === undefined ? users : users.filter((user) => user.type === type);
  }

  /** The resource of a type whose argument is a name that is known at synthesis. */
  named(type: string, argument: string, name: string): Resource | undefined {
    return this.of(type).find((resource) => resource.at(argument) === name);
  }

  /** Account and region that the provider is set to. */
  get home(): { readonly accountId: string; readonly region: string } {
    const [first] = this.stacks;
    return { accountId: first?.accountId ?? '', region: first?.region ?? '' };
  }

  /** Follows every reference in a value, through the outputs of other stacks, to resources. */
  targetsOf(stackName: string, value: Json | undefined): Target[] {
    if (value === undefined) return [];
    const stack = this.stacks.find(({ name }) => name === stackName);
    return textsWithin(value).flatMap(({ path, text }) =>
      findReferences(text, { stack: stackName, resource: 'value', property: path }).flatMap((reference) =>
        stack === undefined ? [] : this.follow(stack, reference),
      ),
    );
  }

  private follow(stack: Stack, { address, path }: Reference): Target[] {
    const remote = stack.remoteStates.get(address);
    if (remote !== undefined) {
      const from = this.stacks.find(({ name }) => name === remote);
      return this.targetsOf(remote, from?.outputs.get(String(path[1])));
    }
    const resource = this.byAddress.get(nodeOf(stack.name, address));
    return resource === undefined ? [] : [{ resource, attribute: path.join('.') }];
  }

  private noteUses(user: Resource, targets: readonly Target[]): void {
    for (const { resource } of targets) {
      const key = resource.node;
      const users = this.usersByAddress.get(key) ?? [];
      if (!users.includes(user) && resource !== user) this.usersByAddress.set(key, [...users, user]);
    }
  }
}

/** Reads every stack of a synthesis. @throws DeploymentError for what is missing or not understood */
export const readDeployment = (folder: string): Deployment => new Deployment(readStacks(folder));

export interface Skip {
  readonly id: string;
  readonly comment: string;
}

/** The rules that a resource is exempted from, noted where checkov reads them too. */
export function skipsOf({ config }: Resource): Skip[] {
  return listOf(valueAt(config, '//.checkov.skip'))
    .filter(isMap)
    .map(({ id, comment }) => ({ id: String(id), comment: String(comment ?? '') }));
}
