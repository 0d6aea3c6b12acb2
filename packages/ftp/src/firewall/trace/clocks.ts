import type { JoinedSession } from './joined-session.js';

/** Clocks this near to each other are one. */
const SAME_CLOCK_MS = 50;

/**
 * By how many milliseconds the clock of each vantage point is ahead of the first one's: the smallest difference between the times of
 * what both have seen, since whatever is lost on the way and sent again is late.
 */
export function clockOffsets({
  path,
  controls,
  lines,
}: Pick<JoinedSession, 'path' | 'controls' | 'lines'>): ReadonlyMap<string, number> {
  const offsets = new Map<string, number>();
  const [first, ...others] = path.map(({ point }) => point);
  if (!first) return offsets;
  for (const point of others) {
    const { name } = point.vantage;
    if (offsets.has(name) || name === first.vantage.name) continue;
    const differences = lines.flatMap(({ seen }) => {
      const [one, other] = [seen.get(first), seen.get(point)];
      return one && other ? [other.at - one.at] : [];
    });
    const [start, otherStart] = [first, point].map(
      (each) => controls.find((flow) => flow.point === each && flow.syns > 0)?.firstAt,
    );
    if (start !== undefined && otherStart !== undefined) differences.push(otherStart - start);
    const smallest = differences.toSorted((one, other) => Math.abs(one) - Math.abs(other))[0] ?? 0;
    offsets.set(name, Math.abs(smallest) < SAME_CLOCK_MS ? 0 : smallest);
  }
  return offsets;
}
