/** The account by the AWS CLI, which prints the answers of the API as JSON and finds credentials as every tool does. */
import { spawnSync } from 'node:child_process';
import type { AwsAccount, AwsAnswers, AwsCall } from '../deployment/account/aws-account';

/** How the CLI says that what was asked for does not exist: the error code in its message. */
const ABSENT = /\((NoSuchEntity|NotFound|ResourceNotFoundFault|ResourceNotFoundException)\)/;

export function accountByCli(region: string): AwsAccount {
  return {
    ask: async <Call extends AwsCall>(
      call: Call,
      parameters: Readonly<Record<string, string>> = {},
    ): Promise<AwsAnswers[Call] | undefined> => {
      const options = Object.entries(parameters).flatMap(([name, value]) => [`--${name}`, value]);
      const { status, stdout, stderr, error } = spawnSync(
        'aws',
        [...call.split(' '), ...options, '--region', region, '--output', 'json'],
        { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 },
      );
      if (error !== undefined) throw new Error('the AWS CLI is not installed: `aws` was not found');
      if (status === 0) return JSON.parse(stdout || '{}') as AwsAnswers[Call];
      if (ABSENT.test(stderr)) return undefined;
      throw new Error(`aws ${call}: ${stderr.trim().split('\n').at(-1) ?? `exit code ${status}`}`);
    },
  };
}
