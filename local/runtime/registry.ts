/** Where the twins of resources find one another and what the runtime gives them: by kind, so that each names what it needs. */

/** Things of one kind that twins add, by name. */
export class Kind<Thing> {
  declare protected readonly thing: Thing;
  constructor(readonly what: string) {}
}

/** Something of which there is one. */
export class Single<Thing> {
  declare protected readonly thing: Thing;
  constructor(readonly what: string) {}
}

export class Registry {
  private readonly things = new Map<object, Map<string, unknown>>();
  private readonly singles = new Map<object, unknown>();

  /** All of a kind that there are so far; what is added to it is found by everybody. */
  of<Thing>(kind: Kind<Thing>): Map<string, Thing> {
    const known = this.things.get(kind);
    if (known !== undefined) return known as Map<string, Thing>;
    const added = new Map<string, Thing>();
    this.things.set(kind, added);
    return added;
  }

  /** Where a deployment has one. @throws Error that no stack declares `what`, such as `a MySQL server` */
  only<Thing>(kind: Kind<Thing>, what: string): Thing {
    const [thing] = this.of(kind).values();
    if (thing === undefined) throw new Error(`no stack declares ${what}`);
    return thing;
  }

  provide<Thing>(single: Single<Thing>, thing: Thing): void {
    this.singles.set(single, thing);
  }

  /** @throws Error when nothing provided it: an error of the order in which services open */
  the<Thing>(single: Single<Thing>): Thing {
    if (!this.singles.has(single)) throw new Error(`nothing has provided ${single.what} yet`);
    return this.singles.get(single) as Thing;
  }
}
