/** What is known of a resource type before a plan. */
import type { Json } from '../json';

/** What the provider's documentation and schema say of one resource type; arguments by dotted path, without indexes. */
export interface TypeFacts {
  readonly replaces: readonly string[];
  readonly inPlace: readonly string[];
  /** Replaces when it appears or disappears, and changes in place otherwise. */
  readonly replacesWhenPresenceChanges?: readonly string[];
  /** Changes in place only while another argument has this value. */
  readonly inPlaceWhile?: Readonly<Record<string, { readonly argument: string; readonly is: Json }>>;
  /** Attributes that get another value when this argument changes in place. */
  readonly renews?: Readonly<Record<string, readonly string[]>>;
  /** The ids and ARNs of a new one do not follow from its name. */
  readonly hasAssignedIds?: true;
  /** Rows, items, objects or keys are lost with it. */
  readonly holdsData?: true;
  /** What replacing it comes to, where it is no thing in AWS. */
  readonly replacedMeans?: string;
}
