import type { AccountFacts } from '../../../deployment/lookup';
import { type Access, keyAccess, plainAccess } from '../../protocol/access';

/** DMS reads the secret that an endpoint signs in with by the role that the endpoint names (AWS DMS user guide, "Using secrets"). */
export function endpointSecretAccess(
  secretArn: string,
  keyArn: string | undefined,
  facts: AccountFacts,
): Access[] {
  return [
    plainAccess('secretsmanager:DescribeSecret', secretArn),
    plainAccess('secretsmanager:GetSecretValue', secretArn),
    ...keyAccess(facts, 'secretsmanager', keyArn, ['kms:Decrypt', 'kms:DescribeKey']),
  ];
}
