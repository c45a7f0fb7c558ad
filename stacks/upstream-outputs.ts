/** Reads the outputs of an earlier stack from its state, with a clear message when it was not applied. */
import { DataAwsS3Objects } from '@cdktf/provider-aws/lib/data-aws-s3-objects';
import {
  DataTerraformRemoteStateLocal,
  DataTerraformRemoteStateS3,
  Lazy,
  type TerraformRemoteState,
  type TerraformStack,
} from 'cdktf';
import type { Contract, OutputValues } from './outputs';
import type { Settings } from './settings';

interface Upstream {
  readonly stackName: string;
  readonly settings: Settings;
  readonly state: { readonly bucket: string; readonly key: string } | { readonly path: string };
}

/** The state of one earlier stack, as one data source of the stack that reads it. */
export class UpstreamState {
  private readonly state: TerraformRemoteState;
  private readonly consumed = new Set<string>();

  constructor(scope: TerraformStack, upstream: Upstream) {
    this.state = declareState(scope, upstream);
    addConditions(scope, this.state, upstream, this.consumed);
  }

  /** Each property becomes a reference when it is read, and only then part of the condition on the state. */
  outputs<Outputs extends Contract>(contract: Outputs): OutputValues<Outputs> {
    const values = {};
    for (const [name, { kind }] of Object.entries(contract)) {
      Object.defineProperty(values, name, { enumerable: true, get: () => this.reference(name, kind) });
    }
    return values as OutputValues<Outputs>;
  }

  private reference(name: string, kind: 'text' | 'list'): string | string[] {
    this.consumed.add(name);
    return kind === 'list' ? this.state.getList(name) : this.state.getString(name);
  }
}

function declareState(scope: TerraformStack, { stackName, settings, state }: Upstream): TerraformRemoteState {
  return 'path' in state
    ? new DataTerraformRemoteStateLocal(scope, stackName, state)
    : new DataTerraformRemoteStateS3(scope, stackName, { ...state, region: settings.region });
}

/**
 * Two conditions with clear messages, where Terraform would only say that it finds no state or no attribute: the
 * earlier stack was applied at all, and again since it got the outputs that are read here.
 */
function addConditions(
  scope: TerraformStack,
  state: TerraformRemoteState,
  upstream: Upstream,
  consumed: ReadonlySet<string>,
): void {
  const { stackName, settings } = upstream;
  const remedy = `Apply it first: CDC_ENVIRONMENT=${settings.environment} npx cdktf deploy ${stackName}`;
  state.addOverride('lifecycle.precondition', [
    {
      condition: wasApplied(scope, upstream),
      error_message: `The ${stackName} stack of ${settings.project}-${settings.environment} was never applied: it has no state yet. ${remedy}`,
    },
  ]);
  const missing = () => `setsubtract(${JSON.stringify([...consumed].sort())}, keys(self.outputs))`;
  state.addOverride('lifecycle.postcondition', [
    {
      condition: Lazy.stringValue({ produce: () => `\${length(${missing()}) == 0}` }),
      error_message: Lazy.stringValue({
        produce: () =>
          `The ${stackName} stack has not been applied since it got the outputs \${join(", ", ${missing()})}. ${remedy}`,
      }),
    },
  ]);
}

function wasApplied(scope: TerraformStack, { stackName, state }: Upstream): string {
  if ('bucket' in state) {
    const found = new DataAwsS3Objects(scope, `${stackName}-state`, {
      bucket: state.bucket,
      prefix: state.key,
    });
    return `\${length(${found.fqn}.keys) > 0}`;
  }
  // A copy of this folder outside the project is planned with another backend, which the path does not reveal.
  const module = `\${path.module}`;
  return `\${fileexists("${module}/${state.path}") || !fileexists("${module}/../../../cdktf.json")}`;
}
