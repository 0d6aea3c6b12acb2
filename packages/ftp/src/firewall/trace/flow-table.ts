import type { Endpoint } from '../../protocol/index.js';
import type { CapturedPacket } from './captured-packet.js';
import { Conversation } from './conversation.js';
import { type Flow, countSegment, isFromInitiator, newFlow } from './flow.js';
import { Fragments } from './fragments.js';
import { readIpPacket } from './ip-packet.js';
import { type LinkPayload, isKnownLinkType, readLinkLayer } from './link-layer.js';
import type { ObservationPoint } from './observation-point.js';
import { type IcmpError, type Segment, readSegment } from './segment.js';
import type { TraceLimits } from './trace-limits.js';
import type { Vantage } from './vantage.js';

/** Share of the connections that goes when there are too many. */
const FORGOTTEN_AT_ONCE = 0.1;
/** Interfaces that are told apart. A file may name any number of them. */
const MAX_POINTS = 1_024;
const GREETING = [0x32, 0x32, 0x30] as const;
/** SMTP greets with 220, too. */
const MAIL_PORTS: ReadonlySet<number> = new Set([25, 465, 587]);

/** The TCP connections in what was captured, each at each point where it was seen. */
export class FlowTable {
  readonly notes = new Set<string>();
  readonly #limits: TraceLimits;
  readonly #fragments: Fragments;
  readonly #flows = new Set<Flow>();
  /** The last connection between two ends. */
  readonly #byEnds = new Map<string, Flow>();
  readonly #points = new Map<string, ObservationPoint>();
  /** Between which hosts there is FTP. */
  readonly #ftpHosts = new Set<string>();
  #textBytes = 0;

  constructor(limits: TraceLimits) {
    this.#limits = limits;
    this.#fragments = new Fragments(limits);
  }

  /** In the order they began. */
  get flows(): Iterable<Flow> {
    return this.#flows;
  }

  add(vantage: Vantage, packet: CapturedPacket): void {
    const link = readLinkLayer(packet.linkType, packet.bytes);
    if (!link) {
      if (!isKnownLinkType(packet.linkType))
        this.notes.add(`${vantage.name}: frames of link type ${packet.linkType} cannot be read`);
      return;
    }
    const cut = packet.length - packet.bytes.length;
    const ip = readIpPacket(link.bytes, link.bytes.length + cut);
    const whole = ip && this.#fragments.whole(`${vantage.name} ${link.interface ?? packet.interface}`, ip);
    const segment = whole && readSegment(whole);
    if (!segment) return;
    const point = this.#point(vantage, packet, link, segment);
    if (segment.kind === 'icmp') this.#refuse(point, segment, packet.at);
    else this.#segment(point, segment, packet.at);
  }

  #point(
    vantage: Vantage,
    packet: CapturedPacket,
    link: LinkPayload,
    { from, to }: Segment | IcmpError,
  ): ObservationPoint {
    // Of all interfaces at once without their numbers: which way a packet goes tells which of the two sides it is.
    const side = link.outgoing === undefined ? 0 : Number(isLower(from, to) === link.outgoing);
    const number = link.interface ?? packet.interface + side;
    const key = `${vantage.name}\0${this.#points.size < MAX_POINTS ? number : 'others'}`;
    const known = this.#points.get(`${vantage.name}\0${number}`) ?? this.#points.get(key);
    if (known) return known;
    const point = { vantage, key, program: false };
    this.#points.set(key, point);
    return point;
  }

  #segment(point: ObservationPoint, segment: Segment, at: number): void {
    const key = endsKey(point, segment);
    let flow = this.#byEnds.get(key);
    if (!flow || begins(flow, segment)) {
      flow = this.#open(point, segment, at);
      this.#byEnds.set(key, flow);
    }
    countSegment(flow, segment, at);
    this.#converse(flow, segment, at);
  }

  #open(point: ObservationPoint, { from, to, syn, ack }: Segment, at: number): Flow {
    const { controlPorts } = this.#limits;
    const opened = syn && ack === undefined;
    // Whoever has answered was called; without SYN, FTP's own port tells.
    const towardsServer =
      opened ||
      (!syn && (controlPorts.includes(to.port) || (!controlPorts.includes(from.port) && to.port < from.port)));
    const flow = newFlow(point, ...(towardsServer ? ([from, to] as const) : ([to, from] as const)), at);
    if (this.#flows.size >= this.#limits.maxConnections) this.#forgetSome();
    this.#flows.add(flow);
    if (controlPorts.includes(flow.responder.port)) this.#recognise(flow);
    return flow;
  }

  #recognise(flow: Flow): Conversation {
    this.#ftpHosts.add(hostsKey(flow));
    flow.conversation = new Conversation(this.#limits);
    const { isn, answerIsn } = flow;
    if (isn !== undefined) flow.conversation.begin('server', isn);
    if (answerIsn !== undefined) flow.conversation.begin('client', answerIsn);
    return flow.conversation;
  }

  #converse(flow: Flow, segment: Segment, at: number): void {
    const towards = isFromInitiator(flow, segment) ? 'server' : 'client';
    const greets = towards === 'client' && isGreeting(flow, segment);
    const conversation = flow.conversation ?? (greets ? this.#recognise(flow) : undefined);
    if (!conversation || segment.rst) return;
    if (segment.syn) conversation.begin(towards, segment.seq);
    const before = conversation.textBytes;
    conversation.full = this.#textBytes >= this.#limits.maxTextBytes;
    if (conversation.full)
      this.notes.add(`only the first ${this.#limits.maxTextBytes} octets of commands and replies were kept`);
    const { seq, ack, payload, payloadLength } = segment;
    conversation.push({ at, towards, seq: segment.syn ? seq + 1 : seq, ack, payload, payloadLength });
    this.#textBytes += conversation.textBytes - before;
  }

  #refuse(point: ObservationPoint, error: IcmpError, at: number): void {
    const flow = this.#byEnds.get(endsKey(point, error));
    if (!flow) return;
    const towards = isFromInitiator(flow, error) ? 'initiator' : 'responder';
    flow.refusal ??= { how: 'icmp', at, by: error.by, text: error.text, towards };
  }

  #forgetSome(): void {
    const some = Math.ceil(this.#limits.maxConnections * FORGOTTEN_AT_ONCE);
    const strange = [...this.#flows].filter((flow) => !this.#ftpHosts.has(hostsKey(flow))).slice(0, some);
    if (strange.length === 0) this.notes.add(`only the last ${this.#limits.maxConnections} connections were kept`);
    for (const flow of strange.length > 0 ? strange : [...this.#flows].slice(0, some)) this.#forget(flow);
    this.#ftpHosts.clear();
    for (const flow of this.#flows) if (flow.conversation) this.#ftpHosts.add(hostsKey(flow));
  }

  #forget(flow: Flow): void {
    this.#flows.delete(flow);
    const key = endsKey(flow.point, { from: flow.initiator, to: flow.responder });
    if (this.#byEnds.get(key) === flow) this.#byEnds.delete(key);
    this.#textBytes -= flow.conversation?.textBytes ?? 0;
  }
}

/** A SYN with another number than the connection's own: the same ports were used again. */
function begins(flow: Flow, { syn, ack, seq }: Segment): boolean {
  return syn && ack === undefined && flow.isn !== seq;
}

function isGreeting(flow: Flow, { payload }: Segment): boolean {
  const { isn, fromInitiator, fromResponder, responder } = flow;
  if (isn === undefined || fromInitiator.bytes > 0 || fromResponder.bytes !== payload.length) return false;
  return !MAIL_PORTS.has(responder.port) && GREETING.every((byte, index) => payload[index] === byte);
}

function isLower(one: Endpoint, other: Endpoint): boolean {
  return `${one.host} ${one.port}` < `${other.host} ${other.port}`;
}

function endsKey({ key }: ObservationPoint, { from, to }: { readonly from: Endpoint; readonly to: Endpoint }): string {
  const [low, high] = isLower(from, to) ? [from, to] : [to, from];
  return `${key}\0${low.host} ${low.port} ${high.host} ${high.port}`;
}

function hostsKey({ point, initiator, responder }: Flow): string {
  const [low, high] = initiator.host < responder.host ? [initiator, responder] : [responder, initiator];
  return `${point.key}\0${low.host} ${high.host}`;
}
