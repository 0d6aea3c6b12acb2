import { causeNamed } from './causes.js';
import type { PathSide } from './policy.js';
import type { Situation } from './simulate.js';
import type { Conclusion, Outcome } from './timeline.js';

/** Where it ended, and by what; `cause` is the name of an entry in the table of causes. */
export interface Blocked {
  readonly outcome: Exclude<Outcome, 'ok'>;
  readonly cause: string;
  readonly step?: number;
  readonly place?: number;
  /** Whose device that is. */
  readonly side?: PathSide;
  readonly rule?: string;
}

const SEEN: Readonly<Record<Outcome, string>> = {
  ok: 'the transfer works',
  timeout: 'silence after 227 or 229, until somebody gives up; a client that has sent RETR gets 425 then',
  refused: 'the data connection fails at once: refused, or no route',
  '425': '200, then 425 after the time the server gives a connection',
  '500': '500 Illegal PORT command, at once',
  unavailable: 'the command cannot name an IPv6 address: 522 or 500',
  unknown: 'what was captured does not tell',
};

/** In words: what its user sees, why, what to change, and what else works on the same path. */
export function conclude(
  situation: Situation,
  blocked: Blocked | undefined,
  outcomeOf: (situation: Situation) => Outcome,
): Conclusion {
  if (!blocked) return { outcome: 'ok', seen: SEEN.ok, why: '', fix: [], also: [] };
  const { outcome, cause, step, place, side, rule } = blocked;
  const known = causeNamed(cause);
  return {
    outcome,
    cause,
    ...(step !== undefined && { step }),
    ...(place !== undefined && { place }),
    ...(rule !== undefined && { rule }),
    seen: cause === 'CONTROL_BLOCKED' ? 'no connection at all: the control port does not answer' : SEEN[outcome],
    why: known?.why ?? '',
    fix: known?.fix(situation.plan, side) ?? [],
    also: alternatives(situation, outcomeOf),
  };
}

function alternatives(situation: Situation, outcomeOf: (situation: Situation) => Outcome): string[] {
  const others: readonly (readonly [string, Partial<Situation>])[] = [
    ['EPSV', { way: 'EPSV' }],
    ['PASV', { way: 'PASVi' }],
    ['active mode (PORT)', { way: 'PORT' }],
    ...(situation.tls ? ([['the same without TLS', { tls: false }]] as const) : []),
    ['pinholes on the server’s firewall', { path: { ...situation.path, serverFirewall: { pinholes: true } } }],
  ];
  return others
    .filter(([, change]) => !('way' in change) || change.way !== situation.way)
    .map(([name, change]) => {
      const outcome = outcomeOf({ ...situation, ...change });
      return outcome === 'ok' ? `${name} would work` : `${name} would fail (${outcome})`;
    });
}
