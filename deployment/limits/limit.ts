/** One limit of AWS, and the words that limits are written in, so that each is one entry of a list. */
import type { Deployment, Resource } from '../deployment';
import { isMap, type Json, listOf } from '../json';

export interface Measured {
  /** `pipeline: aws_iam_role.ingest_txns`, or the deployment. */
  readonly subject: string;
  readonly got: number;
}

export interface Limit {
  /** Named in reports and failures. */
  readonly id: string;
  readonly allowed: number;
  readonly unit: string;
  /** Where AWS says so. */
  readonly source: string;
  /** Everything that the limit is of. */
  readonly measure: (deployment: Deployment) => readonly Measured[];
}

const nameOfResource = ({ stack, address }: Resource): string => `${stack}: ${address}`;

/** What is known only after an apply is an ARN or a host name in the end: it counts as this many characters. */
const UNKNOWN_CHARACTERS = 128;

export const lengthOf = (text: string): number =>
  text.replaceAll(/(?<!\$)\$\{[^}]*\}/g, 'x'.repeat(UNKNOWN_CHARACTERS)).length;

/** Each resource of a type has a value of its own. */
export const each =
  (type: string, measure: (resource: Resource) => number) =>
  (deployment: Deployment): Measured[] =>
    deployment.of(type).map((resource) => ({ subject: nameOfResource(resource), got: measure(resource) }));

/** The length of a text of each resource of a type. */
export const lengthAt = (type: string, path: string) =>
  each(type, (resource) => lengthOf(resource.text(path)));

/** The number of elements of a list of each resource of a type. */
export const countAt = (type: string, path: string) =>
  each(type, (resource) => listOf(resource.at(path)).length);

/** How many there are of a type. */
export const countOf =
  (...types: readonly string[]) =>
  (deployment: Deployment): Measured[] => [
    { subject: 'the deployment', got: deployment.of(...types).length },
  ];

/** Adds up what belongs to one owner: the policies of a role, the rules of a group. */
export const sumBy =
  (type: string, owner: string, measure: (resource: Resource) => number) =>
  (deployment: Deployment): Measured[] => {
    const sums = new Map<string, number>();
    for (const resource of deployment.of(type)) {
      const [target] = resource.targets(owner);
      const subject = target === undefined ? resource.text(owner) : nameOfResource(target.resource);
      sums.set(subject, (sums.get(subject) ?? 0) + measure(resource));
    }
    return [...sums].map(([subject, got]) => ({ subject, got }));
  };

/** JSON inside a text; nothing where it is none. */
export function jsonIn(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

export const sizeOfMap = (value: Json | undefined): number =>
  isMap(value)
    ? Object.entries(value).reduce((sum, [name, text]) => sum + name.length + lengthOf(String(text)), 0)
    : 0;
