/** What each Data API call needs (service authorization reference, "Actions, resources, and condition keys for Amazon Redshift Data API"). */
import {
  type AccessRule,
  type AccessRules,
  inputText,
  keyAccess,
  plainAccess,
  userIdOf,
} from '../../protocol/access';

/** A call that starts a statement signs in too: with the caller's own identity, or with a secret's user. */
const startStatement =
  (operation: string): AccessRule =>
  (request, facts) => {
    const cluster = inputText(request, 'ClusterIdentifier');
    const redshift = `arn:aws:redshift:${facts.region}:${facts.accountId}`;
    const run = plainAccess(`redshift-data:${operation}`, `${redshift}:cluster:${cluster}`);
    if (request.input.SecretArn !== undefined) {
      const secret = inputText(request, 'SecretArn');
      const key = facts.keyOf('secret', secret);
      return [
        run,
        plainAccess('secretsmanager:GetSecretValue', secret),
        ...keyAccess(facts, 'secretsmanager', key, ['kms:Decrypt']),
      ];
    }
    const database = `${redshift}:dbname:${cluster}/${inputText(request, 'Database')}`;
    return [run, plainAccess('redshift:GetClusterCredentialsWithIAM', database)];
  };

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
