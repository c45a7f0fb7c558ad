/** A stream mapping that can be disabled and enabled, as `UpdateEventSourceMapping` does it in AWS (`Enabled`). */
import type { RecordRange, ShardPosition, StreamMapping } from '../../../runtime/ports/stream-mapping';
import type { RunningMapping } from './stream-mapping';

export class SwitchedMapping implements StreamMapping {
  private enabled = true;
  private isStopped = false;
  private last: Promise<void> = Promise.resolve();

  private constructor(
    private current: RunningMapping,
    private readonly begin: () => Promise<RunningMapping>,
  ) {}

  /** @param begin starts a mapping where the checkpoints are */
  static async start(begin: () => Promise<RunningMapping>): Promise<SwitchedMapping> {
    return new SwitchedMapping(await begin(), begin);
  }

  isEnabled(): boolean {
    return this.enabled;
  }

  disable(): Promise<void> {
    return this.inTurn(async () => {
      if (!this.enabled) return;
      this.enabled = false;
      await this.current.stop();
    });
  }

  enable(): Promise<void> {
    return this.inTurn(async () => {
      if (this.enabled || this.isStopped) return;
      this.current = await this.begin();
      this.enabled = true;
    });
  }

  drain(options: { readonly timeoutMs: number }): Promise<void> {
    return this.current.drain(options);
  }

  /** What waits in the stream of a disabled mapping is not drained, whatever the caller believes. */
  stop({ drained = false }: { readonly drained?: boolean } = {}): Promise<void> {
    this.isStopped = true;
    return this.inTurn(() => this.current.stop({ drained: drained && this.enabled }));
  }

  readAgain(range: RecordRange): Promise<readonly unknown[] | undefined> {
    return this.current.readAgain(range);
  }

  whyLost(): string | undefined {
    return this.current.whyLost();
  }

  lossCount(): number {
    return this.current.lossCount();
  }

  markRepaired(lossCount: number): void {
    this.current.markRepaired(lossCount);
  }

  failure(): unknown {
    return this.current.failure();
  }

  positions(): readonly ShardPosition[] {
    return this.current.positions();
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    const next = this.last.then(work);
    this.last = next.catch(() => undefined);
    return next;
  }
}
