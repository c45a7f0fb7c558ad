/** What a path through the network rests on, and what it lacks. Steps note both as they go. */
import type { Resource } from '../deployment';

export class Trace {
  /** Resources without which the path would not be there. */
  readonly uses = new Set<Resource>();
  /** `<statement>|<action>` and `<statement>|<resource pattern>` of endpoint policies. */
  readonly grants = new Set<string>();
  readonly missing: string[] = [];
  /** What only its owner knows: it is taken to be there. */
  readonly unseen: string[] = [];

  use(...resources: readonly Resource[]): void {
    for (const resource of resources) this.uses.add(resource);
  }

  lack(what: string): void {
    this.missing.push(what);
  }

  cannotSee(what: string): void {
    if (!this.unseen.includes(what)) this.unseen.push(what);
  }
}
