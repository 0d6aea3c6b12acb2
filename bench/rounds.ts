/** How measures are taken of several contestants. */
export interface Rounds {
  /** How often of each. */
  readonly rounds: number;
  /** Aborts on Ctrl-C. */
  readonly stop: AbortSignal;
}

/** Who takes part. */
export interface Participant {
  readonly name: string;
  /** Default: all. */
  readonly rounds?: number;
}

export interface Failure {
  readonly measure: string;
  readonly contestant: string;
  readonly message: string;
}

/** Takes measures in turn, and remembers who failed at what. */
export class Turns {
  readonly failures: Failure[] = [];
  readonly #options: Rounds;

  constructor(options: Rounds) {
    this.#options = options;
  }

  /**
   * A B C, A B C, …: what else the machine does at the time hits all alike. Who fails once, or has nothing to give, is out.
   * `warmUp`: a round before the first does not count; caches, processes kept ready and compilers are then where they will be.
   */
  async take<Contestant extends Participant, Sample>(
    { name: measure, warmUp }: { readonly name: string; readonly warmUp: boolean },
    contestants: readonly Contestant[],
    take: (contestant: Contestant) => Promise<Sample | undefined>,
  ): Promise<ReadonlyMap<string, readonly Sample[]>> {
    const { rounds, stop } = this.#options;
    const samples = new Map(contestants.map(({ name }): [string, Sample[]] => [name, []]));
    const out = new Set<string>();
    for (let round = warmUp ? 0 : 1; round <= rounds; round += 1) {
      for (const contestant of contestants) {
        const { name } = contestant;
        if (out.has(name) || stop.aborted || round > (contestant.rounds ?? rounds)) continue;
        progress(`${measure}: round ${round} of ${rounds}: ${name}`);
        const sample = await this.#takeOne(measure, name, () => take(contestant));
        if (sample === undefined) out.add(name);
        else if (round > 0) samples.get(name)?.push(sample);
      }
    }
    return samples;
  }

  async #takeOne<Sample>(
    measure: string,
    contestant: string,
    take: () => Promise<Sample | undefined>,
  ): Promise<Sample | undefined> {
    try {
      return await take();
    } catch (error) {
      if (this.#options.stop.aborted) return undefined;
      const message = lastLine(error);
      this.failures.push({ measure, contestant, message });
      progress(`${measure}: ${contestant}: ${message}\n`);
      return undefined;
    }
  }
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
