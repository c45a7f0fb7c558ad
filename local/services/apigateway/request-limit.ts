/** What API Gateway lets through: a bucket that holds `burst` requests and is filled with `rate` of them a second. */
export class RequestLimit {
  private tokens: number | undefined;
  private filledAtMs = 0;

  /** @returns whether one more request may pass now */
  take({ rate, burst }: { readonly rate: number; readonly burst: number }, nowMs: number): boolean {
    const before = this.tokens ?? burst;
    const tokens = Math.min(burst, before + ((nowMs - this.filledAtMs) / 1000) * rate);
    this.filledAtMs = nowMs;
    this.tokens = tokens >= 1 ? tokens - 1 : tokens;
    return tokens >= 1;
  }
}
