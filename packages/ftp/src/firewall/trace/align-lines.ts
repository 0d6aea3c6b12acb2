import { HIDDEN, type SeenLine, type Towards } from './conversation.js';
import type { Flow } from './flow.js';
import type { ObservationPoint } from './observation-point.js';
import { sequenceDistance } from './sequence.js';

/** A line of the session, as it was at each point where it was seen. */
export interface JoinedLine {
  readonly towards: Towards;
  readonly seen: Map<ObservationPoint, SeenLine>;
}

/** What helpers rewrite. */
const REWRITABLE: ReadonlySet<string> = new Set(['PORT', 'EPRT', '227', '229']);

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
  readonly #lines: readonly (readonly [index: number, line: JoinedLine])[];
  #next = 0;
  #shift = 0;
  /** Whether a line that may have been rewritten was not found: by how much is not known then. */
  #isUncertain = false;

  constructor(joined: readonly JoinedLine[], towards: Towards) {
    this.#lines = [...joined.entries()].filter(([, line]) => line.towards === towards);
  }

  match(line: SeenLine): number | undefined {
    const place = this.#nearest(line) ?? (this.#next === 0 ? this.#sameText(line) : undefined);
    const [index, known] = place === undefined ? [] : (this.#lines[place] ?? []);
    if (place === undefined || !known) {
      this.#isUncertain ||= isRewritable(line);
      return undefined;
    }
    const other = firstOf(known);
    this.#shift = (distanceOf(line, other) ?? this.#shift) + lengthOf(line) - lengthOf(other);
    this.#isUncertain = false;
    this.#next = place + 1;
    return index;
  }

  /** At its own number. Where a line that may have been rewritten is missing on one side, near to it. */
  #nearest(line: SeenLine): number | undefined {
    let best: { readonly place: number; readonly distance: number } | undefined;
    let isUncertain = this.#isUncertain;
    for (let place = this.#next; place < this.#lines.length; place += 1) {
      const [, known] = this.#lines[place] ?? [];
      if (!known) break;
      const other = firstOf(known);
      const distance = Math.abs((distanceOf(line, other) ?? this.#shift) - this.#shift);
      const isSame = keyOf(other) === keyOf(line) || (line.text === HIDDEN && distance === 0);
      if (isSame && distance === 0) return place;
      if (isSame && isUncertain && distance <= REWRITTEN_MOST && distance < (best?.distance ?? Infinity))
        best = { place, distance };
      isUncertain ||= isRewritable(other);
    }
    return best?.place;
  }

  /** Where octets are numbered anew nothing else is known of the first line. */
  #sameText({ text }: SeenLine): number | undefined {
    const place = this.#lines.findIndex(([, known]) => firstOf(known).text === text);
    return place < 0 ? undefined : place;
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

function isRewritable(line: SeenLine): boolean {
  return REWRITABLE.has(keyOf(line));
}

/** Verb or code: what no helper changes. */
function keyOf({ text }: SeenLine): string {
  return /^\w*/.exec(text)?.[0] ?? '';
}
