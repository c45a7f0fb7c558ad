/**
 * Asks the AWS account of one environment whether a deploy can succeed: versions, classes, quotas, roles, subscriptions.
 * It only reads. Fails with exit code 1 when something must be changed first, or could not be asked.
 *
 *     npm run doctor -- --aws             the environment of cdktf.json, or of CDC_ENVIRONMENT
 *     npm run doctor -- --aws --policy    the read-only policy that it needs
 */
import { DOCTOR_POLICY } from '../deployment/account/aws-account';
import { examineAccount } from '../deployment/account/examine-account';
import { UsageError } from '../local/commands/usage-error';
import { accountByCli } from './aws-cli';
import {
  chosenEnvironment,
  environmentNames,
  type SynthesizedEnvironment,
  synthesizeEnvironments,
} from './synthesize-environments';

async function examineEnvironment(): Promise<number> {
  const name = chosenEnvironment();
  if (!environmentNames().includes(name))
    throw new UsageError(`CDC_ENVIRONMENT: allowed is one of ${environmentNames().join(', ')}, got: ${name}`);
  const [{ deployment }] = synthesizeEnvironments([name]) as [SynthesizedEnvironment];
  const findings = await examineAccount(deployment, accountByCli(deployment.home.region));
  const width = Math.max(...findings.map(({ subject }) => subject.length));
  for (const { state, subject, text } of findings) {
    console.log(`${state.padEnd(6)}  ${subject.padEnd(width)}  ${text}`);
  }
  const count = (wanted: string): number => findings.filter(({ state }) => state === wanted).length;
  const [changes, unknown] = [count('change'), count('unknown')];
  console.log(`${changes} to change before a deploy, ${unknown} unknown`);
  return changes + unknown > 0 ? 1 : 0;
}

export async function examine({ policy }: { readonly policy: boolean }): Promise<number> {
  if (!policy) return examineEnvironment();
  console.log(JSON.stringify(DOCTOR_POLICY, null, 2));
  return 0;
}
