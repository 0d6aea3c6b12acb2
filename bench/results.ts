/** Medians of one measure, ours first. */
export interface Result {
  readonly name: string;
  readonly title: string;
  readonly medians: Readonly<Record<string, number>>;
  /** Ours divided by theirs. */
  readonly ratios: Readonly<Record<string, number>>;
}

/** `samples` has one entry a contestant, ours first; one without samples is left out. */
export function resultOf(
  { name, title }: Pick<Result, 'name' | 'title'>,
  samples: ReadonlyMap<string, readonly number[]>,
): Result {
  const [our] = samples.keys();
  const medians = [...samples]
    .filter(([, values]) => values.length > 0)
    .map(([contestant, values]): [string, number] => [contestant, median(values)]);
  const ours = medians.find(([contestant]) => contestant === our)?.[1];
  const theirs = ours === undefined ? [] : medians.filter(([contestant]) => contestant !== our);
  const ratios = theirs.map(([contestant, value]): [string, number] => [contestant, (ours ?? 0) / value]);
  return { name, title, medians: Object.fromEntries(medians), ratios: Object.fromEntries(ratios) };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle - 1)] ?? 0)) / 2;
}

/** A line a measure: each server's median, and ours as a multiple of the peer's. */
export function formatTable(results: readonly Result[]): string {
  const servers = [...new Set(results.flatMap(({ medians }) => Object.keys(medians)))];
  const rows = [
    ['', ...servers],
    ...results.map((result) => [result.title, ...servers.map((server) => cell(result, server))]),
  ];
  const widths = ['', ...servers].map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((text, column) => (column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0)))
      .join('  '),
  );
  return `${lines.join('\n')}\n(x: ours divided by that server's)\n`;
}

function cell({ medians, ratios }: Result, server: string): string {
  const value = medians[server];
  if (value === undefined) return '-';
  const ratio = ratios[server];
  const number = value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 1 : 0 });
  return ratio === undefined ? number : `${number} (x ${ratio.toFixed(2)})`;
}
