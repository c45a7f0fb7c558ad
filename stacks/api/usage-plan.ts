/** Who has an API key, and how much each of them may ask. */
import { ApiGatewayUsagePlan } from '@cdktf/provider-aws/lib/api-gateway-usage-plan';
import { ApiGatewayUsagePlanKey } from '@cdktf/provider-aws/lib/api-gateway-usage-plan-key';
import type { Construct } from 'constructs';
import { stackOf } from '../constructs/stack-of';
import type { ApiSettings } from '../settings/api';

export interface UsagePlanOptions {
  readonly apiId: string;
  readonly stage: string;
  readonly api: ApiSettings;
}

/** None for callers of IAM: only a key is metered. */
export function addUsagePlan(scope: Construct, { apiId, stage, api }: UsagePlanOptions): void {
  const { auth, requestsPerSecond, burst } = api;
  if (auth.kind !== 'api-key') return;
  const { names } = stackOf(scope);
  const plan = new ApiGatewayUsagePlan(scope, 'usage-plan', {
    name: names.of('api'),
    description: `Callers of ${names.of('api')}`,
    apiStages: [{ apiId, stage }],
    throttleSettings: { rateLimit: requestsPerSecond, burstLimit: burst },
    quotaSettings: { limit: auth.requestsPerDay, period: 'DAY' },
  });
  for (const keyId of auth.keyIds) {
    new ApiGatewayUsagePlanKey(scope, `key-${keyId}`, {
      keyId,
      keyType: 'API_KEY',
      usagePlanId: plan.id,
    });
  }
}
