/** Grants that nothing on a laptop can use, each with the reason. A grant that is neither used nor here is a gap. */

export interface Unexercised {
  /** Ending of the role's name, which starts with project and environment. */
  readonly role: string;
  readonly action: RegExp;
  readonly reason: string;
}

export const UNEXERCISED: readonly Unexercised[] = [
  {
    role: '-flow-logs',
    action: /^logs:/,
    reason: 'the VPC writes its flow logs; there is no network here',
  },
  {
    role: '-dms-warehouse',
    action: /^(s3|kms):/,
    reason: 'DMS loads through files in its own bucket; its twin writes to the warehouse directly',
  },
];

export function reasonFor(role: string, action: string): string | undefined {
  return UNEXERCISED.find((entry) => role.endsWith(entry.role) && entry.action.test(action))?.reason;
}
