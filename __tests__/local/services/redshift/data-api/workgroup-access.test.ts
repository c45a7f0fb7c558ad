import type { AccessFacts } from '../../../../../local/protocol/access';
import { REDSHIFT_DATA_ACCESS } from '../../../../../local/services/redshift/required-access';

const ARN = 'arn:aws:redshift-serverless:us-east-1:123456789012:workgroup/0123';
const facts: AccessFacts = {
  accountId: '123456789012',
  region: 'us-east-1',
  keyOf: () => undefined,
  workgroupArn: (name) => (name === 'cdc-dev' ? ARN : undefined),
};

const needed = (input: Readonly<Record<string, unknown>>) =>
  REDSHIFT_DATA_ACCESS.ExecuteStatement!(
    {
      identity: 'r',
      service: 'redshift-data',
      operation: 'ExecuteStatement',
      region: 'us-east-1',
      input,
      headers: {},
    },
    facts,
  ).map(({ action, resource }) => `${action} ${resource}`);

it('a statement of a workgroup needs the workgroup and its credentials, or the secret that it names', () => {
  expect(needed({ WorkgroupName: 'cdc-dev', Database: 'd' })).toEqual([
    `redshift-data:ExecuteStatement ${ARN}`,
    `redshift-serverless:GetCredentials ${ARN}`,
  ]);
  expect(needed({ WorkgroupName: 'cdc-dev', Database: 'd', SecretArn: 'arn:secret' })).toEqual([
    `redshift-data:ExecuteStatement ${ARN}`,
    'secretsmanager:GetSecretValue arn:secret',
  ]);
});

it('a workgroup that is not there needs what no policy names', () => {
  const [run] = needed({ WorkgroupName: 'other', Database: 'd' });
  expect(run).not.toContain(ARN);
});
