import type { JoinedLine } from './align-lines.js';
import {
  type Exchange,
  type NegotiationCommand,
  type SeenReply,
  anyText,
  endpointIn,
  isNegotiation,
  isTransfer,
  readExchanges,
} from './exchanges.js';
import { type Flow, hasEnded } from './flow.js';
import type { JoinedFlow } from './join-data.js';
import type { UnreadFlows } from './unread-flows.js';

/** How a data connection was asked for, and what became of it. */
export interface Negotiation {
  readonly verb: NegotiationCommand;
  readonly mode: 'active' | 'passive';
  /** PORT, EPRT, PASV or EPSV and the reply to it; undefined inside TLS. */
  readonly command: JoinedLine | undefined;
  readonly answer: SeenReply | undefined;
  /** What was transferred, and how that ended. */
  readonly transfer: Exchange | undefined;
  readonly flow: JoinedFlow | undefined;
  /** Whether the session went on after it, or ended: nobody waits for it any more. */
  readonly continued: boolean;
}

/** Of a session that did not come about. */
export const NO_NEGOTIATION: Negotiation = {
  verb: 'EPSV',
  mode: 'passive',
  command: undefined,
  answer: undefined,
  transfer: undefined,
  flow: undefined,
  continued: false,
};

/** The 227 and the SYN that follows it come by other ways through a machine that captures. */
const SLACK_MS = 100;

/** The line that names where to connect to: of the client in active mode, of the server in passive mode. */
export function namingLine({
  mode,
  command,
  answer,
}: Pick<Negotiation, 'mode' | 'command' | 'answer'>): JoinedLine | undefined {
  return mode === 'active' ? command : answer?.line;
}

/** All negotiations that can be read, in order, each with the data connection that came of it. What it takes is removed from `flows`. */
export function readNegotiations(
  lines: readonly JoinedLine[],
  controls: readonly Flow[],
  flows: UnreadFlows,
): readonly Negotiation[] {
  const exchanges = readExchanges(lines);
  const asked = exchanges.flatMap((exchange, index) =>
    isNegotiation(exchange.verb) ? [{ exchange, verb: exchange.verb, index }] : [],
  );
  return asked.map(({ exchange, verb, index }, number): Negotiation => {
    const next = asked[number + 1]?.index ?? exchanges.length;
    const mode = verb === 'PORT' || verb === 'EPRT' ? 'active' : 'passive';
    const answer = exchange.replies.at(-1);
    const part = { mode, command: exchange.command, answer } as const;
    const flow = takeFlow(part, exchanges[next], controls, flows);
    const then = exchanges.slice(index + 1, next);
    const at = then.findIndex((each) => isTransfer(each.verb));
    const continued = next < exchanges.length || (at >= 0 && at + 1 < then.length) || controls.some(hasEnded);
    return { verb, ...part, transfer: then[at], flow, continued };
  });
}

/** Behind NAT what a program tells of a connection cannot be joined with the rest by its ends: the line that names its port joins them. */
function takeFlow(
  negotiation: Pick<Negotiation, 'mode' | 'command' | 'answer'>,
  next: Exchange | undefined,
  controls: readonly Flow[],
  flows: UnreadFlows,
): JoinedFlow | undefined {
  const line = namingLine(negotiation);
  if (!line) return undefined;
  let taken: JoinedFlow | undefined;
  for (const control of controls.toSorted(programsLast)) {
    if (taken?.seen.has(control.point)) continue;
    const found = flowNamed(line, control, negotiation.mode, flows);
    if (!found || isAfter(found.flow, next) || (taken && !isElsewhere(found.joined, taken))) continue;
    flows.delete(found.joined);
    taken = taken ? { seen: new Map([...taken.seen, ...found.joined.seen]) } : found.joined;
  }
  return taken;
}

function programsLast(one: Flow, other: Flow): number {
  return Number(one.point.program) - Number(other.point.program);
}

/** Whether a program tells of one of them, at another point. */
function isElsewhere(one: JoinedFlow, other: JoinedFlow): boolean {
  const isTold = [one, other].some(({ seen }) => [...seen.keys()].some(({ program }) => program));
  return isTold && ![...one.seen.keys()].some((point) => other.seen.has(point));
}

/** The first that went where the line names at this point, or to that port of whoever says it. */
function flowNamed(
  line: JoinedLine,
  { point, initiator, responder }: Flow,
  mode: Negotiation['mode'],
  flows: UnreadFlows,
): ReturnType<UnreadFlows['first']> {
  const here = line.seen.get(point);
  const speaker = mode === 'active' ? initiator : responder;
  const named = endpointIn(here?.text ?? anyText(line), speaker.host);
  if (!named) return undefined;
  const [spoken, other] = [speaker.host, named.host].map((host) =>
    flows.first({
      point,
      responder: { host, port: named.port },
      initiator: mode === 'active' ? undefined : initiator.host,
      from: here ? here.at - SLACK_MS : -Infinity,
    }),
  );
  return other && (!spoken || other.flow.firstAt < spoken.flow.firstAt) ? other : spoken;
}

/** Whether it belongs to a later negotiation, which may name the same port again. */
function isAfter(flow: Flow, next: Exchange | undefined): boolean {
  const seen = next?.command?.seen.get(flow.point);
  return seen !== undefined && flow.firstAt > seen.at;
}

/** Inside TLS: a data connection that nobody on the way has read of. The host that opens it tells the mode. */
export function unreadNegotiation(flow: JoinedFlow, controls: readonly Flow[]): Negotiation {
  const seen = [...flow.seen.values()][0];
  const control = controls.find(({ point }) => point === seen?.point);
  const mode =
    seen?.initiator.host === control?.responder.host && seen?.initiator.host !== control?.initiator.host
      ? 'active'
      : 'passive';
  return {
    verb: mode === 'active' ? 'EPRT' : 'EPSV',
    mode,
    command: undefined,
    answer: undefined,
    transfer: undefined,
    flow,
    continued: controls.some(hasEnded),
  };
}
