import type { Endpoint } from '../../protocol/index.js';
import type { Hop } from '../rules/index.js';
import { type PathPlace, travel } from './path-places.js';
import type { Sighting, Sightings } from './sighting.js';

export interface Way {
  readonly hops: readonly Hop[];
  readonly arrived: boolean;
}

type Stop = PathPlace & { readonly index: number };

/**
 * What became of something at each place between its ends. `delivered`: it is known to have come to its end, though it may not have been
 * captured there. Where it did not, the last hop tells where it was lost.
 */
export function wayOf(
  places: readonly PathPlace[],
  towards: 'client' | 'server',
  seen: Sightings,
  delivered: boolean,
): Way {
  return new Walk(travel(places, towards), seen, delivered).run();
}

class Walk {
  readonly #stops: readonly Stop[];
  readonly #seen: Sightings;
  readonly #delivered: boolean;
  readonly #hops: Hop[] = [];
  /** As it was when it was seen last. */
  #last: Sighting | undefined;
  #ended = false;

  constructor(stops: readonly Stop[], seen: Sightings, delivered: boolean) {
    this.#stops = stops;
    this.#seen = seen;
    this.#delivered = delivered;
  }

  run(): Way {
    const [sender] = this.#stops;
    const receiver = this.#stops.at(-1);
    if (!sender || !receiver) return { hops: [], arrived: false };
    this.#last = this.#sightingsAt(sender).at(-1);
    for (const [position, stop] of this.#stops.entries()) {
      if (position === 0 || stop === receiver || this.#ended) continue;
      this.#hops.push(this.#hop(stop, position));
    }
    const [end] = this.#sightingsAt(receiver);
    if (end) this.#rewrittenBefore(end);
    const arrived = end !== undefined || this.#delivered;
    if (!arrived && !this.#ended) this.#lost(receiver);
    return { hops: this.#hops, arrived };
  }

  #sightingsAt({ points }: Stop): readonly Sighting[] {
    return points.flatMap((point) => this.#seen.get(point) ?? []);
  }

  #cameFurther(position: number): boolean {
    return this.#delivered || this.#stops.slice(position + 1).some((stop) => this.#sightingsAt(stop).length > 0);
  }

  #hop(stop: Stop, position: number): Hop {
    const place = stop.index;
    const [first, ...more] = this.#sightingsAt(stop);
    if (!first) return this.#unseen(stop, this.#cameFurther(position));
    const last = more.at(-1) ?? first;
    const lastPoint = stop.points.at(-1);
    if (lastPoint && !this.#seen.has(lastPoint) && !this.#cameFurther(position)) {
      this.#ended = true;
      return { place, verdict: 'dropped', note: `came in and never went out${within(first)}` };
    }
    const here = this.#rewriting(stop, first, position);
    const change = here ?? (stop.points.length > 1 ? changeOf(first, last) : undefined);
    const few =
      this.#last && first.times < this.#last.times ? { note: `${first.times} of ${this.#last.times} came by` } : {};
    this.#last = last;
    return change ? { place, verdict: 'rewritten', ...change, ...few } : { place, verdict: 'passed', ...few };
  }

  #unseen({ index: place, points }: Stop, cameFurther: boolean): Hop {
    if (cameFurther)
      return {
        place,
        verdict: 'passed',
        note: points.length > 0 ? 'not in what was captured here' : 'not captured here',
      };
    this.#ended = true;
    if (points.length > 0) return { place, verdict: 'not seen', note: 'never came by here' };
    const note = this.#last ? `no sign${within(this.#last)} that it arrived` : 'never came out of here';
    return { place, verdict: 'dropped', note };
  }

  /** What is otherwise when it comes in was changed before, or here, where only the far side was captured: each side changes what is its own. */
  #rewriting(stop: Stop, first: Sighting, position: number): Change | undefined {
    const change = this.#last && changeOf(this.#last, first);
    const previous = this.#hops.at(-1);
    if (!change || !this.#last || !previous || this.#stops[position - 1]?.points.length !== 1) return change;
    if (stop.points.length === 1 && !isOfSender(this.#last, first)) return change;
    this.#hops[this.#hops.length - 1] = { ...previous, verdict: 'rewritten', ...change };
    return undefined;
  }

  #rewrittenBefore(end: Sighting): void {
    const change = this.#last && changeOf(this.#last, end);
    const previous = this.#hops.at(-1);
    if (change && previous) this.#hops[this.#hops.length - 1] = { ...previous, verdict: 'rewritten', ...change };
  }

  #lost(receiver: Stop): void {
    const previous = this.#hops.at(-1);
    const stop = this.#stops.find(({ index }) => index === previous?.place);
    const at = receiver.points.length > 0 ? 'never came to its end' : 'no sign that it arrived';
    if (previous && stop && stop.points.length === 1)
      this.#hops[this.#hops.length - 1] = {
        ...previous,
        verdict: 'dropped',
        note: `seen here, ${at}: lost here or beyond`,
      };
    else this.#hops.push({ place: receiver.index, verdict: 'not seen', note: at });
  }
}

interface Change {
  readonly before: string;
  readonly after: string;
}

function changeOf(one: Sighting, other: Sighting): Change | undefined {
  if (one.text !== undefined && other.text !== undefined && one.text !== other.text)
    return { before: one.text, after: other.text };
  const changes = (['from', 'to'] as const).flatMap((end) => {
    const [before, after] = [one[end], other[end]];
    const ports = before.port !== after.port;
    if (before.host === after.host && !ports) return [];
    return [{ before: `${end} ${written(before, ports)}`, after: `${end} ${written(after, ports)}` }];
  });
  if (changes.length === 0) return undefined;
  return { before: changes.map(({ before }) => before).join(' '), after: changes.map(({ after }) => after).join(' ') };
}

function written({ host, port }: Endpoint, withPort: boolean): string {
  if (!withPort) return host;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function isOfSender(one: Sighting, other: Sighting): boolean {
  return one.text !== other.text || one.from.host !== other.from.host || one.from.port !== other.from.port;
}

function within({ times, at, lastAt }: Sighting): string {
  return times > 1 ? ` in ${((lastAt - at) / 1000).toFixed(1)} s` : '';
}
