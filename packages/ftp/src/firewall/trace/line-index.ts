import type { SeenLine } from './conversation.js';

interface Places {
  readonly all: number[];
  readonly unnumbered: number[];
  readonly byNumber: Map<number, number[]>;
}

/** Lines by what they are looked for by: each answer is the first place from the one asked from on. */
export class LineIndex {
  readonly #byKey = new Map<string, Places>();
  readonly #byText = new Map<string, number>();
  readonly #rewritable: number[] = [];

  /** In the order of their places. */
  add(place: number, line: SeenLine): void {
    const key = keyOf(line);
    const { all, unnumbered, byNumber } = this.#places(key);
    all.push(place);
    if (line.seq === undefined) unnumbered.push(place);
    else {
      const same = byNumber.get(line.seq);
      if (same) same.push(place);
      else byNumber.set(line.seq, [place]);
    }
    if (!this.#byText.has(line.text)) this.#byText.set(line.text, place);
    if (isRewritable(line)) this.#rewritable.push(place);
  }

  ofText(text: string): number | undefined {
    return this.#byText.get(text);
  }

  ofKey(key: string, from: number): number | undefined {
    return firstFrom(this.#byKey.get(key)?.all, from);
  }

  /** What has no number may have any. */
  atNumber(key: string, number: number, from: number): number | undefined {
    const places = this.#byKey.get(key);
    const found = [places?.byNumber.get(number), places?.unnumbered].map((each) => firstFrom(each, from) ?? Infinity);
    const first = Math.min(...found);
    return first === Infinity ? undefined : first;
  }

  rewritable(from: number): number | undefined {
    return firstFrom(this.#rewritable, from);
  }

  #places(key: string): Places {
    const known = this.#byKey.get(key) ?? { all: [], unnumbered: [], byNumber: new Map() };
    this.#byKey.set(key, known);
    return known;
  }
}

/** What helpers rewrite. */
const REWRITABLE: ReadonlySet<string> = new Set(['PORT', 'EPRT', '227', '229']);

export function isRewritable(line: SeenLine): boolean {
  return REWRITABLE.has(keyOf(line));
}

/** Verb or code: what no helper changes. */
export function keyOf({ text }: SeenLine): string {
  return /^\w*/.exec(text)?.[0] ?? '';
}

function firstFrom(places: readonly number[] = [], from: number): number | undefined {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return places[low];
}
