import { isPrivate } from '../../protocol/index.js';
import type { Outcome } from '../rules/index.js';
import type { JoinedLine } from './align-lines.js';
import { anyText, endpointIn } from './exchanges.js';
import type { Flow } from './flow.js';
import type { JoinedSession } from './joined-session.js';
import { type Negotiation, namingLine } from './negotiation.js';
import { type PathPlace, travel } from './path-places.js';

/** How a negotiation ended, and at which of its steps. */
export interface Verdict {
  readonly outcome: Outcome;
  /** Name of a cause; `blocked`: something on the way, which is still to be found out. */
  readonly cause?: string;
  readonly failed?: 'control' | 'command' | 'naming' | 'open' | 'answer' | 'content' | 'end';
  /** What its user sees, where it is not what such an outcome looks like. */
  readonly seen?: string;
}

const PRIVILEGED_PORTS = 1_024;
const REUSE = /reus|resum|session|Operation not permitted/i;

export function judge(negotiation: Negotiation, session: JoinedSession, places: readonly PathPlace[]): Verdict {
  return (
    uncontrolled(session) ??
    refusedCommand(negotiation, session) ??
    frozen(negotiation, session, places) ??
    (negotiation.flow ? connected(negotiation, session) : unconnected(negotiation))
  );
}

/** There was no session at all. */
function uncontrolled({ controls, lines, encrypted }: JoinedSession): Verdict | undefined {
  if (lines.length > 0 || encrypted || controls.some(isEstablished)) return undefined;
  const refused = controls.some(({ refusal }) => refusal !== undefined);
  if (!refused && !controls.some(({ syns }) => syns > 1)) return unknown('nothing was captured after the SYN');
  const seen = 'no connection at all: the control port does not answer';
  return { outcome: refused ? 'refused' : 'timeout', cause: 'CONTROL_BLOCKED', failed: 'control', seen };
}

/** The server, or the client, does not want what was asked for. */
function refusedCommand(
  { verb, answer, mode, command }: Negotiation,
  { controls }: JoinedSession,
): Verdict | undefined {
  if (!answer || answer.code < 400) return undefined;
  const failed = 'answer';
  const seen = anyText(answer.line);
  if (answer.code === 522) return { outcome: 'unavailable', cause: 'FAMILY_522', failed, seen };
  if (mode === 'passive')
    return { outcome: 'unavailable', failed, seen, ...(verb === 'EPSV' && { cause: 'EPSV_UNKNOWN' }) };
  const [first] = controls;
  const named = command && endpointIn(anyText(command), first?.initiator.host ?? '');
  if (!named) return { outcome: '500', failed, seen };
  if (named.port < PRIVILEGED_PORTS) return { outcome: '500', cause: 'ACTIVE_LOWPORT', failed, seen };
  // Captured on its own side only, a private address is still known not to be what a server elsewhere sees.
  const elsewhere = controls.some(
    ({ initiator, responder }) =>
      initiator.host !== named.host || (isPrivate(named.host) && !isPrivate(responder.host)),
  );
  if (!elsewhere) return { outcome: '500', failed, seen };
  return { outcome: '500', cause: isPrivate(named.host) ? 'ACTIVE_NAT' : 'FXP_BLOCKED', failed, seen };
}

/** The line that names the port never comes to its end, as a capture or the program there can tell. */
function frozen(
  negotiation: Negotiation,
  { controls, encrypted }: JoinedSession,
  places: readonly PathPlace[],
): Verdict | undefined {
  // Of a reply that never came only the command that it would have acknowledged is there.
  const line = namingLine(negotiation) ?? negotiation.command;
  if (!line) return undefined;
  const receiver = travel(places, line.towards).at(-1);
  // One capture alone may be at either end.
  const known = places.filter(({ points }) => points.length > 0).length > 1;
  if (known && receiver?.points.some((point) => line.seen.has(point))) return undefined;
  const isTold = known && !encrypted && receiver?.points.some(({ program }) => program) === true;
  if (!isTold && !isSentInVain(line, controls)) return undefined;
  const seen = 'silence: the command connection is dead from there on';
  const failed = line === namingLine(negotiation) ? 'naming' : 'command';
  return { outcome: 'timeout', cause: 'HELPER_FREEZE', failed, seen };
}

/** Again and again, and never acknowledged. */
function isSentInVain(line: JoinedLine, controls: readonly Flow[]): boolean {
  const own = controls.flatMap(({ point, conversation }) => {
    const seen = line.seen.get(point);
    return seen && conversation && !point.program ? [{ seen, acknowledged: conversation.isAcknowledged(seen) }] : [];
  });
  return own.some(({ seen }) => seen.times > 1) && !own.some(({ acknowledged }) => acknowledged);
}

export function isEstablished(flow: Flow): boolean {
  const { answeredAt, syns, point, fromInitiator, fromResponder } = flow;
  const spoken = fromInitiator.bytes + fromResponder.bytes > 0;
  if (answeredAt === undefined) return syns === 0 && spoken;
  return point.program || spoken || fromInitiator.acknowledged !== undefined;
}

function finalCode({ transfer }: Negotiation): number | undefined {
  return transfer?.replies.findLast(({ code }) => code >= 200)?.code;
}

function connected(negotiation: Negotiation, session: JoinedSession): Verdict {
  const { flow, mode } = negotiation;
  const flows = [...(flow?.seen.values() ?? [])];
  if (flows.some(isEstablished)) return transferred(negotiation, flows);
  const active = mode === 'active';
  const cause = isMisled(negotiation, flows, session) ? 'PASV_PRIVATE' : 'blocked';
  if (flows.some(({ refusal }) => refusal?.towards === 'initiator'))
    return { outcome: active ? '425' : 'refused', cause, failed: 'open' };
  if (!isSilent(negotiation, flows)) return unknown('nothing was captured after the SYN');
  if (flows.some(({ answeredAt }) => answeredAt !== undefined))
    return { outcome: active ? '425' : 'timeout', cause: 'STATELESS_ANSWER', failed: 'open' };
  return { outcome: active ? '425' : 'timeout', cause, failed: 'open' };
}

/** Long enough to say that no answer will come. */
function isSilent(negotiation: Negotiation, flows: readonly Flow[]): boolean {
  if (finalCode(negotiation) !== undefined) return true;
  if (flows.some(({ syns, failure }) => syns > 1 || failure !== undefined)) return true;
  return negotiation.continued;
}

/** Whether the client went where a private address has sent it. */
function isMisled({ mode }: Negotiation, flows: readonly Flow[], { controls }: JoinedSession): boolean {
  return (
    mode === 'passive' &&
    flows.some(({ point, responder }) => {
      const control = controls.find((each) => each.point === point);
      return isPrivate(responder.host) && control?.responder.host !== responder.host;
    })
  );
}

function transferred(negotiation: Negotiation, flows: readonly Flow[]): Verdict {
  const { transfer, mode } = negotiation;
  const code = finalCode(negotiation);
  const text = transfer?.replies.at(-1);
  const said = text && anyText(text.line);
  if (code !== undefined && code < 300) return { outcome: 'ok' };
  if (code !== undefined && said !== undefined && (code === 522 || code === 425) && REUSE.test(said))
    return { outcome: mode === 'active' ? '425' : 'refused', cause: 'TLS_REUSE', failed: 'end', seen: said };
  if (isStalled(flows))
    return {
      outcome: 'timeout',
      cause: 'DATA_STALL_PMTU',
      failed: 'content',
      seen: 'the connection opens, and no content comes',
    };
  const reset = flows.find(({ refusal }) => refusal?.how === 'reset');
  const ended = flows.some(
    ({ fromInitiator, fromResponder }) => fromInitiator.finAt !== undefined || fromResponder.finAt !== undefined,
  );
  if (reset && !ended)
    return {
      outcome: 'refused',
      cause: 'DATA_RESET',
      failed: 'end',
      seen: said ?? 'the connection breaks off in the middle',
    };
  // The connection has done its work; what the server says against the file is not about the path.
  if (code !== undefined) return { outcome: 'ok', seen: `${said}: the data connection came about all the same` };
  return ended ? { outcome: 'ok' } : unknown('the data connection opened; its end was not captured');
}

/** Full packets are sent again and again, and nothing of them is acknowledged. */
function isStalled(flows: readonly Flow[]): boolean {
  return flows.some(({ fromInitiator, fromResponder }) =>
    [[fromInitiator, fromResponder] as const, [fromResponder, fromInitiator] as const].some(
      ([sender, receiver]) =>
        sender.repeated > 1 &&
        sender.lastDataAt !== undefined &&
        receiver.acknowledged !== undefined &&
        receiver.acknowledged === sender.first,
    ),
  );
}

/** No data connection was captured at all. */
function unconnected(negotiation: Negotiation): Verdict {
  const { mode, answer, command } = negotiation;
  const code = finalCode(negotiation);
  if (code !== undefined && code < 300) return { outcome: 'ok' };
  if (code === 425 || code === 426)
    return { outcome: mode === 'active' ? '425' : 'timeout', cause: 'blocked', failed: 'open' };
  const named = answer && endpointIn(anyText(answer.line), '');
  const port = command && endpointIn(anyText(command), '');
  if (mode === 'passive' && negotiation.continued && named && isPrivate(named.host))
    return { outcome: 'refused', cause: 'PASV_PRIVATE', failed: 'open' };
  if (code !== undefined) return unknown('the server refused the transfer itself');
  return unknown(named || port ? 'no data connection was captured' : 'no reply was captured');
}

function unknown(seen: string): Verdict {
  return { outcome: 'unknown', seen };
}
