/** What analysts get: views in a schema of their own, which set-up makes while this group is there, and a dashboard of them. */
import * as z from 'zod';
import { group, text } from './values';

const PRINCIPALS = 'a list of 1 to 30 ARNs of users or groups of QuickSight, each once';

/** In the region where QuickSight keeps the identities of the account, which may be another than this one. */
const PRINCIPAL_ARN = text(
  /^arn:aws:quicksight:[a-z0-9-]+:\d{12}:(user|group)\/[\w.-]{1,64}\/[\w+=,.@/-]{1,150}$/,
  'the ARN of a user or group of QuickSight, like arn:aws:quicksight:us-east-1:123456789012:group/default/analysts',
);

const principals = z
  .array(PRINCIPAL_ARN, { error: PRINCIPALS })
  .min(1, PRINCIPALS)
  .max(30, PRINCIPALS)
  .refine((arns) => new Set(arns).size === arns.length, PRINCIPALS);

export const BI_SETTINGS = group({
  /** Data sets on the views and a dashboard. The account has QuickSight already, in its Enterprise edition (docs/bi.md). */
  quickSight: group({
    /** Who sees the dashboard. */
    readerArns: principals,
    /** Who also builds others on the data sets. */
    authorArns: principals.optional(),
  }).optional(),
});

export type BiSettings = z.output<typeof BI_SETTINGS>;
export type QuickSightSettings = NonNullable<BiSettings['quickSight']>;

/** Problems that involve more than one value. */
export function checkBi({ quickSight }: BiSettings, accountId: string): string[] {
  const { readerArns = [], authorArns = [] } = quickSight ?? {};
  const given = Object.entries({ readerArns, authorArns });
  return [
    ...given.flatMap(([key, arns]) =>
      arns
        .filter((arn) => arn.split(':')[4] !== accountId)
        .map(
          (arn) =>
            `bi.quickSight.${key}: allowed is one of the account ${accountId}, got: ${JSON.stringify(arn)}`,
        ),
    ),
    ...authorArns
      .filter((arn) => readerArns.includes(arn))
      .map(
        (arn) =>
          `bi.quickSight.authorArns: allowed is who is not among readerArns, for authors see the dashboard too, got: ${JSON.stringify(arn)}`,
      ),
  ];
}
