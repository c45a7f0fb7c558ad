/** A replaced resource gets other ids, which those that refer to it get as other values; where that forces, they are replaced too. */
import type { Resource } from '../deployment';
import { type JsonMap, textsOf } from '../json';
import { nodeOf } from '../resource-graph';
import type { Use } from './followed-arguments';
import type { ArgumentChange } from './planned-change';
import { effectOf, gravestOf, isRenewed } from './replacement';

/** A resource that is in both; its list of changes grows. */
export interface Draft {
  readonly before: Resource;
  readonly after: Resource;
  /** The arguments after, followed. */
  readonly values: JsonMap;
  readonly uses: readonly Use[];
  readonly changes: ArgumentChange[];
}

/** Until nothing follows from what follows. */
export function carryReplacements(drafts: readonly Draft[]): void {
  const byNode = new Map(drafts.map((draft) => [draft.after.node, draft]));
  let isOpen = true;
  while (isOpen) isOpen = drafts.map((draft) => carryTo(draft, byNode)).includes(true);
}

function carryTo(draft: Draft, byNode: ReadonlyMap<string, Draft>): boolean {
  const found = [...usedBy(draft, byNode), ...triggeredBy(draft, byNode)].filter(
    ({ path, effect }) =>
      !draft.changes.some(
        (one) => one.path === path && (one.becauseOf === undefined || one.effect === effect),
      ),
  );
  draft.changes.push(...found);
  return found.length > 0;
}

function usedBy(draft: Draft, byNode: ReadonlyMap<string, Draft>): ArgumentChange[] {
  const { after, values } = draft;
  const found = draft.uses.flatMap(({ path, resource, attribute }): ArgumentChange[] => {
    const used = byNode.get(resource);
    if (used === undefined || used === draft) return [];
    const level = gravestOf(used.changes);
    const isNew = isRenewed(used.after.type, attribute, {
      isReplaced: level !== 'in place',
      paths: used.changes.map((one) => one.path),
      isSameStack: used.after.stack === after.stack,
    });
    if (!isNew) return [];
    const effect = effectOf({ type: after.type, path, before: values, after: values });
    // From what may be replaced follows what may be, and a change in place from it is no news.
    if (level === 'may replace' && effect === 'in place') return [];
    return [
      {
        path,
        before: undefined,
        after: undefined,
        effect: level === 'may replace' ? 'may replace' : effect,
        becauseOf: resource,
      },
    ];
  });
  // A document that names the resource twice changes once.
  return found.filter(
    (one, index) =>
      found.findIndex(({ path, becauseOf }) => path === one.path && becauseOf === one.becauseOf) === index,
  );
}

/** `lifecycle.replace_triggered_by` names addresses of the same stack. */
function triggeredBy({ after }: Draft, byNode: ReadonlyMap<string, Draft>): ArgumentChange[] {
  return textsOf(after.at('lifecycle.replace_triggered_by')).flatMap((text): ArgumentChange[] => {
    const address = /^(?:\$\{)?([\w-]+\.[\w-]+)/.exec(text)?.[1];
    const trigger = address === undefined ? undefined : byNode.get(nodeOf(after.stack, address));
    return trigger === undefined || trigger.changes.length === 0
      ? []
      : [
          {
            path: 'lifecycle.replace_triggered_by',
            before: undefined,
            after: undefined,
            effect: 'replaces',
            becauseOf: trigger.after.node,
          },
        ];
  });
}
