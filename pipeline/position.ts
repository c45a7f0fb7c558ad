/**
 * A DynamoDB stream sequence number as a version that sorts as text.
 *
 * Sequence numbers are strings of 21 to 40 decimal digits that grow per item (Amazon DynamoDB API, StreamRecord).
 * They do not fit the warehouse's DECIMAL(38,0), so they travel zero-padded to 40 characters: text order is then
 * numeric order.
 */
export const VERSION_LENGTH = 40;

/** @throws RangeError when `sequenceNumber` is not 1 to 40 digits. */
export function versionOf(sequenceNumber: string): string {
  if (!/^\d{1,40}$/.test(sequenceNumber)) {
    throw new RangeError(
      `a stream sequence number must be 1 to ${VERSION_LENGTH} digits, got: ${JSON.stringify(sequenceNumber)}`,
    );
  }
  return sequenceNumber.padStart(VERSION_LENGTH, '0');
}
