import { type Ports, UNPRIVILEGED, describePorts, onePort } from './ports.js';

/** Which ports a server uses, and what it says of them. */
export interface PortPlan {
  readonly control: number;
  /** Where it listens for data connections in passive mode; undefined: on any port the system chooses. */
  readonly passive: Ports | undefined;
  /** What 227 and 229 name in the place of `passive`, one for one. Default: the same. */
  readonly advertised?: Ports | undefined;
  /** The port its data connections come from in active mode (RFC 959 §8: control port - 1). */
  readonly active: number | 'any';
  /** What a 227 names instead of the server's own address. */
  readonly announced: string | undefined;
  /** Whether commands may be encrypted, so that nobody on the way can read them. */
  readonly tls: 'none' | 'explicit' | 'implicit';
}

export const DEFAULT_PLAN: PortPlan = {
  control: 21,
  passive: { first: 50_000, last: 50_100 },
  active: 20,
  announced: undefined,
  tls: 'none',
};

/** Where passive data connections may go to, as far as a firewall can know. */
export function passivePortsOf({ passive }: PortPlan): Ports {
  return passive ?? UNPRIVILEGED;
}

/** Where active data connections come from, as far as a firewall can know. */
export function activePortsOf({ active }: PortPlan): Ports {
  return active === 'any' ? UNPRIVILEGED : onePort(active);
}

/** The plan in words, a line each. */
export function describePlan(plan: PortPlan): readonly string[] {
  const { control, passive, advertised, active, announced, tls } = plan;
  return [
    `control      server port ${control}${tls === 'implicit' ? ', inside TLS from the first byte' : tls === 'explicit' ? ', TLS after AUTH' : ''}`,
    `passive data server port${passive ? `s ${describePorts(passive)}` : ' of the system’s choice (1024-65535)'}${advertised ? `, advertised as ports ${describePorts(advertised)}, which NAT must forward to these` : ''}${announced === undefined ? '' : `, announced as ${announced}`}`,
    `active data  from server port ${active === 'any' ? 'of the system’s choice' : active} to a client port from 1024 on`,
  ];
}
