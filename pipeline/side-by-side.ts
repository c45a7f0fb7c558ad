/** Several items are worked at together, within a limit; a failure of one does not stop the others. */

/** One result per item, in the order given. Never throws for what `work` throws. */
export async function runSideBySide<Item, Result>(
  items: readonly Item[],
  { parallelism, work }: { readonly parallelism: number; readonly work: (item: Item) => Promise<Result> },
): Promise<PromiseSettledResult<Result>[]> {
  const results: PromiseSettledResult<Result>[] = [];
  const waiting = items.entries();
  const worker = async (): Promise<void> => {
    for (const [at, item] of waiting) {
      try {
        results[at] = { status: 'fulfilled', value: await work(item) };
      } catch (reason) {
        results[at] = { status: 'rejected', reason };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallelism, items.length) }, worker));
  return results;
}
