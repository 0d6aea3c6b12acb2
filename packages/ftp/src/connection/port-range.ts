import { randomInt } from 'node:crypto';

/** Ports to listen on, both ends included; `{ first: 0, last: 0 }` leaves the choice to the kernel. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** Of several processes that listen on one range, which this one is: `index` counts from 0. */
export interface PortPart {
  readonly index: number;
  readonly count: number;
}

export const ANY_PORT: PortRange = { first: 0, last: 0 };

const WHOLE: PortPart = { index: 0, count: 1 };
/** The dynamic ports (RFC 6335 §6). */
const DYNAMIC: PortRange = { first: 49_152, last: 65_535 };
/** Linux takes a millisecond to choose a port by itself once some thousands are waiting for their end. */
const OWN_CHOICES = 8;

/**
 * Every port of the range once, those of this part of it first, beginning at a random one: a stranger cannot guess the next
 * (RFC 2577 §8).
 */
export function* portsOf(range: PortRange, { index, count }: PortPart = WHOLE): Generator<number> {
  if (range.first === 0) {
    for (let choice = 0; choice < OWN_CHOICES; choice += 1) yield randomInt(DYNAMIC.first, DYNAMIC.last + 1);
  }
  const size = range.last - range.first + 1;
  const start = randomInt(size);
  for (const own of count > 1 ? [true, false] : [true]) {
    for (let step = 0; step < size; step += 1) {
      const offset = (start + step) % size;
      if ((offset % count === index) === own) yield range.first + offset;
    }
  }
}

/** `50000-50100` as a range of unprivileged ports, or undefined. */
export function parsePortRange(text: string): PortRange | undefined {
  const match = /^(\d{1,5})-(\d{1,5})$/.exec(text.trim());
  if (!match) return undefined;
  const [first, last] = [Number(match[1]), Number(match[2])];
  return first >= 1024 && first <= last && last <= 65_535 ? { first, last } : undefined;
}

/** The range in words, for port plans and messages. */
export function describePortRange(range: PortRange): string {
  return range.first === 0 ? 'any unprivileged port' : `ports ${range.first}-${range.last}`;
}
