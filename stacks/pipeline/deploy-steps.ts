/**
 * What each deploy runs, in this order: set-up of MySQL, set-up of the warehouse, start of the replication task.
 * Each runs again only when something it depends on has changed.
 */
import { createHash } from 'node:crypto';
import { LambdaInvocation } from '@cdktf/provider-aws/lib/lambda-invocation';
import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import { STARTED_BY_DEPLOY } from '../../pipeline/handler-environment';
import { taskTables } from '../../pipeline/heartbeats';
import { TABLES } from '../../pipeline/tables';
import type { PipelineFunction } from '../constructs/pipeline-function';
import { stackOf } from '../constructs/stack-of';
import { buildTableMappings } from '../replication-mappings';
import { buildReplicationSettings } from '../replication-settings';
import type { PipelineFunctions } from './functions';

export interface DeploySteps {
  /** Both databases are set up. */
  readonly prepared: ITerraformDependable[];
}

export function addDeploySteps(scope: Construct, functions: PipelineFunctions): DeploySteps {
  const { settings } = stackOf(scope);
  const catalogue = hashOf(TABLES);
  const mysql = invoke(scope, functions['prepare-mysql'], {
    triggers: { catalogue },
    after: [],
    lifecycleScope: 'CRUD',
  });
  const warehouse = invoke(scope, functions['prepare-warehouse'], {
    triggers: { catalogue },
    after: [mysql],
    lifecycleScope: 'CRUD',
  });
  // Terraform stops the task to change it; this starts it again.
  invoke(scope, functions['start-replication-task'], {
    triggers: {
      table_mappings: hashOf(buildTableMappings(taskTables())),
      task_settings: hashOf(buildReplicationSettings(settings.dms)),
    },
    after: [mysql, warehouse],
    // Not on destroy, when it would start the task that is about to be deleted.
    lifecycleScope: 'CREATE_ONLY',
  });
  return { prepared: [mysql, warehouse] };
}

interface DeployStep {
  /** What the step depends on besides its code and environment; it runs again when any of them changes. */
  readonly triggers: Readonly<Record<string, string>>;
  readonly after: ITerraformDependable[];
  /** With `CRUD`, Terraform adds what it does under `tf` in the event: create, update or delete. */
  readonly lifecycleScope: 'CRUD' | 'CREATE_ONLY';
}

function invoke(
  scope: Construct,
  target: PipelineFunction,
  { triggers, after, lifecycleScope }: DeployStep,
): LambdaInvocation {
  return new LambdaInvocation(scope, `deploy-${target.node.id}`, {
    functionName: target.function.functionName,
    input: JSON.stringify(STARTED_BY_DEPLOY),
    lifecycleScope,
    triggers: {
      code: target.codeHash,
      // Also changes when a database is replaced, because the secret of its admin user is then another one.
      environment: JSON.stringify(target.environment),
      ...triggers,
    },
    dependsOn: after,
  });
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}
