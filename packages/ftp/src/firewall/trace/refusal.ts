import type { Hop } from '../rules/index.js';
import type { Flow, Refusal } from './flow.js';
import type { Way } from './hops.js';
import type { JoinedFlow } from './join-data.js';
import type { PathPlace } from './path-places.js';
import { travel } from './path-places.js';

/** What a RST or an ICMP error says of where a connection ended: at a device on the way, or at its very end. */
export function refuse(
  way: Way,
  places: readonly PathPlace[],
  towards: 'client' | 'server',
  seen: JoinedFlow['seen'],
  controls: readonly Flow[],
): Way {
  const flow = [...seen.values()].find(
    ({ refusal, fromInitiator }) => refusal?.towards === 'initiator' && fromInitiator.bytes === 0,
  );
  const receiver = travel(places, towards).at(-1);
  if (!flow?.refusal || !receiver || [...seen.values()].some(({ answeredAt }) => answeredAt !== undefined)) return way;
  const note =
    flow.refusal.how === 'reset' ? 'answered by a reset (RST)' : `“${flow.refusal.text}”, says ${flow.refusal.by}`;
  const last = way.hops.at(-1);
  if (way.arrived || (receiver.points.length === 0 && isByReceiver(flow, flow.refusal, towards, controls))) {
    const hops = way.hops.map((hop) =>
      isEnd(hop) ? { place: hop.place, verdict: 'passed' as const, note: 'not captured here' } : hop,
    );
    return {
      hops: [
        ...hops.filter(({ place }) => place !== receiver.index),
        { place: receiver.index, verdict: 'rejected', note: `${note} of the ${towards} itself` },
      ],
      arrived: false,
    };
  }
  return last ? { hops: [...way.hops.slice(0, -1), { ...last, verdict: 'rejected', note }], arrived: false } : way;
}

function isEnd({ verdict }: Hop): boolean {
  return verdict === 'dropped' || verdict === 'not seen';
}

/** Resets that are forged on the way have come less far than what the host itself sends. */
function isByReceiver(flow: Flow, refusal: Refusal, towards: 'client' | 'server', controls: readonly Flow[]): boolean {
  if (refusal.how === 'icmp') return refusal.by === flow.responder.host;
  const control = controls.find(({ point }) => point === flow.point);
  const ttl = towards === 'server' ? control?.fromResponder.ttl : control?.fromInitiator.ttl;
  return ttl === undefined || refusal.ttl === undefined || ttl === refusal.ttl;
}
