/**
 * A DynamoDB stream sequence number as a version that sorts as text.
 *
 * Sequence numbers are strings of 21 to 40 decimal digits that grow per item (Amazon DynamoDB API, StreamRecord).
 * They do not fit the warehouse's DECIMAL(38,0), so they travel zero-padded to 40 characters: text order is then
 * numeric order.
 */
export const VERSION_LENGTH = 40;

/**
 * Rows of a backfill have no sequence number: a scan gives none. Their version is the time from which the backfill
 * answers for the item, in microseconds since 1970, padded to this length, by which they are known.
 */
export const BACKFILL_VERSION_LENGTH = 20;

export const backfillVersionOf = (epochMs: number): string =>
  `${Math.floor(epochMs)}000`.padStart(BACKFILL_VERSION_LENGTH, '0');

/** @throws RangeError when `sequenceNumber` is not 1 to 40 digits. */
export function versionOf(sequenceNumber: string): string {
  if (!/^\d{1,40}$/.test(sequenceNumber)) {
    throw new RangeError(
      `a stream sequence number must be 1 to ${VERSION_LENGTH} digits, got: ${JSON.stringify(sequenceNumber)}`,
    );
  }
  return sequenceNumber.padStart(VERSION_LENGTH, '0');
}
