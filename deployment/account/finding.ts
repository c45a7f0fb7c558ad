/** What the doctor says of an account: one finding for each thing that it looked at. */
import type { Deployment } from '../deployment';
import type { AwsAccount } from './aws-account';

export interface Finding {
  readonly subject: string;
  readonly state: 'good' | 'change' | 'look' | 'unknown';
  /** What was found; for `change`, what to change as well. */
  readonly text: string;
}

export const good = (subject: string, text: string): Finding => ({ subject, state: 'good', text });
export const change = (subject: string, text: string): Finding => ({ subject, state: 'change', text });
export const unknown = (subject: string, text: string): Finding => ({ subject, state: 'unknown', text });
export const look = (subject: string, text: string): Finding => ({ subject, state: 'look', text });

export type Examination = (deployment: Deployment, account: AwsAccount) => Promise<Finding[]>;
