/** One rule of the policy, and the words that rules are written in, so that each is one line of a table. */

import type { Resource } from '../deployment';
import { type Json, listOf } from '../json';

export type Predicate = (resource: Resource) => boolean;

export interface PolicyRule {
  /** As the scanner names it that knows the rule too; `CDC_…` are this project's own. */
  readonly id: `CKV_AWS_${number}` | `CKV2_AWS_${number}` | `CDC_${string}`;
  /** Types of resources that it looks at, separated by blanks; `*` for all. */
  readonly on: string;
  readonly requires: string;
  readonly holds: Predicate;
  /** Trivy's id of the same rule. */
  readonly trivy?: `AVD-AWS-${string}`;
}

export const isTrue =
  (path: string): Predicate =>
  (resource) =>
    resource.isOn(path);

/** False or absent: for arguments whose default is false. */
export const isNotTrue =
  (path: string): Predicate =>
  (resource) =>
    !isTrue(path)(resource);

/** True or absent: for arguments whose default is true. */
export const isNotFalse =
  (path: string): Predicate =>
  (resource) =>
    String(resource.at(path)) !== 'false';

export const is =
  (path: string, ...allowed: readonly Json[]): Predicate =>
  (resource) =>
    allowed.includes(resource.at(path) ?? null);

export const isNot =
  (path: string, ...refused: readonly Json[]): Predicate =>
  (resource) =>
    has(path)(resource) && !refused.includes(resource.at(path) ?? null);

export const has =
  (path: string): Predicate =>
  (resource) =>
    listOf(resource.at(path)).some((value) => value !== '');

export const lacks =
  (path: string): Predicate =>
  (resource) =>
    !has(path)(resource);

export const atLeast =
  (path: string, least: number): Predicate =>
  (resource) =>
    Number(resource.at(path) ?? 0) >= least;

/** A customer's key: of our own, perhaps of another stack, or one that was there before. A text that is no reference is none. */
export const hasOwnKey =
  (path: string): Predicate =>
  (resource) =>
    resource.refersTo(path, 'aws_kms_key') || resource.refersTo(path, 'existing_kms_key');

/** A parameter group has the parameter with that value. */
export const hasParameter =
  (name: string, value: string): Predicate =>
  (resource) =>
    listOf(resource.at('parameter')).some(
      (given) => JSON.stringify(given) === JSON.stringify({ name, value }),
    );

/** Another resource of the given type refers to this one, and is as wanted. */
export const withCompanion =
  (type: string, wanted: Predicate = () => true): Predicate =>
  (resource) =>
    resource.deployment.usersOf(resource, type).some(wanted);

/** Another resource of the given type says under `argument` that it belongs to this one. */
export const withCompanionIn =
  (type: string, argument: string): Predicate =>
  (resource) =>
    withCompanion(type, (other) => other.targets(argument).some((target) => target.resource === resource))(
      resource,
    );
