/** One committed change of one row or item, as it travels from capture to the warehouse. */

export type Operation = 'insert' | 'update' | 'delete';

/**
 * @typeParam Image what a row looks like at this source: named column texts for MySQL, an attribute map for DynamoDB.
 */
export interface ChangeEvent<Image> {
  /** Name in the catalogue. */
  readonly table: string;
  readonly operation: Operation;
  /** The row before the change; absent for an insert. */
  readonly before?: Image;
  /** The row after the change; absent for a delete. */
  readonly after?: Image;
  /** Sorts as text within one key: a later change has a greater position. */
  readonly position: string;
  /**
   * When the source says it happened, UTC, ISO 8601. DynamoDB streams round it down to the second, but never to before
   * the stream was made.
   */
  readonly changedAt: string;
  /** When the stream that it comes from was made, UTC, ISO 8601; positions of another stream do not compare. */
  readonly streamAt?: string;
}
