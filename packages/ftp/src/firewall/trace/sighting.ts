import type { Endpoint } from '../../protocol/index.js';
import type { JoinedLine } from './align-lines.js';
import type { Flow } from './flow.js';
import type { JoinedFlow } from './join-data.js';
import type { ObservationPoint } from './observation-point.js';

/** Something that crossed the path, as it was at one point. */
export interface Sighting {
  readonly at: number;
  readonly lastAt: number;
  /** How often it came by. */
  readonly times: number;
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly text?: string;
}

export type Sightings = ReadonlyMap<ObservationPoint, Sighting>;

function sightings<T>(
  seen: Iterable<readonly [ObservationPoint, T]>,
  sighting: (each: T, point: ObservationPoint) => Sighting | undefined,
): Sightings {
  return new Map(
    [...seen].flatMap(([point, each]) => {
      const one = sighting(each, point);
      return one ? [[point, one] as const] : [];
    }),
  );
}

export function sightingsOfLine(line: JoinedLine, controls: readonly Flow[]): Sightings {
  return sightings(line.seen, ({ at, lastAt, times, text }, point) => {
    const control = controls.find((flow) => flow.point === point);
    if (!control) return undefined;
    const { initiator, responder } = control;
    const [from, to] = line.towards === 'server' ? [initiator, responder] : [responder, initiator];
    return { at, lastAt, times, text, from, to };
  });
}

/** Of the SYN; where it was not seen but the connection was: its first packet. */
export function sightingsOfOpening(seen: JoinedFlow['seen']): Sightings {
  return sightings(seen, ({ firstAt, lastSynAt, syns, initiator, responder }) => ({
    at: firstAt,
    lastAt: lastSynAt,
    times: Math.max(syns, 1),
    from: initiator,
    to: responder,
  }));
}

export function sightingsOfAnswer(seen: JoinedFlow['seen']): Sightings {
  return sightings(seen, ({ answeredAt, initiator, responder }) =>
    answeredAt === undefined
      ? undefined
      : { at: answeredAt, lastAt: answeredAt, times: 1, from: responder, to: initiator },
  );
}

/** Of the content that one end sends. */
export function sightingsOfContent(seen: JoinedFlow['seen'], sender: 'initiator' | 'responder'): Sightings {
  return sightings(seen, ({ initiator, responder, fromInitiator, fromResponder }) => {
    const sent = sender === 'initiator' ? fromInitiator : fromResponder;
    if (sent.firstDataAt === undefined) return undefined;
    const [from, to] = sender === 'initiator' ? [initiator, responder] : [responder, initiator];
    return { at: sent.firstDataAt, lastAt: sent.lastDataAt ?? sent.firstDataAt, times: 1, from, to };
  });
}

export function sightingsOfEnd(seen: JoinedFlow['seen'], sender: 'initiator' | 'responder'): Sightings {
  return sightings(seen, ({ initiator, responder, fromInitiator, fromResponder }) => {
    const at = (sender === 'initiator' ? fromInitiator : fromResponder).finAt;
    const [from, to] = sender === 'initiator' ? [initiator, responder] : [responder, initiator];
    return at === undefined ? undefined : { at, lastAt: at, times: 1, from, to };
  });
}
