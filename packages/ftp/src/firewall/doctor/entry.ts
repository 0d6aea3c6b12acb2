import type { PortPlan } from '../rules/index.js';
import type { NextStep } from './next-steps.js';
import type { Observation, Observations } from './observations.js';

/** Where the fault is: one of the two machines, a device on one side, or the name service. */
export type FaultyPlace = 'client' | 'client firewall' | 'server firewall' | 'server' | 'either firewall' | 'DNS';
/** Which way the packets go that are lost or changed. */
export type Direction = 'client to server' | 'server to client' | 'both' | 'none';
/**
 * `certain`: nothing else looks like this. `likely`: something else could, and seldom does. `possible`: one of several, see `alike`.
 */
export type Sureness = 'certain' | 'likely' | 'possible';

/** One row of the knowledge base. */
export interface Entry {
  readonly id: string;
  /**
   * What of all that was seen it explains: failures, or what worked and should not have been like that. Nothing: this is not it.
   * Of two rows that explain the same failure the first one counts: special cases stand before general ones.
   */
  readonly symptom: (seen: Observations) => readonly Observation[];
  readonly place: FaultyPlace;
  readonly direction: Direction;
  readonly why: string;
  readonly fix: (plan: PortPlan) => readonly string[];
  readonly sure: Sureness;
  /** Rows that look the same from the client's place alone. */
  readonly alike?: readonly string[];
}

export interface DoctorFinding extends Omit<Entry, 'symptom' | 'fix' | 'alike'> {
  readonly fix: readonly string[];
  readonly alike: readonly string[];
  /** What it explains, a line each. */
  readonly evidence: readonly string[];
}

export interface Diagnosis {
  /** Whether files get through as asked, by at least one way. */
  readonly works: boolean;
  /** Ways that work, and those that do not: `EPSV`, `PASV over IPv6 in TLS`. */
  readonly working: readonly string[];
  readonly failing: readonly string[];
  readonly findings: readonly DoctorFinding[];
  /** What gets through, in a sentence. */
  readonly summary: string;
  /** All of it in words. */
  readonly verdict: string;
  /** What to do about it, in order; none where all is well, or where the findings’ own cures are all there is. */
  readonly steps: readonly NextStep[];
}
