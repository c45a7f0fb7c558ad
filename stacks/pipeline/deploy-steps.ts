/**
 * What each deploy runs, in this order: set-up of MySQL, set-up of the warehouse, start of the replication task.
 * Each runs again only when something changed that it depends on.
 */
import { createHash } from 'node:crypto';
import { LambdaInvocation } from '@cdktf/provider-aws/lib/lambda-invocation';
import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import { mysqlTables, TABLES } from '../../pipeline/tables';
import type { PipelineFunction } from '../constructs/pipeline-function';
import { stackOf } from '../constructs/stack-of';
import { buildTableMappings } from '../replication-mappings';
import { buildReplicationSettings } from '../replication-settings';
import type { PipelineFunctions } from './functions';

export interface Deployment {
  /** Both databases are set up. */
  readonly prepared: ITerraformDependable[];
}

export function addDeployment(scope: Construct, functions: PipelineFunctions): Deployment {
  const { settings } = stackOf(scope);
  const catalogue = hashOf(TABLES);
  const mysql = invoke(scope, functions['prepare-mysql'], {
    catalogue,
    binlog_retention_hours: String(settings.mysql.binlogRetentionHours),
  });
  const warehouse = invoke(scope, functions['prepare-warehouse'], { catalogue }, [mysql]);
  // Terraform stops the task to change it; this starts it again.
  invoke(
    scope,
    functions['start-replication-task'],
    {
      table_mappings: hashOf(buildTableMappings(mysqlTables())),
      task_settings: hashOf(buildReplicationSettings(settings.dms)),
    },
    [mysql, warehouse],
  );
  return { prepared: [mysql, warehouse] };
}

function invoke(
  scope: Construct,
  target: PipelineFunction,
  triggers: Record<string, string>,
  after: ITerraformDependable[] = [],
): LambdaInvocation {
  return new LambdaInvocation(scope, `deploy-${target.node.id}`, {
    functionName: target.function.functionName,
    input: '{}',
    // Terraform adds what it does under `tf`: create, update or delete.
    lifecycleScope: 'CRUD',
    triggers: { code: target.codeHash, ...triggers },
    dependsOn: after,
  });
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}
