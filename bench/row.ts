/** A line of the table. */
export interface Row {
  readonly name: string;
  readonly title: string;
  readonly better: 'more' | 'less';
  /** The ratio to reach, higher being better, whichever way the values go. */
  readonly goal?: number;
  /** Whose the ratio is: the best of these. Default: whoever is first. */
  readonly ours?: readonly string[];
  /** Whom the ratio is to: the best of these. */
  readonly against: readonly string[];
  /** Instead: a value that the ratio is to. */
  readonly reference?: number;
  /** The ceiling, which is no server, has no such value. */
  readonly ofServers?: true;
}

/** How far above and below its median a contestant was. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export interface Result extends Row {
  /** By contestant, ours first; those that have none are left out. */
  readonly spreads: Readonly<Record<string, Spread>>;
  /** Whose the ratio is. */
  readonly our?: string;
  /** Who of those it is held against was best. */
  readonly best?: string;
  /** Ours divided by the best, or the other way round where less is better. */
  readonly ratio?: number;
  readonly reached?: boolean;
}

/** `samples`: a list a contestant, ours first. */
export function resultOf(row: Row, samples: ReadonlyMap<string, readonly number[]>): Result {
  const [first = ''] = samples.keys();
  const spreads = Object.fromEntries(
    [...samples].flatMap(([name, values]) => (values.length > 0 ? [[name, spreadOf(values)] as const] : [])),
  );
  const best = bestOf(row, row.against, spreads);
  const our = bestOf(row, row.ours ?? [first], spreads);
  const ours = spreads[our ?? '']?.median;
  const theirs = row.reference ?? spreads[best ?? '']?.median;
  const result = { ...row, spreads, ...(our !== undefined && { our }), ...(best !== undefined && { best }) };
  // What is too small to be seen has no ratio.
  if (ours === undefined || theirs === undefined || !(ours > 0 && theirs > 0)) return result;
  const ratio = row.better === 'more' ? ours / theirs : theirs / ours;
  return { ...result, ratio, ...(row.goal !== undefined && { reached: ratio >= row.goal }) };
}

function bestOf({ better }: Row, candidates: readonly string[], spreads: Result['spreads']): string | undefined {
  const sign = better === 'more' ? -1 : 1;
  return candidates
    .filter((name) => spreads[name] !== undefined)
    .toSorted((a, b) => sign * ((spreads[a]?.median ?? 0) - (spreads[b]?.median ?? 0)))[0];
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return {
    median: ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle - 1)] ?? 0)) / 2,
    least: sorted[0] ?? 0,
    most: sorted.at(-1) ?? 0,
  };
}
