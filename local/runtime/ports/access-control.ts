/** The port of IAM: may this role do that, and which key encrypts what? */
import type { Access } from '../../protocol/access';
import type { AdmissionRequest } from '../../protocol/admission';
import { Single } from '../registry';

/** One action of one statement of a role, and how often it was what allowed a call. */
export interface Grant {
  readonly role: string;
  readonly statement: string;
  readonly action: string;
  readonly resources: readonly string[];
  readonly uses: number;
}

export interface AccessControl {
  /** For the gateway. @throws ServiceError AccessDenied, naming the statement that is missing */
  authorize(request: AdmissionRequest): void;
  /** What a service does by a role, unseen. @throws ServiceError naming every missing statement */
  demand(role: string, accesses: readonly Access[]): void;
  keyOfQueue(name: string): string | undefined;
  keyOfTable(name: string): string | undefined;
  keyOfBucket(name: string): string | undefined;
  keyOfSecret(nameOrArn: string): string | undefined;
  /** Every action that a role's policies grant, with the number of its uses so far. */
  grants(): readonly Grant[];
}

export const ACCESS_CONTROL = new Single<AccessControl>('access control');
