import { HIDDEN, type SeenLine, type Towards } from './conversation.js';
import type { Flow } from './flow.js';
import type { ObservationPoint } from './observation-point.js';
import { LineIndex, isRewritable, keyOf } from './line-index.js';
import { advanceSequence, sequenceDistance } from './sequence.js';

/** A line of the session, as it was at each point where it was seen. */
export interface JoinedLine {
  readonly towards: Towards;
  readonly seen: Map<ObservationPoint, SeenLine>;
}

/** By how many octets a helper may make a line longer or shorter. */
const REWRITTEN_MOST = 64;

/** One list of lines from those of all points: whatever was seen anywhere is in it, in order. */
export function alignLines(controls: readonly Flow[]): readonly JoinedLine[] {
  const lists = controls
    .map(({ point, conversation, lastAt }) => ({ point, lines: conversation?.allLines(lastAt) ?? [] }))
    .toSorted((one, other) => other.lines.length - one.lines.length);
  let joined: JoinedLine[] = [];
  for (const { point, lines } of lists) joined = merge(joined, point, lines);
  return joined;
}

function merge(joined: readonly JoinedLine[], point: ObservationPoint, lines: readonly SeenLine[]): JoinedLine[] {
  const matches = { client: new Matcher(joined, 'client'), server: new Matcher(joined, 'server') };
  /** Those only seen here, by the index of the line that they come after. */
  const fresh = new Map<number, JoinedLine[]>();
  let last = -1;
  for (const line of lines) {
    if (line.text === HIDDEN && joined.length > 0) continue;
    const index = matches[line.towards].match(line);
    const known = index === undefined ? undefined : joined[index];
    if (known && index !== undefined) {
      known.seen.set(point, line);
      last = Math.max(last, index);
      continue;
    }
    const after = fresh.get(last) ?? [];
    fresh.set(last, after);
    after.push({ towards: line.towards, seen: new Map([[point, line]]) });
  }
  return [...(fresh.get(-1) ?? []), ...joined.flatMap((line, index) => [line, ...(fresh.get(index) ?? [])])];
}

/** Finds the lines of one direction again: by their numbers where there are any, which a helper shifts as it rewrites. */
class Matcher {
  readonly #lines = new Map<number, SeenLine>();
  readonly #index = new LineIndex();
  #next = 0;
  #shift = 0;
  /** Whether a line that may have been rewritten was not found: by how much is not known then. */
  #isUncertain = false;

  constructor(joined: readonly JoinedLine[], towards: Towards) {
    for (const [place, line] of joined.entries()) {
      if (line.towards !== towards) continue;
      const first = firstOf(line);
      this.#lines.set(place, first);
      this.#index.add(place, first);
    }
  }

  match(line: SeenLine): number | undefined {
    const place = this.#nearest(line) ?? (this.#next === 0 ? this.#index.ofText(line.text) : undefined);
    const other = place === undefined ? undefined : this.#lines.get(place);
    if (place === undefined || !other) {
      this.#isUncertain ||= isRewritable(line);
      return undefined;
    }
    this.#shift = (distanceOf(line, other) ?? this.#shift) + lengthOf(line) - lengthOf(other);
    this.#isUncertain = false;
    this.#next = place + 1;
    return place;
  }

  /** At its own number. Where a line that may have been rewritten is missing on one side, near to it. */
  #nearest(line: SeenLine): number | undefined {
    const key = keyOf(line);
    if (line.seq === undefined) return this.#index.ofKey(key, this.#next);
    const number = advanceSequence(line.seq, -this.#shift);
    const exact = this.#index.atNumber(key, number, this.#next);
    if (exact !== undefined) return exact;
    const certain = this.#isUncertain ? this.#next : (this.#index.rewritable(this.#next) ?? Infinity) + 1;
    if (certain === Infinity) return undefined;
    for (let distance = 1; distance <= REWRITTEN_MOST; distance += 1) {
      const [before, after] = [-distance, distance].map((by) =>
        this.#index.atNumber(key, advanceSequence(number, by), certain),
      );
      const nearest = Math.min(before ?? Infinity, after ?? Infinity);
      if (nearest !== Infinity) return nearest;
    }
    return undefined;
  }
}

function distanceOf(line: SeenLine, other: SeenLine): number | undefined {
  return line.seq === undefined || other.seq === undefined ? undefined : sequenceDistance(line.seq, other.seq);
}

/** A line that has numbers rather than one that events tell of. */
function firstOf({ seen }: JoinedLine): SeenLine {
  const lines = [...seen.values()];
  const line = lines.find(({ seq }) => seq !== undefined) ?? lines[0];
  if (!line) throw new TypeError('a line that nobody has seen');
  return line;
}

function lengthOf({ seq = 0, end = 0 }: SeenLine): number {
  return sequenceDistance(end, seq);
}
