import type { Place } from '../rules/index.js';
import type { Flow } from './flow.js';
import type { ObservationPoint } from './observation-point.js';

export type Role = Place['role'];

/** A point on the way of one session. */
export interface PathPoint {
  readonly point: ObservationPoint;
  readonly role: Role;
}

const ROLES: readonly Role[] = ['client', 'client-device', 'server-device', 'server'];
/** What systems set the time to live to. */
const FIRST_TTLS = [32, 64, 128, 255] as const;

interface Measured {
  readonly flow: Flow;
  /** Routers between the client and here, and between here and the server. */
  readonly fromClient: number | undefined;
  readonly fromServer: number | undefined;
}

/** The points where a session was seen, from the client to the server: by what is known of them, then by how far packets have come. */
export function orderPoints(controls: readonly Flow[]): readonly PathPoint[] {
  const measured = controls.map((flow): Measured => ({
    flow,
    fromClient: hops(flow.fromInitiator.ttl),
    fromServer: hops(flow.fromResponder.ttl),
  }));
  const roles = rolesOf(measured);
  const role = ({ flow }: Measured): Role => roles.get(flow.point.vantage.name) ?? 'client-device';
  return measured
    .toSorted((one, other) => ROLES.indexOf(role(one)) - ROLES.indexOf(role(other)) || compare(one, other, role(one)))
    .map((each) => ({ point: each.flow.point, role: role(each) }));
}

function hops(ttl: number | undefined): number | undefined {
  const first = FIRST_TTLS.find((each) => ttl !== undefined && each >= ttl);
  return first === undefined || ttl === undefined ? undefined : first - ttl;
}

function compare(one: Measured, other: Measured, role: Role): number {
  // Our own programs are further out than the wire.
  const outermost = Number(other.flow.point.program) - Number(one.flow.point.program);
  if (outermost !== 0) return role === 'server' ? -outermost : outermost;
  return (
    (one.fromClient ?? 0) - (other.fromClient ?? 0) ||
    (other.fromServer ?? 0) - (one.fromServer ?? 0) ||
    one.flow.firstAt - other.flow.firstAt
  );
}

/** Of each vantage point: what was said, or else what it looks like. */
function rolesOf(measured: readonly Measured[]): ReadonlyMap<string, Role> {
  const roles = new Map<string, Role>();
  for (const { flow } of measured) {
    const { name, role } = flow.point.vantage;
    const points = measured.filter((each) => each.flow.point.vantage.name === name);
    roles.set(name, role ?? guess(points));
  }
  return roles;
}

function guess(points: readonly Measured[]): Role {
  const fromClient = Math.min(...points.map((each) => each.fromClient ?? Infinity));
  const fromServer = Math.min(...points.map((each) => each.fromServer ?? Infinity));
  if (points.length > 1) return fromClient <= fromServer ? 'client-device' : 'server-device';
  if (fromClient === 0 || fromServer === Infinity) return 'client';
  if (fromServer === 0) return 'server';
  return fromClient <= fromServer ? 'client-device' : 'server-device';
}
