/** Everything that watches the pipeline, in order: topic, alarms, one composite alarm per path, dashboard. */
import type { Construct } from 'constructs';
import { HANDLER_NAMES, type HandlerName } from '../../pipeline/handler-environment';
import { stackOf } from '../constructs/stack-of';
import type { PipelineFunctions } from '../pipeline/functions';
import { SCHEDULED } from '../pipeline/schedules';
import { Alarms } from './alarm';
import { addDashboard } from './dashboard';
import { addDatabaseAlarms } from './database-alarms';
import { addFunctionAlarms } from './function-alarms';
import { metricsOf } from './metric';
import { Notifications } from './notifications';
import { addPathAlarms } from './paths';
import { addQueueAlarms } from './queue-alarms';
import { addTableAlarms } from './table-alarms';

export function addWatch(scope: Construct, functions: PipelineFunctions, keyArn: string): void {
  const { names, settings } = stackOf(scope);
  const metrics = metricsOf(names);
  const { topicArn } = new Notifications(scope, 'alarm-topic', keyArn);
  const alarms = new Alarms(scope, topicArn);
  addTableAlarms(alarms, metrics, settings);
  addFunctionAlarms(alarms, {
    settings,
    metrics,
    scheduled: SCHEDULED,
    timeoutSeconds: Object.fromEntries(
      HANDLER_NAMES.map((handler) => [handler, functions[handler].timeoutSeconds]),
    ) as Record<HandlerName, number>,
  });
  addQueueAlarms(alarms, {
    metrics,
    queues: Object.fromEntries(
      HANDLER_NAMES.flatMap((handler) => {
        const { deadLetters } = functions[handler];
        return deadLetters === undefined ? [] : [[handler, deadLetters.name]];
      }),
    ),
  });
  addDatabaseAlarms(alarms, metrics, settings);
  addPathAlarms(scope, alarms, topicArn);
  addDashboard(scope, metrics);
}
