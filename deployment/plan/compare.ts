/**
 * What applying one synthesis over another does, resource by resource. It reads no state: what was changed by hand, or was
 * never applied, only `terraform plan` sees.
 */
import type { Deployment, Resource } from '../deployment';
import { isMap, listOf, textsOf } from '../json';
import { nodeOf } from '../resource-graph';
import { carryReplacements, type Draft } from './carried-replacement';
import { ArgumentFollower } from './followed-arguments';
import { describeGrants } from './granted';
import { type PlannedOutcome, plannedSubject, type ResourceChange, sortChanges } from './planned-change';
import { effectOf, factsOf, gravestOf } from './replacement';
import { differencesOf, isSameJson } from './value-difference';

/** @returns the gravest first, IAM and the network before the rest */
export function compareDeployments(before: Deployment, after: Deployment): ResourceChange[] {
  const moves = movesOf(before, after);
  const forward = new Map([...moves].map(([to, from]) => [from, to]));
  const [old, young] = [new ArgumentFollower(before, forward), new ArgumentFollower(after)];
  const oldByNode = new Map(before.resources.map((resource) => [resource.node, resource]));
  const drafts: Draft[] = [];
  const created: Resource[] = [];
  const kept = new Set<string>();
  for (const resource of after.resources) {
    const { node } = resource;
    const from = oldByNode.get(node) ?? oldByNode.get(moves.get(node) ?? '');
    if (from === undefined) {
      created.push(resource);
      continue;
    }
    kept.add(from.node);
    drafts.push(draftOf([from, resource], [old, young]));
  }
  carryReplacements(drafts);
  const destroyed = before.resources.filter((resource) => !kept.has(resource.node));
  return sortChanges([
    ...destroyed.map((resource) => goneOf(resource)),
    ...created.map((resource) => newOf(resource, renamedFrom(resource, destroyed, [old, young]))),
    ...drafts.flatMap(changeOf),
  ]);
}

function draftOf(
  [before, after]: readonly [Resource, Resource],
  [old, young]: readonly [ArgumentFollower, ArgumentFollower],
): Draft {
  const [was, is] = [old.follow(before), young.follow(after)];
  const differences = differencesOf('', was.values, is.values);
  const isCode = differences.some(({ path }) => path === 'source_code_hash');
  // The name of a bundle says the same as its hash.
  const shown = differences.filter(({ path }) => !(isCode && path === 'filename'));
  const changes = shown.map((difference) => ({
    ...difference,
    effect: effectOf({
      type: after.type,
      path: difference.path,
      before: was.values,
      after: is.values,
    }),
  }));
  return { before, after, values: is.values, uses: is.uses, changes };
}

/** From the new address to the old one, for blocks `moved` whose old address was there. */
function movesOf(before: Deployment, after: Deployment): ReadonlyMap<string, string> {
  const old = new Set(before.resources.map(({ node }) => node));
  const moves = after.stacks.flatMap(({ name, json }) =>
    listOf(json.moved)
      .filter(isMap)
      .map(({ from, to }): [string, string] => [nodeOf(name, `${to}`), nodeOf(name, `${from}`)]),
  );
  return new Map(moves.filter(([to, from]) => old.has(from) && !old.has(to)));
}

function changeOf({ before, after, changes }: Draft): ResourceChange[] {
  const isMoved = before.address !== after.address;
  const notes = [
    ...(isMoved ? [`moved from ${before.address}: nothing is made or destroyed for that`] : []),
    ...lifecycleNotes(before, after),
  ];
  if (changes.length === 0 && notes.length === 0) return [];
  const outcome = outcomeOf(changes, isMoved);
  return [
    {
      ...identityOf(
        after,
        changes.map(({ path }) => path),
      ),
      outcome,
      changes,
      notes: [...notes, ...(outcome === 'changed' || outcome === 'moved' ? [] : replacementNotes(before))],
    },
  ];
}

function outcomeOf(changes: Draft['changes'], isMoved: boolean): PlannedOutcome {
  const gravest = gravestOf(changes);
  if (gravest === 'replaces') return 'replaced';
  if (gravest === 'may replace') return 'may be replaced';
  return isMoved ? 'moved' : 'changed';
}

const identityOf = (
  { stack, address, type }: Resource,
  paths: readonly string[] = [],
): Pick<ResourceChange, 'stack' | 'address' | 'type' | 'subject'> => ({
  stack,
  address,
  type,
  subject: plannedSubject(type, paths),
});

const goneOf = (resource: Resource): ResourceChange => ({
  ...identityOf(resource),
  outcome: 'destroyed',
  changes: [],
  notes: [...describeGrants(resource).map((grant) => `no longer ${grant}`), ...lossNotes(resource)],
});

const newOf = (resource: Resource, from: Resource | undefined): ResourceChange => ({
  ...identityOf(resource),
  outcome: 'created',
  changes: [],
  notes: [
    ...describeGrants(resource),
    ...(from === undefined
      ? []
      : [`has the arguments of ${from.address}, which is destroyed: a block "moved" would keep it`]),
  ],
});

/** The one that has the same type and arguments under another address. */
function renamedFrom(
  resource: Resource,
  destroyed: readonly Resource[],
  [old, young]: readonly [ArgumentFollower, ArgumentFollower],
): Resource | undefined {
  const { values } = young.follow(resource);
  return destroyed.find(
    (one) =>
      one.stack === resource.stack &&
      one.type === resource.type &&
      isSameJson(old.follow(one).values, values),
  );
}

function replacementNotes(resource: Resource): string[] {
  const means = factsOf(resource.type)?.replacedMeans;
  return [...(means === undefined ? [] : [means]), ...lossNotes(resource)];
}

function lossNotes(resource: Resource): string[] {
  return [
    ...(factsOf(resource.type)?.holdsData === true ? ['what it holds goes with it'] : []),
    ...(resource.isOn('lifecycle.prevent_destroy')
      ? ['Terraform refuses while lifecycle.prevent_destroy is on']
      : []),
    ...(['deletion_protection', 'deletion_protection_enabled'].some((name) => resource.isOn(name))
      ? ['AWS refuses while its deletion protection is on']
      : []),
  ];
}

function lifecycleNotes(before: Resource, after: Resource): string[] {
  const [was, is] = [before, after].map((resource) => resource.isOn('lifecycle.prevent_destroy'));
  const ignored = [before, after].map((resource) => textsOf(resource.at('lifecycle.ignore_changes')));
  return [
    ...(was === is ? [] : [`lifecycle.prevent_destroy is now ${is ? 'on' : 'off'}`]),
    ...(isSameJson(ignored[0], ignored[1])
      ? []
      : [`changes of ${(ignored[1] ?? []).join(', ') || 'nothing'} are now ignored`]),
  ];
}
