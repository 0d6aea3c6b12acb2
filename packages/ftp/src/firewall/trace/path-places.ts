import type { ObservationPoint } from './observation-point.js';
import type { PathPoint, Role } from './path-order.js';

/** A place of a timeline, and the points there, from the client's side to the server's. */
export interface PathPlace {
  readonly role: Role;
  /** None: nobody has captured there. */
  readonly points: readonly ObservationPoint[];
}

/** Client and server, and what was captured between them; one place for all that lies between where nothing was. */
export function placesOf(path: readonly PathPoint[]): readonly PathPlace[] {
  const at = (role: Role): PathPlace => ({
    role,
    points: path.filter((each) => each.role === role).map(({ point }) => point),
  });
  const between = [at('client-device'), at('server-device')].filter(({ points }) => points.length > 0);
  return [at('client'), ...(between.length > 0 ? between : [at('server-device')]), at('server')];
}

/** In the order something comes by. */
export function travel(
  places: readonly PathPlace[],
  towards: 'client' | 'server',
): readonly (PathPlace & { readonly index: number })[] {
  const numbered = places.map((place, index) => ({ ...place, index }));
  if (towards === 'server') return numbered;
  return numbered.toReversed().map((place) => ({ ...place, points: place.points.toReversed() }));
}
