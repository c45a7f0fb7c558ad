/** Reads the outputs of an earlier stack from its state, with a message of its own when it was not applied. */
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
    addConditions(this.state, upstream, this.consumed);
  }

  /** Each property becomes a reference when it is read, and only then a part of the condition on the state. */
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

function addConditions(state: TerraformRemoteState, upstream: Upstream, consumed: ReadonlySet<string>): void {
  const { stackName, settings } = upstream;
  const remedy = `Apply it first: CDC_ENVIRONMENT=${settings.environment} npx cdktf deploy ${stackName}`;
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
  if (!('path' in upstream.state)) return;
  // A copy of this folder outside the project is planned with another backend, of which the path says nothing.
  state.addOverride('lifecycle.precondition', [
    {
      condition: `\${fileexists("\${path.module}/${upstream.state.path}") || !fileexists("\${path.module}/../../../cdktf.json")}`,
      error_message: `The ${stackName} stack of ${settings.project}-${settings.environment} was never applied: its state file ${upstream.state.path} is absent. ${remedy}`,
    },
  ]);
}
