/** Which of the waiting files make the next batch. */

export interface WaitingFile {
  readonly key: string;
  readonly sizeBytes: number;
  readonly writtenAtMs: number;
}

export interface BatchLimits {
  readonly maxFiles: number;
  /** Compressed bytes. */
  readonly maxBytes: number;
}

/**
 * Oldest first, so that nothing waits indefinitely behind a steady stream of new files, up to both limits; a file that
 * is larger than the limit makes a batch of its own. Order is for fairness only: versions decide what wins.
 */
export function selectBatch(waiting: readonly WaitingFile[], limits: BatchLimits): string[] {
  const oldestFirst = [...waiting].sort(
    (one, other) => one.writtenAtMs - other.writtenAtMs || (one.key < other.key ? -1 : 1),
  );
  const keys: string[] = [];
  let bytes = 0;
  for (const { key, sizeBytes } of oldestFirst) {
    bytes += sizeBytes;
    if (keys.length > 0 && (keys.length >= limits.maxFiles || bytes > limits.maxBytes)) break;
    keys.push(key);
  }
  return keys;
}
