/** The policies of the deployment, as the synthesized stacks state them: of roles, buckets, queues and keys. */

import { type IamStatement, parsePolicyDocument } from './policy-document';
import { type Lookup, placeOf, resolveReferences } from './references';
import { ResourceArguments } from './resource-arguments';
import type { Block, Stack } from './terraform-json';

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
    const statements = this.blocks('aws_iam_role_policy')
      .filter((block) => this.roleOf(block) === role)
      .flatMap((block) => this.statements(block));
    this.ofRoles.set(role, statements);
    return statements;
  }

  /** Every role of the deployment that has a policy of its own. */
  roles(): string[] {
    const roles = this.blocks('aws_iam_role_policy').map((block) => this.roleOf(block));
    return [...new Set(roles)].sort();
  }

  /** The bucket's own policy; it denies more than it allows. */
  ofBucket(bucket: string): readonly IamStatement[] {
    return this.blocks('aws_s3_bucket_policy')
      .filter((block) => this.argument(block, 'bucket') === bucket)
      .flatMap((block) => this.statements(block));
  }

  /** The queue's own policy. `arn` as the policy itself names it. */
  ofQueue(arn: string): readonly IamStatement[] {
    return this.blocks('aws_sqs_queue_policy')
      .flatMap((block) => this.statements(block))
      .filter(({ resources }) => resources.includes(arn));
  }

  /** The key's own policy. Without one AWS writes one that leaves all to the account's IAM policies. */
  ofKey(arn: string): readonly IamStatement[] | undefined {
    const key = this.blocks('aws_kms_key').find(
      (block) => resolveReferences(`\${${block.address}.arn}`, placeOf(block, 'arn'), this.lookup) === arn,
    );
    return key?.config.policy === undefined ? undefined : this.statements(key);
  }

  /** ARN of the key that encrypts a bucket's objects by default. */
  keyOfBucket(bucket: string): string | undefined {
    const block = this.blocks('aws_s3_bucket_server_side_encryption_configuration').find(
      (candidate) => this.argument(candidate, 'bucket') === bucket,
    );
    if (block === undefined) return undefined;
    return this.arguments(block).optionalText(
      'rule.apply_server_side_encryption_by_default.kms_master_key_id',
    );
  }

  keyOfTable(table: string): string | undefined {
    return this.keyOf('aws_dynamodb_table', table, 'server_side_encryption.kms_key_arn');
  }

  /** Secrets that AWS manages for a database are encrypted with the key that the database names. */
  keyOfSecret(name: string): string | undefined {
    return this.keyOf('aws_secretsmanager_secret', name, 'kms_key_id');
  }

  keyOfQueue(name: string): string | undefined {
    return this.keyOf('aws_sqs_queue', name, 'kms_master_key_id');
  }

  private keyOf(type: string, name: string, property: string): string | undefined {
    const block = this.blocks(type).find((candidate) => this.argument(candidate, 'name') === name);
    if (block === undefined) return undefined;
    return this.arguments(block).optionalText(property);
  }

  private blocks(type: string): Block[] {
    return this.stacks.flatMap(({ resources }) => resources.filter((block) => block.type === type));
  }

  private arguments(block: Block): ResourceArguments {
    return new ResourceArguments(block, this.lookup);
  }

  private argument(block: Block, property: string): string {
    return this.arguments(block).text(property);
  }

  /** Names of roles are literals (decision D2), so the role itself need not have started. */
  private roleOf(block: Block): string {
    const reference = /^\$\{(aws_iam_role\.[\w-]+)\.(?:name|id)\}$/.exec(String(block.config.role))?.[1];
    if (reference === undefined) return this.argument(block, 'role');
    const role = this.blocks('aws_iam_role').find(
      (candidate) => candidate.stack === block.stack && candidate.address === reference,
    );
    return String(role?.config.name);
  }

  private statements(block: Block): IamStatement[] {
    return parsePolicyDocument(this.argument(block, 'policy'), `${block.stack}: ${block.address}`);
  }
}
