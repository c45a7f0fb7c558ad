/** The functions, each built from its spec: environment, permissions, limits. */
import type { Construct } from 'constructs';
import type { ApiHandler } from '../../pipeline/api-document';
import { HANDLER_NAMES, type HandlerName } from '../../pipeline/handler-environment';
import { findIngestedTable, INGEST_TRADES, type IngestHandler } from '../../pipeline/ingested-tables';
import {
  type FunctionSurroundings,
  PipelineFunction,
  type PipelineFunctionProps,
} from '../constructs/pipeline-function';
import { stackOf } from '../constructs/stack-of';
import { isDeployed } from '../deployed-ingests';
import { intervalSeconds, scheduledTimeoutSeconds } from '../schedule-expression';
import { apiGeneralFunction, apiTxnsFunction } from './api-functions';
import { backfillTablesFunction } from './backfill-function';
import { forgetItemFunction } from './forget-function';
import type { PipelineFunctionSpec, SpecContext } from './function-spec';
import { ingestTradesFunction, ingestTxnsFunction } from './ingest-functions';
import type { PipelineInputs } from './inputs';
import { loadStagedBatchesFunction, stageStreamRecordsFunction } from './load-functions';
import { prepareMysqlFunction, prepareWarehouseFunction } from './prepare-functions';
import { measureFreshnessFunction, reconcileTablesFunction } from './reconcile-function';
import { startReplicationTaskFunction } from './replication-function';
import { setUpFingerprints } from './set-up-fingerprint';
import { Statements } from './statements';

/** Those that ingest are there as long as the catalogue has their tables, and this deployment may write into them. */
export type PipelineFunctions = {
  readonly [Name in Exclude<HandlerName, IngestHandler | ApiHandler>]: PipelineFunction<Name>;
} & { readonly [Name in IngestHandler | ApiHandler]?: PipelineFunction<Name> };

/** What this deployment has, in the order of their names' list. */
export const deployedHandlers = (functions: PipelineFunctions): HandlerName[] =>
  HANDLER_NAMES.filter((handler) => functions[handler] !== undefined);

export function addFunctions(
  scope: Construct,
  inputs: PipelineInputs,
  surroundings: FunctionSurroundings,
): PipelineFunctions {
  const { settings } = stackOf(scope);
  const context: SpecContext = {
    scope,
    inputs,
    statements: new Statements(scope, {
      keyArn: inputs.network.key_arn,
      workgroupArn: inputs.serverless?.warehouse_workgroup_arn,
    }),
    setUps: setUpFingerprints(inputs, settings, surroundings.bundleFolder),
  };
  const add = <Name extends HandlerName>(spec: PipelineFunctionSpec<Name>): PipelineFunction<Name> =>
    new PipelineFunction(scope, toProps(spec, context), surroundings);
  const trades = isDeployed(settings, 'ingest-trades') ? findIngestedTable(INGEST_TRADES) : undefined;
  const { mysqlIngestSecretArn: ingestSecretArn } = inputs;
  return {
    ...(ingestSecretArn === undefined || !isDeployed(settings, 'ingest-txns')
      ? {}
      : { 'ingest-txns': add(ingestTxnsFunction(context, ingestSecretArn)) }),
    ...(trades === undefined ? {} : { 'ingest-trades': add(ingestTradesFunction(context, trades)) }),
    'prepare-mysql': add(prepareMysqlFunction(context)),
    'prepare-warehouse': add(prepareWarehouseFunction(context)),
    'start-replication-task': add(startReplicationTaskFunction(context)),
    'stage-stream-records': add(stageStreamRecordsFunction(context)),
    'backfill-tables': add(backfillTablesFunction(context)),
    'load-staged-batches': add(loadStagedBatchesFunction(context)),
    'reconcile-tables': add(reconcileTablesFunction(context)),
    'measure-freshness': add(measureFreshnessFunction(context)),
    'forget-item': add(forgetItemFunction(context)),
    ...addApiFunctions(context, add),
  };
}

/** None without the setting; that of MySQL only where rows may be written. */
function addApiFunctions(
  context: SpecContext,
  add: <Name extends HandlerName>(spec: PipelineFunctionSpec<Name>) => PipelineFunction<Name>,
): { readonly [Name in ApiHandler]?: PipelineFunction<Name> } {
  const { settings } = stackOf(context.scope);
  const { mysqlIngestSecretArn: secret } = context.inputs;
  if (settings.api === undefined) return {};
  return {
    ...(secret === undefined || !isDeployed(settings, 'ingest-txns')
      ? {}
      : { 'api-txns': add(apiTxnsFunction(context, secret)) }),
    'api-general': add(apiGeneralFunction(context)),
  };
}

/** Whoever starts it waits for its answer, so that there is no event to keep. */
const WAITED_FOR: readonly PipelineFunctionSpec<HandlerName>['startedBy'][] = ['deploy', 'person', 'request'];

/** Lambda keeps an event for at least a minute and at most six hours. */
const MIN_EVENT_AGE_SECONDS = 60;
const DEFAULT_EVENT_AGE_SECONDS = 300;

function toProps<Name extends HandlerName>(
  spec: PipelineFunctionSpec<Name>,
  { scope, inputs }: SpecContext,
): PipelineFunctionProps<Name> {
  const { settings } = stackOf(scope);
  const { handler, description, environment, statements, startedBy, talksToMysql, retries = 0 } = spec;
  const { timeoutSeconds } = settings.functions[handler];
  const scheduled = startedBy === 'schedule';
  const interval = intervalSeconds(settings.schedule) ?? DEFAULT_EVENT_AGE_SECONDS;
  return {
    handler,
    description,
    environment,
    statements,
    timeoutSeconds: scheduled ? scheduledTimeoutSeconds(settings.schedule, timeoutSeconds) : timeoutSeconds,
    // One run at a time: a second one would find the same files, the same seed and the same tables.
    ...(startedBy === 'stream' ? {} : startedBy === 'request' ? { isOnRequest: true } : { concurrency: 1 }),
    ...(talksToMysql
      ? {
          vpc: {
            subnetIds: inputs.network.private_subnet_ids,
            securityGroupId: inputs.network.functions_security_group_id,
          },
        }
      : {}),
    ...(WAITED_FOR.includes(startedBy)
      ? {}
      : {
          events: scheduled
            ? {
                schedule: {
                  maxAgeSeconds: Math.min(Math.max(interval, MIN_EVENT_AGE_SECONDS), 21_600),
                  retries,
                },
              }
            : {},
        }),
  };
}
