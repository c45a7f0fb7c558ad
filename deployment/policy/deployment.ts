/** The synthesized stacks as one deployment: resources of all stacks, and what refers to what, across stacks too. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type IamStatement, parseStatements } from '../iam-statement';
import { isObject, type Json, type JsonObject, listOf, textsOf, textsWithin, valueAt } from '../json-value';

/** `cdk.tf.json` of each stack, by the stack's name. */
type StackJsons = Readonly<Record<string, JsonObject>>;

/** What a reference leads to: an attribute of a resource. */
export interface Target {
  readonly resource: Resource;
  readonly attribute: string;
}

/** `${…}`, but not `$${…}`, which Terraform leaves to IAM. */
const REFERENCE = /(?<!\$)\$\{([^}]+)\}/g;
const RESOURCE = /^(aws_\w+)\.(\w+)\.(.+)$/;
const OUTPUT = /^data\.terraform_remote_state\.(\w+)\.outputs\.(\w+)$/;

export class Resource {
  readonly address: string;

  constructor(
    readonly deployment: Deployment,
    readonly stack: string,
    readonly type: string,
    readonly name: string,
    readonly config: JsonObject,
  ) {
    this.address = `${type}.${name}`;
  }

  at(path: string): Json | undefined {
    return valueAt(this.config, path);
  }

  /** A text, or an empty one. */
  text(path: string): string {
    const value = this.at(path);
    return typeof value === 'string' ? value : '';
  }

  statements(path = 'policy'): IamStatement[] {
    return parseStatements(this.at(path));
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
  readonly resources: readonly Resource[];
  private readonly usersByAddress = new Map<string, Resource[]>();

  constructor(readonly stacks: StackJsons) {
    this.resources = Object.entries(stacks).flatMap(([stack, json]) =>
      Object.entries((json.resource ?? {}) as JsonObject).flatMap(([type, blocks]) =>
        Object.entries(blocks as JsonObject).map(
          ([name, config]) => new Resource(this, stack, type, name, config as JsonObject),
        ),
      ),
    );
    for (const user of this.resources) this.noteUses(user);
  }

  of(...types: readonly string[]): Resource[] {
    return this.resources.filter(({ type }) => types.includes(type));
  }

  /** Resources of a type that refer to the given one, in whatever stack they are. */
  usersOf({ stack, address }: Resource, type?: string): Resource[] {
    const users = this.usersByAddress.get(`${stack}/${address}`) ?? [];
    return type === undefined ? users : users.filter((user) => user.type === type);
  }

  /** The resource of a type whose argument is a name that is known at synthesis. */
  named(type: string, argument: string, name: string): Resource | undefined {
    return this.of(type).find((resource) => resource.at(argument) === name);
  }

  /** Account and region, as the provider is told them. */
  get home(): { readonly accountId: string; readonly region: string } {
    const provider = valueAt(Object.values(this.stacks)[0], 'provider.aws');
    return {
      accountId: textsOf(valueAt(provider, 'allowed_account_ids'))[0] ?? '',
      region: String(valueAt(provider, 'region') ?? ''),
    };
  }

  /** Follows every reference in a value, through the outputs of other stacks, to resources. */
  targetsOf(stack: string, value: Json | undefined): Target[] {
    if (value === undefined) return [];
    return textsWithin(value).flatMap(({ text }) =>
      [...text.matchAll(REFERENCE)].flatMap((match) => this.follow(stack, match[1]!.trim())),
    );
  }

  private follow(stack: string, expression: string): Target[] {
    const output = OUTPUT.exec(expression);
    if (output !== null) {
      const [, from = '', name = ''] = output;
      return this.targetsOf(from, valueAt(this.stacks[from], `output.${name}.value`));
    }
    const [, type, name, attribute = ''] = RESOURCE.exec(expression) ?? [];
    const resource = this.resources.find(
      (known) => known.stack === stack && known.type === type && known.name === name,
    );
    return resource === undefined ? [] : [{ resource, attribute }];
  }

  private noteUses(user: Resource): void {
    for (const { resource } of this.targetsOf(user.stack, user.config)) {
      const key = `${resource.stack}/${resource.address}`;
      const users = this.usersByAddress.get(key) ?? [];
      if (!users.includes(user) && resource !== user) this.usersByAddress.set(key, [...users, user]);
    }
  }
}

/** Reads `<folder>/stacks/<stack>/cdk.tf.json`. */
export function readDeployment(folder: string): Deployment {
  const stacks = readdirSync(join(folder, 'stacks'));
  return new Deployment(
    Object.fromEntries(
      stacks.map((stack) => [
        stack,
        JSON.parse(readFileSync(join(folder, 'stacks', stack, 'cdk.tf.json'), 'utf8')) as JsonObject,
      ]),
    ),
  );
}

export interface Skip {
  readonly id: string;
  readonly comment: string;
}

/** The rules that a resource says not to keep, where checkov reads them too. */
export function skipsOf({ config }: Resource): Skip[] {
  return listOf(valueAt(config, '//.checkov.skip'))
    .filter(isObject)
    .map(({ id, comment }) => ({ id: String(id), comment: String(comment ?? '') }));
}
