/** Collects what comes within a moment, so that it goes out together. */
export class Batch<Thing> {
  private things: Thing[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly deliver: (things: readonly Thing[]) => void,
    private readonly withinMs = 500,
  ) {}

  add(thing: Thing): void {
    this.things.push(thing);
    this.timer ??= setTimeout(() => this.flush(), this.withinMs).unref();
  }

  /** Delivers what there is now. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const things = this.things;
    this.things = [];
    if (things.length > 0) this.deliver(things);
  }
}
