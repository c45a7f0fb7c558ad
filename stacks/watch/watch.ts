/** Everything that watches the pipeline, in order: topic, alarms, one composite alarm per path, dashboard. */
import type { Construct } from 'constructs';
import { stackOf } from '../constructs/stack-of';
import { deployedHandlers, type PipelineFunctions } from '../pipeline/functions';
import { scheduledHandlers } from '../pipeline/schedules';
import { Alarms } from './alarm';
import { addApiAlarms } from './api-alarms';
import { addDashboard } from './dashboard';
import { addDatabaseAlarms } from './database-alarms';
import { addFunctionAlarms } from './function-alarms';
import { type Metric, type Metrics, metricsOf } from './metric';
import { Notifications } from './notifications';
import { addPathAlarms } from './paths';
import { addQueueAlarms } from './queue-alarms';
import { addTableAlarms } from './table-alarms';

export interface WatchOptions {
  readonly functions: PipelineFunctions;
  readonly keyArn: string;
  /** Of a serverless warehouse. */
  readonly usageLimitId: string | undefined;
}

/** What else may watch, or show elsewhere what is watched here. */
export interface Watch {
  readonly alarms: Alarms;
  readonly metrics: Metrics;
  /** What the dashboard shows. */
  readonly shown: readonly Metric[];
}

export function addWatch(scope: Construct, { functions, keyArn, usageLimitId }: WatchOptions): Watch {
  const { names, settings } = stackOf(scope);
  const handlers = deployedHandlers(functions);
  const metrics = metricsOf(names, settings);
  const { topicArn } = new Notifications(scope, 'alarm-topic', keyArn);
  const alarms = new Alarms(scope, topicArn);
  addTableAlarms(alarms, metrics, settings);
  addFunctionAlarms(alarms, {
    settings,
    metrics,
    scheduled: scheduledHandlers(functions),
    timeoutSeconds: new Map(handlers.map((handler) => [handler, functions[handler]!.timeoutSeconds])),
  });
  addQueueAlarms(alarms, {
    metrics,
    queues: Object.fromEntries(
      handlers.flatMap((handler) => {
        const deadLetters = functions[handler]?.deadLetters;
        return deadLetters === undefined ? [] : [[handler, deadLetters.name]];
      }),
    ),
  });
  addDatabaseAlarms(alarms, { metrics, settings, usageLimitId });
  if (settings.api !== undefined) addApiAlarms(alarms, metrics);
  addPathAlarms(scope, alarms, { topicArn, handlers });
  return { alarms, metrics, shown: addDashboard(scope, metrics) };
}
