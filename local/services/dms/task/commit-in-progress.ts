/** The commit of the warehouse that is under way while the next changes are collected: one at most. */
export class CommitInProgress {
  /** Does not reject. */
  private running: Promise<void> | undefined;
  private failure: { readonly error: unknown } | undefined;

  get isRunning(): boolean {
    return this.running !== undefined;
  }

  /** Only when none is running. */
  begin(work: () => Promise<void>): void {
    this.running = work()
      .catch((error: unknown) => {
        this.failure = { error };
      })
      .finally(() => {
        this.running = undefined;
      });
  }

  /** Resolves when none is running, however it ended. */
  async ended(): Promise<void> {
    await this.running;
  }

  /** @throws why the last one failed */
  check(): void {
    if (this.failure !== undefined) throw this.failure.error;
  }

  /** Both, one after the other. */
  async settle(): Promise<void> {
    await this.ended();
    this.check();
  }
}
