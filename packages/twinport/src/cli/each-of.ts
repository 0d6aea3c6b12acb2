/** Several at a time; after one that fails no other is begun. Rejects with the first failure. */
export async function eachOf<T>(
  values: readonly T[],
  workers: number,
  work: (value: T) => Promise<void>,
): Promise<void> {
  const left = values.values();
  let stopped = false;
  const worker = async (): Promise<void> => {
    for (const value of left) {
      if (stopped) return;
      try {
        await work(value);
      } catch (error) {
        stopped = true;
        throw error;
      }
    }
  };
  const results = await Promise.allSettled(Array.from({ length: Math.min(workers, values.length) }, worker));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
