import { anyText, endpointIn } from './exchanges.js';
import type { Flow, Sent } from './flow.js';
import type { JoinedSession } from './joined-session.js';
import type { Ladder } from './ladder.js';
import { type Negotiation, namingLine } from './negotiation.js';
import { sightingsOfEnd } from './sighting.js';
import { type Verdict, isEstablished } from './verdict.js';

type End = 'initiator' | 'responder';

/** The steps of the data connection: opened or not, what went over it, its end. */
export function drawData(ladder: Ladder, session: JoinedSession, negotiation: Negotiation, verdict: Verdict): void {
  const { flow, mode } = negotiation;
  const towards = mode === 'passive' ? 'server' : 'client';
  if (!flow) {
    if (verdict.failed === 'open') drawMissing(ladder, session, negotiation);
    return;
  }
  const flows = [...flow.seen.values()];
  const established = flows.some(isEstablished);
  const [opener, listener] = mode === 'passive' ? ['client', 'server'] : ['server', 'client'];
  const port = flows[0]?.responder.port;
  const words = `the data connection: the ${opener} connects to port ${port} of the ${listener}, as it was told`;
  ladder.open(towards, {
    connection: 'data',
    seen: flow.seen,
    words,
    answered: established,
    lostAnswer: verdict.cause === 'STATELESS_ANSWER',
  });
  if (!established) return;
  for (const sender of ['initiator', 'responder'] as const) drawContent(ladder, flows, negotiation, sender);
}

function drawContent(ladder: Ladder, flows: readonly Flow[], { flow, mode }: Negotiation, sender: End): void {
  if (!flow) return;
  const sent = flows.map((each) => sentBy(each, sender));
  const bytes = Math.max(...sent.map((each) => each.bytes));
  if (bytes === 0) return;
  const towards = (sender === 'initiator') === (mode === 'passive') ? 'server' : 'client';
  const repeated = Math.max(...sent.map((each) => each.repeated));
  const words = `${bytes} octets${repeated > 0 ? `, ${repeated} packets sent again` : ''}`;
  const delivered = flows.some((each) => {
    const { acknowledged } = sentBy(each, sender === 'initiator' ? 'responder' : 'initiator');
    return acknowledged !== undefined && acknowledged !== sentBy(each, sender).first;
  });
  ladder.content(towards, flow.seen, sender, words, delivered);
  ladder.close(towards, 'FIN', 'the end of the file', sightingsOfEnd(flow.seen, sender));
}

function sentBy({ fromInitiator, fromResponder }: Flow, sender: End): Sent {
  return sender === 'initiator' ? fromInitiator : fromResponder;
}

function drawMissing(ladder: Ladder, { controls }: JoinedSession, negotiation: Negotiation): void {
  const { mode } = negotiation;
  const line = namingLine(negotiation);
  const control = mode === 'passive' ? controls[0] : controls.at(-1);
  if (!line || !control) return;
  const speaker = mode === 'passive' ? control.responder : control.initiator;
  const to = endpointIn(line.seen.get(control.point)?.text ?? anyText(line), speaker.host);
  if (!to) return;
  const from = {
    host: mode === 'passive' ? control.initiator.host : control.responder.host,
    port: mode === 'passive' ? 0 : control.responder.port - 1,
  };
  const at = Math.max(...[...line.seen.values()].map((each) => each.lastAt));
  ladder.missing(mode === 'passive' ? 'server' : 'client', from, to, `the data connection to port ${to.port}`, at);
}
