import type { Endpoint } from '../../protocol/index.js';
import type { Step } from '../rules/index.js';
import type { JoinedLine } from './align-lines.js';
import { clockOffsets } from './clocks.js';
import { type Way, wayOf } from './hops.js';
import type { JoinedFlow } from './join-data.js';
import type { JoinedSession } from './joined-session.js';
import { type PathPlace, travel } from './path-places.js';
import { refuse } from './refusal.js';
import {
  type Sightings,
  sightingsOfAnswer,
  sightingsOfContent,
  sightingsOfLine,
  sightingsOfOpening,
} from './sighting.js';

type Words = Pick<Step, 'connection' | 'towards' | 'kind' | 'text' | 'words'>;

/** How a connection is opened. */
export interface Opening {
  readonly connection: 'control' | 'data';
  readonly seen: JoinedFlow['seen'];
  readonly words: string;
  readonly answered: boolean;
  /** Whether it was answered, and the answer has not come to its end. */
  readonly lostAnswer: boolean;
}

interface Rung {
  readonly at: number;
  readonly step: Omit<Step, 'number' | 'at'>;
}

const NOWHERE: Endpoint = { host: '', port: 0 };

/** Collects what crossed the path, and makes steps of it: numbered in the order of time. */
export class Ladder {
  readonly #session: JoinedSession;
  readonly #places: readonly PathPlace[];
  readonly #offsets: ReadonlyMap<string, number>;
  readonly #rungs: Rung[] = [];

  constructor(session: JoinedSession, places: readonly PathPlace[]) {
    this.#session = session;
    this.#places = places;
    this.#offsets = clockOffsets(session);
  }

  line(line: JoinedLine, kind: 'command' | 'reply', words: string): void {
    const { controls } = this.#session;
    const seen = sightingsOfLine(line, controls);
    const delivered = controls.some(({ point, conversation }) => {
      const own = line.seen.get(point);
      return own !== undefined && conversation?.isAcknowledged(own) === true;
    });
    const told = this.#isTold(seen, line.towards);
    this.#add({ connection: 'control', towards: line.towards, kind, text: '', words }, seen, delivered || told);
  }

  /** Programs tell of what they have sent, and not of what has become of it: unless the other end tells, too, it is taken for delivered. */
  #isTold(seen: Sightings, towards: Step['towards']): boolean {
    const receiver = travel(this.#places, towards).at(-1);
    return [...seen.keys()].every(({ program }) => program) && !receiver?.points.some(({ program }) => program);
  }

  open(towards: 'client' | 'server', opening: Opening): void {
    const { connection, seen, words, answered, lostAnswer } = opening;
    const step = { connection, towards, kind: 'open', text: 'SYN', words } as const;
    this.#add(step, sightingsOfOpening(seen), answered || lostAnswer, (way) => {
      const refused = refuse(way, this.#places, towards, seen, this.#session.controls);
      return lostAnswer ? this.#loseAnswer(refused, towards, seen) : refused;
    });
  }

  #loseAnswer(way: Way, towards: 'client' | 'server', seen: JoinedFlow['seen']): Way {
    const back = wayOf(this.#places, towards === 'server' ? 'client' : 'server', sightingsOfAnswer(seen), false);
    const last = back.hops.at(-1);
    return { hops: last ? [...way.hops, { ...last, note: `the answer: ${last.note}` }] : way.hops, arrived: false };
  }

  /** A connection that was to come, and was not seen anywhere. */
  missing(towards: 'client' | 'server', from: Endpoint, to: Endpoint, words: string, at: number): void {
    const stops = travel(this.#places, towards);
    const first = stops.find(
      ({ points }, position) => points.length > 0 || (position > 0 && position < stops.length - 1),
    );
    const sender = first === stops[0];
    const hops =
      first && !sender
        ? [
            {
              place: first.index,
              verdict: first.points.length > 0 ? ('not seen' as const) : ('dropped' as const),
              note: 'not in what was captured',
            },
          ]
        : [];
    this.#rungs.push({
      at,
      step: {
        connection: 'data',
        towards,
        kind: 'open',
        text: 'SYN',
        words: sender ? `${words}: it was never sent` : words,
        from,
        to,
        hops,
        arrived: false,
      },
    });
  }

  tls(text: string, words: string): void {
    const { controls } = this.#session;
    const seen = new Map(
      controls.flatMap(({ point, conversation, initiator, responder }) => {
        const at = conversation?.encryptedAt;
        return at === undefined ? [] : [[point, { at, lastAt: at, times: 1, from: initiator, to: responder }] as const];
      }),
    );
    this.#add({ connection: 'control', towards: 'server', kind: 'tls', text, words }, seen, true);
  }

  content(
    towards: 'client' | 'server',
    seen: JoinedFlow['seen'],
    sender: 'initiator' | 'responder',
    words: string,
    delivered: boolean,
  ): void {
    this.#add(
      { connection: 'data', towards, kind: 'content', text: 'the file', words },
      sightingsOfContent(seen, sender),
      delivered,
    );
  }

  close(towards: 'client' | 'server', text: string, words: string, sightings: Sightings): void {
    this.#add({ connection: 'data', towards, kind: 'close', text, words }, sightings, true);
  }

  steps(): readonly Step[] {
    const rungs = this.#rungs.toSorted((one, other) => one.at - other.at);
    const start = rungs[0]?.at ?? 0;
    return rungs.map(({ at, step }, index) => ({
      number: index + 1,
      ...step,
      at: Math.round((at - start) * 1000) / 1000,
    }));
  }

  #add(words: Words, seen: Sightings, delivered: boolean, then: (way: Way) => Way = (way) => way): void {
    if (seen.size === 0) return;
    const stops = travel(this.#places, words.towards);
    const points = stops.flatMap((stop) => stop.points);
    const nearest = points.find((point) => seen.has(point));
    const first = nearest && seen.get(nearest);
    if (!first) return;
    const way = then(wayOf(this.#places, words.towards, seen, delivered));
    const times = Math.max(...[...seen.values()].map((each) => each.times));
    this.#rungs.push({
      at: first.at - (this.#offsets.get(nearest.vantage.name) ?? 0),
      step: {
        ...words,
        text: first.text ?? words.text,
        from: first.from ?? NOWHERE,
        to: first.to ?? NOWHERE,
        ...way,
        ...(times > 1 && { times }),
      },
    });
  }
}
