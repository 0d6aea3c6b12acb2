import type { Features, PathSide } from '../policy.js';
import type { PortPlan } from '../port-plan.js';

/** Where rules are loaded: on the host itself, or on a router that packets are forwarded by. */
export type RulesRole = 'server' | 'client' | 'router';
export type Family = 'ipv4' | 'ipv6';

/** A router between two networks: what the one towards the clients and the one towards the server are called there. */
export interface RouterInterfaces {
  /** Whose network it is the router of. */
  readonly side: PathSide;
  readonly client: string;
  readonly server: string;
}

/** The server's own addresses: private ones behind NAT. */
export interface ServerAddresses {
  readonly ipv4?: string;
  readonly ipv6?: string;
}

export interface RulesRequest {
  readonly plan: PortPlan;
  readonly role: RulesRole;
  readonly features: Features;
  /** Default: both. */
  readonly families?: readonly Family[];
  /** Needed on a router. */
  readonly router?: RouterInterfaces;
  /** The server has a private IPv4 address. Its router forwards the control port, and the range where that is open. */
  readonly serverNat?: boolean;
  /** The clients have private IPv4 addresses. Their router puts its own in their place. */
  readonly clientNat?: boolean;
  /** Needed where a router translates it. */
  readonly server?: ServerAddresses;
  /** Networks that clients come from, as CIDR. Default: anywhere. */
  readonly sources?: readonly string[];
  /** Other TCP ports of a host that stay reachable: 22, or whoever loads this over SSH is locked out. */
  readonly keep?: readonly number[];
  /** Sessions that wait for a data connection at one time, at most. */
  readonly sessions?: number;
}

/** One file to write, or one list of commands to run. */
export interface RuleText {
  readonly name: string;
  readonly text: string;
  /** The command that loads it. */
  readonly load: string;
}

export interface RuleSet {
  readonly texts: readonly RuleText[];
  /** What removes exactly that. */
  readonly undo: readonly RuleText[];
  readonly warnings: readonly string[];
}

/** The request contradicts itself, or the target cannot do it: `message` says what and why. */
export class RulesRefused extends Error {
  override readonly name = 'RulesRefused';
}

export type Renderer = (request: RulesRequest) => Pick<RuleSet, 'texts' | 'undo'>;

export const BOTH_FAMILIES: readonly Family[] = ['ipv4', 'ipv6'];
