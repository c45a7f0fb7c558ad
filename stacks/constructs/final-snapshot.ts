/**
 * The last snapshot of something that is destroyed. Its name holds an id that is new each time that the resource is
 * created: a fixed name would already be taken when the same resource is destroyed a second time, and destroy would fail.
 */
import { DataResource } from 'cdktf';
import type { Construct } from 'constructs';
import { stackOf } from './stack-of';

export interface FinalSnapshot {
  readonly skipFinalSnapshot: boolean;
  readonly finalSnapshotIdentifier?: string;
}

/** @param replacedBy what replaces the resource when it changes, so that the next one gets another id. */
export function finalSnapshotOf(
  scope: Construct,
  name: string,
  replacedBy: Readonly<Record<string, string>>,
): FinalSnapshot {
  if (!stackOf(scope).settings.finalSnapshots) return { skipFinalSnapshot: true };
  const life = new DataResource(scope, 'final-snapshot', { triggersReplace: replacedBy });
  return { skipFinalSnapshot: false, finalSnapshotIdentifier: `${name}-final-${life.id}` };
}
