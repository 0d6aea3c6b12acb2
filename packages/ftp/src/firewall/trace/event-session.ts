import type { Endpoint } from '../../protocol/index.js';
import { Conversation } from './conversation.js';
import { type Flow, newFlow } from './flow.js';
import type { ObservationPoint } from './observation-point.js';
import type { EventSource, TraceEvent } from './trace-event.js';

type ControlEvent = Extract<TraceEvent, { kind: 'control' }>;
type DataEvent = Extract<TraceEvent, { kind: 'data' }>;

const REFUSED = /REFUSED|UNREACH|RESET/;

/** One session as our own client or server tells of it, in the form of what is captured. */
export class EventSession {
  readonly point: ObservationPoint;
  control: Flow | undefined;
  readonly data: Flow[] = [];
  readonly conversation = new Conversation({ maxHeldBytes: 0 });
  readonly #side: EventSource['side'];
  #current: Flow | undefined;

  /** No other session has this number. */
  constructor(side: EventSource['side'], number: number) {
    this.#side = side;
    const name = `Twinport, the ${side}`;
    this.point = { vantage: { name, role: side }, key: `\0event ${number}`, program: true };
  }

  add(event: TraceEvent): void {
    switch (event.kind) {
      case 'control':
        return this.#control(event);
      case 'line':
        return this.#line(event.at, event.direction, event.text);
      case 'data':
        return this.#data(event);
    }
  }

  #control({ at, state, local, remote, tls, reason }: ControlEvent): void {
    if (!this.control) {
      const [initiator, responder] = this.#side === 'client' ? [local, remote] : [remote, local];
      this.control = newFlow(this.point, initiator, responder, at);
      this.control.syns = 1;
      this.control.answeredAt = at;
      this.control.conversation = this.conversation;
    }
    this.control.lastAt = at;
    if (state === 'secured') {
      this.conversation.encrypted = true;
      this.conversation.encryptedAt ??= at;
      if (tls) this.conversation.tls = { version: tls.protocol };
    } else if (state === 'closed') {
      this.control.fromInitiator.finAt ??= at;
      this.control.failure = reason;
    }
  }

  #line(at: number, direction: 'in' | 'out', text: string): void {
    if (this.control) this.control.lastAt = at;
    const towards = (direction === 'out') === (this.#side === 'client') ? 'server' : 'client';
    this.conversation.keep({ at, lastAt: at, towards, text, times: 1 });
  }

  #data(event: DataEvent): void {
    const { at, state, role, local, remote } = event;
    if (state === 'note' || state === 'refused' || !this.control) return;
    if (state === 'offered' || state === 'opening') this.#current = undefined;
    // Who listens has seen nothing of a connection that never came.
    if (state === 'offered' || (!this.#current && role === 'listen' && state !== 'open')) return;
    const flow = (this.#current ??= this.#open(role, at));
    const [initiator, responder] = role === 'dial' ? [local, remote] : [remote, local];
    flow.initiator = initiator ?? flow.initiator;
    flow.responder = responder ?? flow.responder;
    flow.lastAt = at;
    if (state === 'open') flow.answeredAt = at;
    if (state === 'done') flow.fromResponder.finAt = at;
    if (state === 'failed') fail(flow, event);
    if (state === 'done' || state === 'failed') this.#current = undefined;
  }

  /** Its ends are told of when it is open. The client's host and the server's are those of the control connection. */
  #open(role: DataEvent['role'], at: number): Flow {
    const { initiator, responder } = this.control ?? { initiator: NOWHERE, responder: NOWHERE };
    const byClient = (role === 'dial') === (this.#side === 'client');
    const hosts = byClient ? [initiator.host, responder.host] : [responder.host, initiator.host];
    const flow = newFlow(this.point, { host: hosts[0] ?? '', port: 0 }, { host: hosts[1] ?? '', port: 0 }, at);
    flow.syns = 1;
    this.data.push(flow);
    return flow;
  }
}

const NOWHERE: Endpoint = { host: '', port: 0 };

function fail(flow: Flow, { at, reason = '', code = '' }: DataEvent): void {
  flow.failure = reason;
  if (flow.answeredAt === undefined && !REFUSED.test(`${code} ${reason}`)) return;
  flow.refusal = { how: 'reset', at, by: flow.responder.host, text: reason, towards: 'initiator' };
}
