/**
 * New Relic's layer around a function: its agent traces each run, its extension sends what it saw. Only for functions
 * outside the VPC: inside it there is no way to New Relic, and the extension would hold up each run until it gives up.
 */
import type { Construct } from 'constructs';
import { addExistingSecret } from './existing-secret';
import type { PolicyStatement } from './policy';
import { stackOf } from './stack-of';

export interface FunctionLayer {
  /** What Lambda calls; it calls the function's own handler. */
  readonly handler: string;
  readonly layers: string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly statements: readonly PolicyStatement[];
}

/** For functions that are CommonJS (New Relic documentation, "Instrument your Lambda function with Node.js"). */
const WRAPPER = 'newrelic-lambda-wrapper.handler';

/** Undefined where the settings ask for none, or the function sits in the VPC. */
export function newRelicLayer(
  scope: Construct,
  { handler, isInVpc }: { readonly handler: string; readonly isInVpc: boolean },
): FunctionLayer | undefined {
  const { settings } = stackOf(scope);
  const { newRelic } = settings.observability ?? {};
  if (newRelic?.layer === undefined || isInVpc) return undefined;
  const { arn, licenseKeySecretArn, licenseKeySecretKeyArn } = newRelic.layer;
  const secret = addExistingSecret(scope, 'new_relic_extension', {
    arn: licenseKeySecretArn,
    keyArn: licenseKeySecretKeyArn,
    holds: 'LicenseKey',
  });
  return {
    handler: WRAPPER,
    layers: [arn],
    variables: {
      NEW_RELIC_LAMBDA_HANDLER: handler,
      NEW_RELIC_ACCOUNT_ID: newRelic.accountId,
      NEW_RELIC_LICENSE_KEY_SECRET: secret.arn,
      // Logs go by Firehose; nothing of them twice, and no text of a statement.
      NEW_RELIC_EXTENSION_SEND_FUNCTION_LOGS: 'false',
      NEW_RELIC_APPLICATION_LOGGING_FORWARDING_ENABLED: 'false',
      NEW_RELIC_TRANSACTION_TRACER_RECORD_SQL: 'off',
    },
    statements: secret.statements,
  };
}
