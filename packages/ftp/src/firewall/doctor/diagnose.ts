import { DEFAULT_PLAN, type PortPlan, type Way } from '../rules/index.js';
import type { Diagnosis, Entry, DoctorFinding } from './entry.js';
import { KNOWLEDGE } from './knowledge-table.js';
import { nextSteps } from './next-steps.js';
import type { Observation, Observations, WayObservation } from './observations.js';
import { worksToo } from './symptoms.js';

/** Where all that a row advises is another way, and that fails too. */
const NO_OTHER_WAY = 'mend another way first, such as passive mode, which needs nothing at the client’s end';

/** What is wrong, by the knowledge base. Pure: the same observations have the same verdict. */
export function diagnose(seen: Observations): Diagnosis {
  const findings = findingsOf(seen);
  const working = seen.ways.filter(({ failure }) => !failure);
  const asked = working.filter(({ security }) => security === seen.security);
  const works = asked.length > 0 && !seen.transfers.some(({ failure }) => failure);
  const summary = summaryOf(seen, works, working);
  const failing = seen.ways.filter(({ failure }) => failure);
  return {
    works,
    working: namesOf(working),
    failing: namesOf(failing),
    findings,
    summary,
    verdict: verdictOf(summary, findings),
    steps: nextSteps(
      seen,
      findings.map(({ id }) => id),
      planOf(seen),
    ),
  };
}

/** Each failure is explained once, by the first row that can; a row that explains what has worked says so besides. */
function findingsOf(seen: Observations): readonly DoctorFinding[] {
  const explained = new Set<Observation>();
  const plan = planOf(seen);
  return KNOWLEDGE.flatMap((entry) => {
    const own = entry.symptom(seen).filter((one) => !one.failure || !explained.has(one));
    for (const one of own) explained.add(one);
    return own.length === 0 ? [] : [findingOf(entry, own, seen, plan)];
  });
}

function findingOf(entry: Entry, explained: readonly Observation[], seen: Observations, plan: PortPlan): DoctorFinding {
  const { id, place, direction, why, fix, sure, alike = [] } = entry;
  const possible = fix(plan).filter((text) => isPossible(text, explained, seen));
  const todo =
    possible.length > 0
      ? possible.map((text, index) => (index === 0 ? text.replace(/^or /, '') : text))
      : [NO_OTHER_WAY];
  return { id, place, direction, why, sure, fix: todo, alike, evidence: explained.map(describeObservation) };
}

/** Advice to take a way holds where that way works. */
const ADVISED_WAYS: readonly { readonly advice: RegExp; readonly ways: readonly Way[] }[] = [
  { advice: /^(?:or )?use passive mode/, ways: ['EPSV', 'PASVi'] },
  { advice: /^(?:or )?use active mode/, ways: ['EPRT', 'PORT'] },
  { advice: /^(?:or )?use EPSV/, ways: ['EPSV'] },
];

function isPossible(text: string, explained: readonly Observation[], seen: Observations): boolean {
  const ways = ADVISED_WAYS.find(({ advice }) => advice.test(text))?.ways;
  return ways === undefined || explained.some((one) => one.kind !== 'way' || worksToo(seen, one, ...ways));
}

/** The server's ports, as far as they are known from what was seen. */
export function planOf({ port, ways, expectedPorts, security }: Observations): PortPlan {
  const view = ways.find((way) => way.view)?.view;
  const range = view?.passivePorts;
  return {
    ...DEFAULT_PLAN,
    control: port,
    passive: expectedPorts ?? (range && { first: range[0], last: range[1] }),
    active: view?.activePort ?? (port > 1 ? port - 1 : 'any'),
    announced: view?.announced,
    tls: security === 'clear' ? 'none' : security,
  };
}

function namesOf(ways: readonly WayObservation[]): readonly string[] {
  return [...new Set(ways.map(nameOf))];
}

/** `PASV`, `EPSV over IPv6 in TLS`. */
export function nameOf({ way, family, security }: Pick<WayObservation, 'way' | 'family' | 'security'>): string {
  const name = way === 'PASV' ? 'PASV (believed)' : way === 'PASVi' ? 'PASV (own address)' : way;
  return `${name}${family === 'ipv6' ? ' over IPv6' : ''}${security === 'clear' ? '' : ' in TLS'}`;
}

export function describeObservation(one: Observation): string {
  const how = one.failure ? `${one.failure.text} (${one.failure.milliseconds} ms)` : 'works';
  switch (one.kind) {
    case 'name':
      return `address of ${one.host}: ${how}`;
    case 'fingerprint':
      return `PORT ${one.shape}: ${one.asked ? 'answered' : one.plain ? 'lost, and NOOP of the same form is not' : 'lost, as is NOOP of the same form'}`;
    case 'login':
      return `${one.security === 'clear' ? 'commands' : 'commands in TLS'} to ${at(one.server)}: ${how}`;
    case 'way': {
      const session = one.resumed === undefined ? '' : `, TLS session ${one.resumed ? '' : 'not '}resumed`;
      const where = one.announced
        ? `, ${one.way.startsWith('E') || !one.failure ? 'port' : 'to'} ${at(one.announced)}`
        : '';
      return `${nameOf(one)}${where}${session}: ${how}`;
    }
    case 'transfer':
      return `${one.direction} by ${nameOf(one)}: ${one.octets} octets, ${how}`;
    case 'idle':
      return `control connection after ${one.seconds} s without a command: ${how}`;
  }
}

function at({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function summaryOf(seen: Observations, works: boolean, working: readonly WayObservation[]): string {
  const asked = namesOf(working.filter(({ security }) => security === seen.security));
  if (works && seen.ways.every(({ failure }) => !failure)) return `Every way works: ${asked.join(', ')}.`;
  if (works) return `Files get through by ${asked.join(', ')}, and not in every way.`;
  return seen.ways.length > 0 ? 'Commands get through, files do not.' : 'It does not come to a transfer.';
}

function verdictOf(summary: string, findings: readonly DoctorFinding[]): string {
  const texts = findings.map(({ id, why, place, direction, fix, sure }) => {
    const way = direction === 'none' ? '' : `, ${direction}`;
    return `${id} (${sure}; ${place}${way}): ${why} To do: ${fix.join('; ')}.`;
  });
  const healthy = findings.length === 0 ? ['If another program fails here, the network is not why.'] : [];
  return [summary, ...texts, ...healthy].join(' ');
}
