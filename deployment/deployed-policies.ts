/** The policies of the deployment, as the synthesized stacks state them: of roles, buckets, queues and keys. */

import { type IamStatement, parsePolicyDocument } from './policy-document';
import type { Lookup } from './references';
import { ResourceArguments } from './resource-arguments';
import { type Block, DeploymentError, type Stack } from './terraform-json';

export class DeployedPolicies {
  private readonly ofRoles = new Map<string, readonly IamStatement[]>();

  constructor(
    private readonly stacks: readonly Stack[],
    private readonly lookup: Lookup,
  ) {}

  /** Read at the first question: by then what the policy refers to has started. */
  ofRole(role: string): readonly IamStatement[] {
    const known = this.ofRoles.get(role);
    if (known !== undefined) return known;
    const inline = this.blocks('aws_iam_role_policy').filter((block) => this.roleOf(block) === role);
    const attached = this.blocks('aws_iam_role_policy_attachment')
      .filter((block) => this.roleOf(block) === role)
      .flatMap((block) => this.attachedPolicy(block) ?? []);
    const statements = [...inline, ...attached].flatMap((block) => this.statements(block));
    this.ofRoles.set(role, statements);
    return statements;
  }

  /** Every role of the deployment that has a policy of its own. */
  roles(): string[] {
    const roles = this.blocks('aws_iam_role_policy').map((block) => this.roleOf(block));
    return [...new Set(roles)].sort();
  }

  /** The policy of the bucket, queue, key, table, stream or secret with that ARN; undefined when it has none. */
  ofResource(arn: string): readonly IamStatement[] | undefined {
    const service = arn.split(':')[2] ?? '';
    const found = (POLICIES_OF_RESOURCES[service] ?? []).flatMap(({ type, names }) =>
      this.blocks(type).filter(
        (block) => block.config.policy !== undefined && names(this.argumentsOf(block), arn),
      ),
    );
    return found.length === 0 ? undefined : found.flatMap((block) => this.statements(block));
  }

  /** ARN of the key that encrypts a bucket's objects by default. */
  keyOfBucket(bucket: string): string | undefined {
    const block = this.blocks('aws_s3_bucket_server_side_encryption_configuration').find(
      (candidate) => this.argument(candidate, 'bucket') === bucket,
    );
    if (block === undefined) return undefined;
    return this.argumentsOf(block).optionalText(
      'rule.apply_server_side_encryption_by_default.kms_master_key_id',
    );
  }

  keyOfTable(table: string): string | undefined {
    return (
      this.keyOf('aws_dynamodb_table', table, 'server_side_encryption.kms_key_arn') ??
      this.keyOf('existing_dynamodb_table', table, 'key_arn')
    );
  }

  /** Secrets that AWS manages for a database are encrypted with the key that the database names. */
  keyOfSecret(name: string): string | undefined {
    return (
      this.keyOf('aws_secretsmanager_secret', name, 'kms_key_id') ??
      this.keyOfAdminSecret(name) ??
      this.keyOfExistingSecret(name)
    );
  }

  private keyOfExistingSecret(name: string): string | undefined {
    const block = this.blocks('existing_secret').find(
      (candidate) => nameOfSecret(String(candidate.config.arn)) === name,
    );
    return block && this.argumentsOf(block).optionalText('key_arn');
  }

  /** Of a server or a warehouse that somebody else runs. */
  private keyOfAdminSecret(name: string): string | undefined {
    const servers = [...this.blocks('existing_mysql'), ...this.blocks('existing_redshift')];
    const block = servers.find(
      (candidate) => nameOfSecret(String(candidate.config.admin_secret_arn)) === name,
    );
    return block && this.argumentsOf(block).optionalText('admin_secret_key_arn');
  }

  keyOfQueue(name: string): string | undefined {
    return this.keyOf('aws_sqs_queue', name, 'kms_master_key_id');
  }

  /** The ARN of a secret that is named by its name or by its ARN without the random ending; otherwise the text as given. */
  arnOfSecret(given: string): string {
    const name = given.startsWith('arn:') ? given.split(':').slice(6).join(':') : given;
    const block = this.blocks('aws_secretsmanager_secret').find(
      (candidate) => this.argument(candidate, 'name') === name,
    );
    return (block && this.argumentsOf(block).arn()) ?? given;
  }

  private keyOf(type: string, name: string, property: string): string | undefined {
    const block = this.blocks(type).find((candidate) => this.argument(candidate, 'name') === name);
    if (block === undefined) return undefined;
    return this.argumentsOf(block).optionalText(property);
  }

  private blocks(type: string): Block[] {
    return this.stacks.flatMap(({ existing, resources }) =>
      [...existing, ...resources].filter((block) => block.type === type),
    );
  }

  private argumentsOf(block: Block): ResourceArguments {
    return new ResourceArguments(block, this.lookup);
  }

  private argument(block: Block, property: string): string {
    return this.argumentsOf(block).text(property);
  }

  /** Names of roles are literals (decision D2), so the role itself need not have started. */
  private roleOf(block: Block): string {
    const role = this.referredBlock(block, 'role', 'aws_iam_role');
    return role === undefined ? this.argument(block, 'role') : String(role.config.name);
  }

  /** A policy that AWS manages only allows, and what it allows is used outside the laptop. */
  private attachedPolicy(block: Block): Block | undefined {
    const policy = this.referredBlock(block, 'policy_arn', 'aws_iam_policy');
    if (policy !== undefined) return policy;
    const arn = this.argument(block, 'policy_arn');
    if (/^arn:aws[\w-]*:iam::aws:policy\//.test(arn)) return undefined;
    throw new DeploymentError(
      `stack ${block.stack}: ${block.address} attaches ${arn}, a policy that no stack declares, so it is not known what it denies. Declare it as aws_iam_policy.`,
    );
  }

  /** The block of the same stack that `${<type>.<name>.…}` refers to. */
  private referredBlock(block: Block, property: string, type: string): Block | undefined {
    const address = /^\$\{([a-z_]+\.[\w-]+)\.[a-z]+\}$/.exec(String(block.config[property]))?.[1];
    return this.blocks(type).find(
      (candidate) => candidate.stack === block.stack && candidate.address === address,
    );
  }

  private statements(block: Block): IamStatement[] {
    return parsePolicyDocument(
      this.argument(block, 'policy'),
      `stack ${block.stack}: ${block.address}.policy`,
    );
  }
}

interface PolicyOfResource {
  readonly type: string;
  /** Whether the block's policy is that of the resource with the ARN. */
  names(block: ResourceArguments, arn: string): boolean;
}

const isArnOf = (block: ResourceArguments, arn: string): boolean => block.arn() === arn;
const saysArn =
  (property: string): PolicyOfResource['names'] =>
  (block, arn) =>
    block.text(property) === arn;
const lastPart = (text: string, separator: string): string => text.slice(text.lastIndexOf(separator) + 1);

/** `arn:…:secret:<name>-<six characters>` or the name itself. */
export const nameOfSecret = (nameOrArn: string): string =>
  /:secret:(.+)-[A-Za-z0-9]{6}$/.exec(nameOrArn)?.[1] ?? nameOrArn;

/** The Terraform types whose `policy` is evaluated here. */
export const isTypeWithPolicy = (type: string): boolean =>
  ['aws_iam_role_policy', 'aws_iam_policy'].includes(type) ||
  Object.values(POLICIES_OF_RESOURCES).some((policies) => policies.some((policy) => policy.type === type));

/** By the service in the ARN. */
const POLICIES_OF_RESOURCES: Readonly<Record<string, readonly PolicyOfResource[]>> = {
  s3: [
    {
      type: 'aws_s3_bucket_policy',
      names: (block, arn) => block.text('bucket') === lastPart(arn, ':').split('/')[0],
    },
  ],
  sqs: [
    {
      type: 'aws_sqs_queue_policy',
      names: (block, arn) => lastPart(block.text('queue_url'), '/') === lastPart(arn, ':'),
    },
  ],
  kms: [
    { type: 'aws_kms_key', names: isArnOf },
    {
      type: 'aws_kms_key_policy',
      names: (block, arn) => lastPart(block.text('key_id'), '/') === lastPart(arn, '/'),
    },
  ],
  dynamodb: [{ type: 'aws_dynamodb_resource_policy', names: saysArn('resource_arn') }],
  secretsmanager: [
    {
      type: 'aws_secretsmanager_secret',
      names: (block, arn) => block.text('name') === nameOfSecret(arn),
    },
    { type: 'aws_secretsmanager_secret_policy', names: saysArn('secret_arn') },
  ],
};
