import type { IamStatement } from '../../policy-document';
import { isNotFalse, isTrue, type PolicyRule } from '../rule';

const KEY = 'aws_kms_key';

/** Allows everybody without a condition. */
export const isOpenToAll = ({ allows, principals, conditions }: IamStatement): boolean =>
  allows && principals.includes('*') && conditions.length === 0;

export const KMS_RULES: readonly PolicyRule[] = [
  {
    id: 'CKV_AWS_7',
    on: KEY,
    requires: 'rotation',
    holds: isTrue('enable_key_rotation'),
    trivy: 'AVD-AWS-0065',
  },
  {
    id: 'CKV_AWS_33',
    on: KEY,
    requires: 'no principal "*"',
    holds: (key) => key.statements().every(({ allows, principals }) => !allows || !principals.includes('*')),
  },
  { id: 'CKV_AWS_227', on: KEY, requires: 'enabled', holds: isNotFalse('is_enabled') },
  { id: 'CKV2_AWS_64', on: KEY, requires: 'a policy', holds: (key) => key.statements().length > 0 },
  {
    id: 'CDC_KEY_WINDOW',
    on: KEY,
    requires: 'a deletion window of at least seven days',
    holds: (key) => Number(key.at('deletion_window_in_days') ?? 30) >= 7,
  },
];
