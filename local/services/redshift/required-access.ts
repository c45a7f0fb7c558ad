/** What each Data API call needs (service authorization reference, "Actions, resources, and condition keys for Amazon Redshift Data API"). */
import {
  type Access,
  type AccessFacts,
  type AccessRule,
  type AccessRules,
  inputText,
  keyAccess,
  plainAccess,
  userIdOf,
} from '../../protocol/access';
import type { AdmissionRequest } from '../../protocol/admission';

/** A call that starts a statement signs in too: with the caller's own identity, or with a secret's user. */
const startStatement =
  (operation: string): AccessRule =>
  (request, facts) => {
    const warehouse = warehouseOf(request, facts);
    const run = plainAccess(`redshift-data:${operation}`, warehouse.arn);
    if (request.input.SecretArn !== undefined) {
      const secret = inputText(request, 'SecretArn');
      const key = facts.keyOf('secret', secret);
      return [
        run,
        plainAccess('secretsmanager:GetSecretValue', secret),
        ...keyAccess(facts, 'secretsmanager', key, ['kms:Decrypt']),
      ];
    }
    return [run, warehouse.signIn];
  };

interface CalledWarehouse {
  readonly arn: string;
  readonly signIn: Access;
}

/** The cluster or the workgroup that a call names, and what signing in there needs. */
function warehouseOf(request: AdmissionRequest, facts: AccessFacts): CalledWarehouse {
  const { region, accountId } = facts;
  const workgroup = inputText(request, 'WorkgroupName');
  if (workgroup !== '') {
    // One that is not there has no ARN; then no policy can name it.
    const arn =
      facts.workgroupArn(workgroup) ??
      `arn:aws:redshift-serverless:${region}:${accountId}:workgroup/unknown-${workgroup}`;
    return { arn, signIn: plainAccess('redshift-serverless:GetCredentials', arn) };
  }
  const cluster = inputText(request, 'ClusterIdentifier');
  const redshift = `arn:aws:redshift:${region}:${accountId}`;
  const database = `${redshift}:dbname:${cluster}/${inputText(request, 'Database')}`;
  return {
    arn: `${redshift}:cluster:${cluster}`,
    signIn: plainAccess('redshift:GetClusterCredentialsWithIAM', database),
  };
}

/** The Data API's twin shows a statement to its owner only, so the owner is the caller. */
const followStatement =
  (operation: string): AccessRule =>
  (request) => [
    {
      action: `redshift-data:${operation}`,
      resource: '*',
      context: { 'redshift-data:statement-owner-iam-userid': userIdOf(request.identity) },
    },
  ];

export const REDSHIFT_DATA_ACCESS: AccessRules = {
  ExecuteStatement: startStatement('ExecuteStatement'),
  BatchExecuteStatement: startStatement('BatchExecuteStatement'),
  DescribeStatement: followStatement('DescribeStatement'),
  GetStatementResult: followStatement('GetStatementResult'),
  CancelStatement: followStatement('CancelStatement'),
  ListStatements: followStatement('ListStatements'),
};
