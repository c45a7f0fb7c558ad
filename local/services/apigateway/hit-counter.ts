/** Counts the requests of an API, with the times of the last ones. */
import type { ApiHits } from '../../runtime/ports/source-api';

const KEPT = 1_000;

export class HitCounter {
  private requests = 0;
  private refused = 0;
  private failed = 0;
  private readonly lastMs: number[] = [];

  add(status: number, elapsedMs: number): void {
    this.requests += 1;
    if (status >= 500) this.failed += 1;
    else if (status >= 400) this.refused += 1;
    this.lastMs.push(elapsedMs);
    if (this.lastMs.length > KEPT) this.lastMs.shift();
  }

  read(): ApiHits {
    const sorted = [...this.lastMs].sort((one, other) => one - other);
    const at = (share: number): number | null =>
      sorted.length === 0 ? null : Math.round(sorted[Math.ceil(share * sorted.length) - 1]!);
    const { requests, refused, failed } = this;
    return { requests, refused, failed, medianMs: at(0.5), p99Ms: at(0.99) };
  }
}
