/** The condition keys of one request, found without regard to upper and lower case as IAM does. */

/** A key with several values, such as `aws:TagKeys`, is a list. */
export type ContextValues = Readonly<Record<string, string | readonly string[]>>;

/**
 * Keys that a request here may lack, as the same request in AWS would. A key that is neither here nor in the request
 * (`aws:SourceVpce`, `aws:PrincipalTag/…`, `aws:PrincipalOrgID`) has a value in AWS that the laptop cannot know.
 */
const KEYS_THAT_MAY_BE_ABSENT: readonly string[] = [
  // Only users have a name; the callers here are roles ("AWS global condition context keys").
  'aws:username',
  // Only in the calls that a service makes by itself, without a role.
  'aws:SourceAccount',
  'aws:SourceArn',
  // Of listing a bucket only ("Actions, resources, and condition keys for Amazon S3").
  's3:prefix',
  // Only where another service uses the key for its caller ("AWS KMS condition keys").
  'kms:ViaService',
  // Only where EventBridge Scheduler reads its own schedule ("Encryption at rest" of its user guide).
  'kms:EncryptionContext:aws:scheduler:schedule:arn',
  // Of CreateGrant only, which nothing here calls.
  'kms:GrantIsForAWSResource',
  // Of calls about one statement only ("Actions, resources, and condition keys for Amazon Redshift Data API").
  'redshift-data:statement-owner-iam-userid',
];

/** Keys that every request here holds. */
const KEYS_OF_EVERY_REQUEST = [
  'aws:SecureTransport',
  'aws:RequestedRegion',
  'aws:userid',
  'aws:PrincipalArn',
  'aws:PrincipalAccount',
  'aws:PrincipalType',
  'aws:CurrentTime',
  'aws:EpochTime',
] as const;

export type KeyOfEveryRequest = (typeof KEYS_OF_EVERY_REQUEST)[number];

const lower = (key: string): string => key.toLowerCase();
const MAY_BE_ABSENT = new Set(KEYS_THAT_MAY_BE_ABSENT.map(lower));
const ALWAYS_THERE = new Set(KEYS_OF_EVERY_REQUEST.map(lower));

/** Whether a request for one of these actions can say what it holds under a key, absence included. */
export const isKnownKey = (key: string, actions: readonly string[]): boolean =>
  ALWAYS_THERE.has(lower(key)) ||
  MAY_BE_ABSENT.has(lower(key)) ||
  // AWS KMS adds it to each of its requests ("AWS KMS condition keys").
  (lower(key) === 'kms:calleraccount' && actions.every((action) => /^kms:/i.test(action)));

export class RequestContext {
  private readonly values: ReadonlyMap<string, readonly string[]>;

  constructor(given: ContextValues) {
    this.values = new Map(Object.entries(given).map(([key, value]) => [lower(key), [value].flat()]));
  }

  /** Undefined for a key that the request lacks, or that has no value in it. */
  get(key: string): readonly string[] | undefined {
    const values = this.values.get(lower(key));
    return values === undefined || values.length === 0 ? undefined : values;
  }

  /** Whether it can be said what the request holds under a key, absence included. */
  knows(key: string): boolean {
    return this.values.has(lower(key)) || MAY_BE_ABSENT.has(lower(key));
  }
}
