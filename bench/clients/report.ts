import { type Result, resultOf } from '../results.js';
import type { Sample } from './contract.js';

/** Medians of one measure: of the rate and, in seconds, of the client's processor time. */
export interface ClientResult extends Result {
  readonly cpuSeconds: Readonly<Record<string, number>>;
}

export interface ClientReport {
  readonly server: string;
  readonly rounds: number;
  /** MiB of the large file. */
  readonly size: number;
  readonly files: number;
  readonly tree: number;
  readonly results: readonly ClientResult[];
}

/** `amount`: how much of what the measure's title counts each sample is. */
export function clientResultOf(
  measure: Pick<Result, 'name' | 'title'>,
  amount: number,
  samples: ReadonlyMap<string, readonly Sample[]>,
): ClientResult {
  const of = (value: (sample: Sample) => number): Result =>
    resultOf(measure, new Map([...samples].map(([name, each]) => [name, each.map(value)])));
  return {
    ...of(({ seconds }) => amount / seconds),
    cpuSeconds: of(({ cpuSeconds }) => cpuSeconds).medians,
  };
}

/** A block a measure, a line a contestant: its rate, ours as a multiple of it, and processor time. */
export function formatClients({ server, size, files, tree, rounds, results }: ClientReport): string {
  const about = `against ${server}: a file of ${size} MiB, ${files} of 4 KiB, a tree of ${tree}; medians of ${rounds}`;
  const names = results.flatMap(({ medians }) => Object.keys(medians));
  const width = Math.max(0, ...names.map((name) => name.length));
  const legend = '(x: ours divided by theirs; CPU: seconds of the client, user and system)';
  return `${[about, ...results.map((result) => block(result, width)), legend].join('\n\n')}\n`;
}

function block({ title, medians, ratios, cpuSeconds }: ClientResult, width: number): string {
  const lines = Object.entries(medians).map(([name, rate]) => {
    const ratio = ratios[name] === undefined ? '' : `x ${ratios[name].toFixed(2)}`;
    const cpu = (cpuSeconds[name] ?? 0).toFixed(2);
    const number = rate.toLocaleString('en', { maximumFractionDigits: rate < 100 ? 1 : 0 });
    return `  ${name.padEnd(width)}  ${number.padStart(9)}  ${ratio.padStart(8)}  ${cpu.padStart(7)} s CPU`;
  });
  return [title, ...(lines.length > 0 ? lines : ['  none'])].join('\n');
}
