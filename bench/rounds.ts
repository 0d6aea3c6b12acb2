/** How a measure is taken of several contestants. */
export interface Rounds {
  /** How often of each. */
  readonly rounds: number;
  /** Aborts on Ctrl-C. */
  readonly stop: AbortSignal;
}

/** A B C, A B C, …: what else the machine does at the time hits all alike. Who fails once is out, and stderr says why. */
export async function takeTurns<Contestant extends { readonly name: string }, Sample>(
  measure: string,
  contestants: readonly Contestant[],
  { rounds, stop }: Rounds,
  take: (contestant: Contestant) => Promise<Sample>,
): Promise<ReadonlyMap<string, readonly Sample[]>> {
  const samples = new Map(contestants.map(({ name }): [string, Sample[]] => [name, []]));
  const failed = new Set<string>();
  for (let round = 1; round <= rounds && !stop.aborted; round += 1) {
    for (const contestant of contestants) {
      const { name } = contestant;
      if (failed.has(name) || stop.aborted) continue;
      progress(`${measure}: round ${round} of ${rounds}: ${name}`);
      try {
        samples.get(name)?.push(await take(contestant));
      } catch (error) {
        failed.add(name);
        if (!stop.aborted) progress(`${measure}: ${name}: ${lastLine(error)}\n`);
      }
    }
  }
  return samples;
}

/** Of a program that failed, the last line is what it said. */
function lastLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim().split('\n').at(-1) ?? '';
}

/** One changing line on a terminal; nothing but what ends in a new line elsewhere. */
export function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${text}`);
  else if (text.endsWith('\n')) process.stderr.write(text);
}
