/** What a request to the API may be, as its document says and its functions check. */

/** Lambda takes an event of 6 MB (AWS Lambda developer guide, "Lambda quotas"), of which the body is the most. */
export const MAX_BODY_BYTES = 6 * 1024 * 1024;

/** A transaction of DynamoDB has at most 100 actions (Amazon DynamoDB API, TransactWriteItems); one is the request's own record. */
export const MAX_ITEMS = 99;

/** All items of a transaction together (Amazon DynamoDB API, TransactWriteItems). */
export const MAX_ITEMS_BYTES = 4 * 1024 * 1024;

/** Rejected rows that one answer lists. */
export const MAX_LISTED = 100;

/** For so long a request that is sent again adds nothing. */
export const REMEMBERED_HOURS = 24;

export const IDEMPOTENCY_HEADER = 'Idempotency-Key';

/** Printable ASCII without blanks, as a UUID is. */
export const IDEMPOTENCY_PATTERN = '^[!-~]{1,128}$';
