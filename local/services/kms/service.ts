/** AWS KMS: a key is a name that policies speak of. */
import type { ServiceDescription } from '../../runtime/service-description';
import { awsKmsKey } from './aws_kms_key';
import { existingKmsKey } from './existing_kms_key';

const KEYS = 'the laptop encrypts nothing at rest';

export const KMS_SERVICE: ServiceDescription = {
  twins: [awsKmsKey, existingKmsKey],
  withoutATwin: {
    aws_kms_alias: KEYS,
    aws_kms_key_policy: 'it is not started: the gateway evaluates it at each call',
  },
};
