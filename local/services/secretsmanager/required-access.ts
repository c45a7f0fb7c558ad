/** What each call needs (service authorization reference, "Actions, resources, and condition keys for AWS Secrets Manager"). */
import { type AccessRule, type AccessRules, inputText, keyAccess, plainAccess } from '../../protocol/access';

const onSecret =
  (action: string, keyAction: string): AccessRule =>
  (request, facts) => {
    const secret = inputText(request, 'SecretId');
    const key = facts.keyOf('secret', secret);
    return [plainAccess(action, secret), ...keyAccess(facts, 'secretsmanager', key, [keyAction])];
  };

export const SECRETS_ACCESS: AccessRules = {
  GetSecretValue: onSecret('secretsmanager:GetSecretValue', 'kms:Decrypt'),
  PutSecretValue: onSecret('secretsmanager:PutSecretValue', 'kms:GenerateDataKey'),
  DescribeSecret: (request) => [plainAccess('secretsmanager:DescribeSecret', inputText(request, 'SecretId'))],
};
