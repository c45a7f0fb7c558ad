/** A log group that exists before anything writes to it, encrypted and with a retention. */
import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import type { Construct } from 'constructs';
import { stackOf } from './stack-of';

export interface LogGroupProps {
  readonly name: string;
  readonly keyArn: string;
}

export function addLogGroup(
  scope: Construct,
  id: string,
  { name, keyArn }: LogGroupProps,
): CloudwatchLogGroup {
  return new CloudwatchLogGroup(scope, id, {
    name,
    kmsKeyId: keyArn,
    retentionInDays: stackOf(scope).settings.logRetentionDays,
  });
}
