import type { Family } from '../targets/target.js';

export type FilterHook = 'prerouting' | 'input' | 'forward' | 'output';

/** A TCP packet that has not been sent. */
export interface ProbePacket {
  readonly family: Family;
  readonly sport: number;
  readonly dport: number;
  readonly state: 'new' | 'established' | 'related';
  /** Which helper expects it. */
  readonly helper?: string;
  /** SYN without ACK. */
  readonly opens: boolean;
  /** On a router: where it comes in, and goes out. */
  readonly interfaces?: { readonly in: string; readonly out: string };
}

/** Undefined: what it looks at is not known of a probe, such as an address. */
export type Match = (packet: ProbePacket) => boolean | undefined;

export type Verdict =
  | { readonly kind: 'accept' | 'drop' | 'return' }
  | { readonly kind: 'jump' | 'goto'; readonly chain: string }
  /** Goes on to the next rule. */
  | { readonly kind: 'helper'; readonly helper: string }
  | { readonly kind: 'continue' };

export interface FoundRule {
  readonly matches: readonly Match[];
  /** Whether it says of which ports, or of which helper's connections, it speaks. */
  readonly isNarrow: boolean;
  readonly verdict: Verdict;
  /** As it is written there. */
  readonly text: string;
  /** The command that removes it. */
  readonly remove: string;
}

export interface FoundChain {
  /** Unique, and what jumps name. */
  readonly id: string;
  readonly families: readonly Family[];
  readonly table: string;
  readonly name: string;
  readonly rules: FoundRule[];
  /** Of a chain that packets come to by themselves. */
  readonly base?: { readonly hook: string; readonly priority: number; readonly policy: 'accept' | 'drop' };
}

export interface FoundRuleset {
  readonly language: 'nftables' | 'iptables';
  /** Families that it says anything about. */
  readonly families: readonly Family[];
  readonly chains: readonly FoundChain[];
}

/** It is neither what `nft -j list ruleset` prints nor what iptables-save does. */
export class RulesetFault extends Error {
  override readonly name = 'RulesetFault';
}

/** A port number, of a match. */
export type PortTest = (port: number) => boolean;
