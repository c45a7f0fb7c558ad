/** What all four stacks share: provider, backend, default tags, readable logical ids, outputs for the next stacks. */
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import {
  type App,
  LocalBackend,
  S3Backend,
  TerraformElement,
  TerraformOutput,
  TerraformResource,
  TerraformStack,
} from 'cdktf';
import { Construct, type Node } from 'constructs';
import { buildNames, type Names } from './names';
import { COPY_OUTPUTS, type Contract, type OutputValues } from './outputs';
import type { Settings } from './settings';
import { UpstreamState } from './upstream-outputs';

export type StackName = 'network' | 'storage' | 'warehouse' | 'pipeline';

/**
 * Exactly the provider that the bindings were generated for, until a first full deploy has shown that it works and `locks/` is
 * committed. From then on `~> 6.25` takes security fixes, which need no new bindings.
 */
const PROVIDER = { source: 'hashicorp/aws', version: '6.25.0' };
/** S3 locking needs 1.10; the next major version may break. */
const TERRAFORM_VERSION = '>= 1.11.0, < 2.0.0';

export abstract class BaseStack extends TerraformStack {
  readonly names: Names;
  private readonly pathByAddress = new Map<string, string>();
  private readonly upstreams = new Map<BaseStack, UpstreamState>();
  private readonly outputs: Construct;

  constructor(
    app: App,
    readonly stackName: StackName,
    readonly settings: Settings,
  ) {
    super(app, stackName);
    this.names = buildNames(settings);
    this.outputs = new Construct(this, 'outputs');
    new AwsProvider(this, 'aws', {
      region: settings.region,
      allowedAccountIds: [settings.accountId],
      defaultTags: [
        {
          tags: {
            project: settings.project,
            environment: settings.environment,
            stack: stackName,
            'managed-by': 'cdktf',
          },
        },
      ],
    });
    this.addOverride('terraform.required_version', TERRAFORM_VERSION);
    this.addOverride('terraform.required_providers.aws', PROVIDER);
    this.addBackend();
  }

  /** Where this stack's state is, as its own backend and other stacks' remote-state data sources name it. */
  get state(): { readonly bucket: string; readonly key: string } | { readonly path: string } {
    const { project, environment, stateBucket } = this.settings;
    if (stateBucket !== undefined) {
      return { bucket: stateBucket, key: `${project}/${environment}/${this.stackName}.tfstate` };
    }
    // Terraform runs in cdktf.out/stacks/<stack>; relative, so that each machine synthesizes the same bytes.
    return { path: `../../../terraform.${environment}.${this.stackName}.tfstate` };
  }

  private addBackend(): void {
    const { state } = this;
    if ('path' in state) {
      new LocalBackend(this, state);
      return;
    }
    const backend = new S3Backend(this, { ...state, region: this.settings.region, encrypt: true });
    // A lock file beside the state; locking by a DynamoDB table is deprecated in Terraform.
    backend.addOverride('use_lockfile', true);
    backend.addOverride('allowed_account_ids', [this.settings.accountId]);
  }

  /** Declares the outputs of this stack's contract; the compiler checks the values against it. */
  protected exportOutputs<Outputs extends Contract>(contract: Outputs, values: OutputValues<Outputs>): void {
    for (const [name, { description }] of Object.entries(contract)) {
      this.publish(name, values[name], description);
    }
  }

  /** Declares an output for the people who operate the deployment. */
  protected publish(name: string, value: unknown, description: string): void {
    new TerraformOutput(this.outputs, name, { value, description }).overrideLogicalId(name);
  }

  /** The outputs of an earlier stack. Each one that is read becomes a condition of this stack's plan. */
  protected importOutputs<Outputs extends Contract>(
    upstream: BaseStack,
    contract: Outputs,
  ): OutputValues<Outputs> {
    this.addDependency(upstream);
    const state = this.upstreams.get(upstream) ?? new UpstreamState(this, upstream);
    this.upstreams.set(upstream, state);
    return state.outputs(contract);
  }

  /** The key of copies in another region, where there are any. */
  protected copyKey(network: BaseStack): { readonly copyKeyArn?: string } {
    if (this.settings.copyToRegion === undefined) return {};
    return { copyKeyArn: this.importOutputs(network, COPY_OUTPUTS).copy_key_arn };
  }

  /**
   * `ingest-txns/role` of type `aws_iam_role` becomes `ingest_txns`: the path without a hash, and without a last
   * part that only repeats the type. Addresses are then stable as long as the path is.
   */
  protected override allocateLogicalId(element: TerraformElement | Node): string {
    const isElement = TerraformElement.isTerraformElement(element);
    const node = isElement ? element.node : element;
    const type = typeOf(element);
    // The app and this stack come first in the path.
    const parts = node.scopes.slice(2).map(({ node: { id } }) => id.replaceAll(/[^A-Za-z0-9]+/g, '_'));
    const last = parts.at(-1)!;
    if (parts.length > 1 && type.endsWith(`_${last}`)) parts.pop();
    const id = parts.join('_');
    const other = this.pathByAddress.get(`${type}.${id}`);
    if (other !== undefined && other !== node.path) {
      throw new Error(`${node.path} and ${other} would both be ${type}.${id}: give one of them another id`);
    }
    this.pathByAddress.set(`${type}.${id}`, node.path);
    return id;
  }
}

function typeOf(element: TerraformElement | Node): string {
  if (TerraformResource.isTerraformResource(element)) return element.terraformResourceType;
  return 'terraformResourceType' in element
    ? String(element.terraformResourceType)
    : element.constructor.name;
}
