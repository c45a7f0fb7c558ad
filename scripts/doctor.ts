/**
 * Asks the AWS account of one environment whether a deploy can succeed: versions, classes, quotas, roles, subscriptions.
 * It only reads. Fails with exit code 1 when something must be changed first, or could not be asked.
 *
 *     npm run doctor -- --aws             the environment of cdktf.json, or of CDC_ENVIRONMENT
 *     npm run doctor -- --aws --policy    the read-only policy that it needs
 */
import { DOCTOR_POLICY } from '../deployment/account/aws-account';
import { examineAccount } from '../deployment/account/examine-account';
import { accountByCli } from './aws-cli';
import { environmentNames, synthesizeEnvironments } from './synthesize-environments';

async function examine(): Promise<void> {
  const name = process.env.CDC_ENVIRONMENT || environmentNames()[0];
  const found = synthesizeEnvironments().find((environment) => environment.name === name);
  if (found === undefined) {
    console.error(`CDC_ENVIRONMENT: allowed is one of ${environmentNames().join(', ')}, got: ${name}`);
    process.exitCode = 2;
    return;
  }
  const findings = await examineAccount(found.deployment, accountByCli(found.deployment.home.region));
  const width = Math.max(...findings.map(({ subject }) => subject.length));
  for (const { state, subject, text } of findings) {
    console.log(`${state.padEnd(6)}  ${subject.padEnd(width)}  ${text}`);
  }
  const count = (wanted: string): number => findings.filter(({ state }) => state === wanted).length;
  const [changes, unknown] = [count('change'), count('unknown')];
  console.log(`${changes} to change before a deploy, ${unknown} unknown`);
  if (changes + unknown > 0) process.exitCode = 1;
}

const options = process.argv.slice(2);
if (options.includes('--policy')) console.log(JSON.stringify(DOCTOR_POLICY, null, 2));
else if (options.includes('--aws')) void examine();
else {
  console.error('use: npm run doctor -- --aws [--policy]');
  process.exitCode = 2;
}
