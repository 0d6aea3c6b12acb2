import type { Place, Step } from '../rules/index.js';
import type { JoinedSession } from './joined-session.js';
import type { PathPlace } from './path-places.js';

/** The places, named after what they were seen to do. */
export function describePlaces(
  places: readonly PathPlace[],
  { controls }: JoinedSession,
  steps: readonly Step[],
): readonly Place[] {
  return places.map(({ role, points }, index) => {
    const hops = steps.flatMap((step) => step.hops.filter(({ place }) => place === index));
    const nat = hops.some(({ verdict }) => verdict === 'rewritten');
    const filters = hops.some(({ verdict }) => verdict === 'dropped' || verdict === 'rejected');
    if (role === 'client') return { role, name: 'CLIENT', addresses: hostsOf(controls[0]?.initiator.host) };
    if (role === 'server') return { role, name: 'SERVER', addresses: hostsOf(controls.at(-1)?.responder.host) };
    return {
      role,
      name: nameOf(role, points.length > 0, nat, filters),
      addresses: nat ? outerAddress(role, places, controls) : [],
    };
  });
}

function hostsOf(host: string | undefined): readonly string[] {
  return host === undefined ? [] : [host];
}

function nameOf(role: Place['role'], captured: boolean, nat: boolean, filters: boolean): string {
  const what = [nat ? 'NAT' : '', filters ? 'FIREWALL' : ''].filter((part) => part !== '').join(' + ');
  if (!captured) return what === '' ? 'NETWORK' : `NETWORK (${what})`;
  return `${role === 'client-device' ? 'CLIENT' : 'SERVER'} ${what === '' ? 'ROUTER' : what}`;
}

/** What the other side has in place of the host behind it. */
function outerAddress(
  role: Place['role'],
  places: readonly PathPlace[],
  controls: JoinedSession['controls'],
): readonly string[] {
  const ofClient = role === 'client-device' || places.length === 3;
  const host = ofClient ? controls.at(-1)?.initiator.host : controls[0]?.responder.host;
  return hostsOf(host);
}
