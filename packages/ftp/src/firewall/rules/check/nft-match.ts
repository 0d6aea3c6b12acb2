import { type Json, type JsonRecord, asList, isRecord, word } from './json.js';
import type { Match, PortTest, ProbePacket } from './found-ruleset.js';

export type SetOf = (name: string) => readonly Json[] | undefined;

/** What a match looks at: `tcp dport`, `ct state`, `iifname`, … */
export function subjectOf(left: Json | undefined): string {
  if (!isRecord(left)) return '';
  const { payload, ct, meta, fib, concat } = left;
  if (isRecord(payload)) return `${word(payload['protocol'])} ${word(payload['field'])}`;
  if (isRecord(ct)) return `ct ${word(ct['key'])}`;
  if (isRecord(meta)) return word(meta['key']);
  if (isRecord(fib)) return `fib ${asList(fib['flags']).map(word).join(' ')} ${word(fib['result'])}`;
  if (concat !== undefined) return asList(concat).map(subjectOf).join(' . ');
  const mask = asList(left['&']);
  return mask.length === 2 ? `${subjectOf(mask[0])} & ${flagsOf(mask[1])}` : '';
}

/** Whether it says of which ports, or of which helper's connections, a rule speaks. */
export function narrows(left: Json | undefined): boolean {
  return /^(tcp|th) [sd]port|^ct helper/.test(subjectOf(left));
}

/** Whether a packet of a probe is what a match asks for. */
export function matchOf({ op, left, right }: JsonRecord, setOf: SetOf): Match {
  const subject = subjectOf(left);
  const values = valuesOf(right, setOf);
  const isNot = op === '!=';
  const positive = positiveMatch(subject, word(op), values);
  return (packet) => {
    const result = positive(packet);
    return result === undefined ? undefined : result !== isNot;
  };
}

function positiveMatch(subject: string, op: string, values: readonly Json[]): Match {
  const text = new Set(values.map(word));
  switch (subject) {
    case 'tcp dport':
    case 'th dport':
      return onPort((packet) => packet.dport, op, values);
    case 'tcp sport':
    case 'th sport':
      return onPort((packet) => packet.sport, op, values);
    case 'udp dport':
    case 'udp sport':
      return () => false;
    case 'ct state':
      return ({ state }) => text.has(state);
    case 'ct helper':
      return ({ helper }) => helper !== undefined && text.has(helper);
    case 'l4proto':
    case 'ip protocol':
    case 'ip6 nexthdr':
      return ({ family }) =>
        (text.has('tcp') || text.has('6')) &&
        !(subject === 'ip protocol' && family === 'ipv6') &&
        !(subject === 'ip6 nexthdr' && family === 'ipv4');
    case 'nfproto':
      return ({ family }) => text.has(family);
    case 'fib daddr type':
      return onDestination(text);
    case 'iifname':
    case 'iif':
      return onInterface('in', text);
    case 'oifname':
    case 'oif':
      return onInterface('out', text);
    default:
      return otherMatch(subject, text);
  }
}

function otherMatch(subject: string, text: ReadonlySet<string>): Match {
  if (subject.startsWith('tcp flags')) return tcpFlags(subject, text);
  const isVersion4 = subject.startsWith('ip ');
  const isVersion6 = subject.startsWith('ip6 ');
  return ({ family }) => {
    if ((isVersion4 && family === 'ipv6') || (isVersion6 && family === 'ipv4')) return false;
    return undefined;
  };
}

/** A SYN, or anything that has ACK set and no SYN. */
function tcpFlags(subject: string, right: ReadonlySet<string>): Match {
  const mask = subject.split(' & ')[1]?.split(',');
  return ({ opens }) => {
    const flags = new Set([opens ? 'syn' : 'ack']);
    const seen = mask ? [...flags].filter((flag) => mask.includes(flag)) : [...flags];
    return mask ? seen.join() === [...right].join() : seen.some((flag) => right.has(flag));
  };
}

function onPort(portOf: (packet: ProbePacket) => number, op: string, values: readonly Json[]): Match {
  const test = portTest(op, values);
  return (packet) => test(portOf(packet));
}

function portTest(op: string, values: readonly Json[]): PortTest {
  const [limit] = values.map(Number);
  if (limit !== undefined && op === '>=') return (port) => port >= limit;
  if (limit !== undefined && op === '<=') return (port) => port <= limit;
  if (limit !== undefined && op === '>') return (port) => port > limit;
  if (limit !== undefined && op === '<') return (port) => port < limit;
  const ranges = values.map(rangeOf);
  return (port) => ranges.some(([first, last]) => port >= first && port <= last);
}

function rangeOf(value: Json): readonly [first: number, last: number] {
  const range = isRecord(value) ? asList(value['range']) : undefined;
  return range ? [Number(range[0]), Number(range[1])] : [Number(value), Number(value)];
}

/** What comes to a host is for it. */
export function onDestination(types: ReadonlySet<string>): Match {
  return ({ interfaces }) => (interfaces ? undefined : types.has('local'));
}

export function onInterface(way: 'in' | 'out', names: ReadonlySet<string>): Match {
  return ({ interfaces }) => {
    if (interfaces) return names.has(interfaces[way]);
    // A probe comes from the network, and goes there.
    return names.size === 1 && names.has('lo') ? false : undefined;
  };
}

function valuesOf(right: Json | undefined, setOf: SetOf): readonly Json[] {
  if (typeof right === 'string' && right.startsWith('@')) return setOf(right.slice(1)) ?? [];
  return isRecord(right) && 'set' in right ? asList(right['set']) : asList(right);
}

function flagsOf(value: Json | undefined): string {
  return asList(value).map(word).join(',');
}
