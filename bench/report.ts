import { cpus, release, totalmem } from 'node:os';
import type { Failure } from './rounds.js';
import type { Result } from './row.js';

/** One table. */
export interface Section {
  readonly title: string;
  /** Ours first. */
  readonly contestants: readonly string[];
  readonly results: readonly Result[];
  readonly failures: readonly Failure[];
}

/** All of one run: what `--json` prints. */
export interface Report {
  readonly date: string;
  readonly machine: string;
  readonly rounds: number;
  /** MiB of the large file. */
  readonly size: number;
  readonly short: boolean;
  readonly sections: readonly Section[];
}

export function machine(): string {
  const [first] = cpus();
  const memory = Math.round(totalmem() / 1024 ** 3);
  const model = (first?.model ?? 'unknown processor').trim();
  return `${model}, ${cpus().length} cores, ${memory} GiB, Linux ${release()}, Node.js ${process.version}`;
}

/** The machine and the run in one line. */
export function aboutRun({ machine: where, date, rounds, size }: Report): string {
  return `${where}; ${date.slice(0, 10)}; medians of ${rounds} interleaved rounds; large file ${size} MiB`;
}
