import { type Endpoint, isPrivate } from '../../protocol/index.js';
import {
  type Features,
  type Finding,
  type FoundRuleset,
  type PortPlan,
  checkRuleset,
  includesPort,
} from '../rules/index.js';
import type { DoctorFinding, Sureness } from './entry.js';
import { KNOWLEDGE } from './knowledge-table.js';

/** What can be seen on the machine that a server runs on. */
export interface MachineObservations {
  readonly plan: PortPlan;
  /** Of nft, of iptables; none: no packet is filtered here. */
  readonly rulesets: readonly FoundRuleset[];
  /** Whether the kernel assigns helpers by itself, as before Linux 6.0. */
  readonly assignsHelpers: boolean;
  /** Where something listens, and as far as that can be seen whether it may use ports below 1024. */
  readonly listeners: readonly Listener[];
  /** Of its interfaces, loopback left out. */
  readonly addresses: readonly string[];
  readonly inContainer: boolean;
}

export interface Listener extends Endpoint {
  readonly mayUsePort20?: boolean;
}

export interface MachineDiagnosis {
  /** Whether nothing that was found stops files altogether. */
  readonly works: boolean;
  readonly findings: readonly DoctorFinding[];
}

/** Files get through all the same, by some way. */
const HARMLESS = new Set([
  'PORT20_REQUIRED',
  'PASV_PRIVATE',
  'PASV_LOOPBACK',
  'HELPER_TLS',
  'RANGE_EXHAUSTED',
  'V6_RULE_MISSING',
  'ACTIVE_DROP',
]);

/** What is wrong with a server's machine, in the words of the knowledge base. Pure. */
export function diagnoseMachine(machine: MachineObservations): MachineDiagnosis {
  const findings = [
    ...listening(machine),
    ...machine.rulesets.flatMap((ruleset) => rules(machine, ruleset)),
    ...announcement(machine),
    ...activePort(machine),
    ...takenPorts(machine),
  ];
  return { works: findings.every(({ id }) => HARMLESS.has(id)), findings };
}

function listening({ plan, listeners }: MachineObservations): readonly DoctorFinding[] {
  const found = listeners.filter(({ port }) => port === plan.control);
  if (found.length === 0)
    return [finding('CONTROL_REFUSED', plan, [`nothing listens on port ${plan.control}`], 'certain')];
  if (!found.every(({ host }) => isLoopback(host))) return [];
  return [
    finding(
      'CONTROL_REFUSED',
      plan,
      [`port ${plan.control} is listened on at ${found.map(({ host }) => host).join(', ')} only`],
      'certain',
    ),
  ];
}

const isLoopback = (host: string): boolean => host === '::1' || host.startsWith('127.');

const RANGE: Features = { range: true, outward: true };
const HELPER: Features = { helper: 'assigned', outward: true };

/** The range, or else a helper, has to let data connections in. */
function rules({ plan, assignsHelpers }: MachineObservations, ruleset: FoundRuleset): readonly DoctorFinding[] {
  const stopped = stoppedBy(ruleset, plan, RANGE);
  if (!stopped.some(({ code }) => code === 'RANGE_DROP')) return stopped.map((each) => ofRule(plan, each));
  const withHelper = stoppedBy(ruleset, plan, HELPER).filter(
    ({ code }) => !(assignsHelpers && code === 'HELPER_ABSENT'),
  );
  if (withHelper.length === 0) return plan.tls === 'none' ? [] : [helperOnly(plan, stopped)];
  return plan.tls === 'none' && withHelper.every(({ code }) => code.startsWith('HELPER_'))
    ? withHelper.map((each) => ofRule(plan, each))
    : stopped.map((each) => ofRule(plan, each));
}

function helperOnly(plan: PortPlan, stopped: readonly Finding[]): DoctorFinding {
  const id = plan.announced === undefined ? 'HELPER_TLS' : 'HELPER_VS_PASVADDR';
  return {
    ...finding(
      id,
      plan,
      stopped.map(({ text }) => text),
      'certain',
    ),
    fix: stopped.flatMap(({ add }) => add),
  };
}

function stoppedBy(ruleset: FoundRuleset, plan: PortPlan, features: Features): readonly Finding[] {
  const request = { plan, role: 'server', features, families: ruleset.families } as const;
  return checkRuleset(ruleset, request).filter(({ kind }) => kind !== 'wide');
}

function ofRule(plan: PortPlan, { code, text, rule, remove, add }: Finding): DoctorFinding {
  const evidence = [text, ...(rule === undefined ? [] : [`the rule: ${rule}`])];
  return { ...finding(code, plan, evidence, 'certain'), fix: [...remove, ...add] };
}

/** What 227 names is no address for others. */
function announcement({ plan, addresses, inContainer }: MachineObservations): readonly DoctorFinding[] {
  const own = addresses.filter((address) => !address.includes(':'));
  if (plan.announced !== undefined || own.length === 0 || !own.every(isPrivate)) return [];
  const id = inContainer ? 'PASV_LOOPBACK' : 'PASV_PRIVATE';
  return [
    finding(
      id,
      plan,
      [
        `its addresses are ${own.join(', ')}, and no public address is configured: for clients in the same network that is right`,
      ],
      'possible',
    ),
  ];
}

function activePort({ plan, listeners }: MachineObservations): readonly DoctorFinding[] {
  const { active, control } = plan;
  const server = listeners.find(({ port }) => port === control);
  if (active === 'any' || active >= 1024 || server?.mayUsePort20 !== false) return [];
  return [
    finding(
      'PORT20_REQUIRED',
      plan,
      [`the server may not connect from port ${active}: it has no CAP_NET_BIND_SERVICE, and takes another port`],
      'possible',
    ),
  ];
}

/** Another program listens where the server wants to. */
function takenPorts({ plan, listeners }: MachineObservations): readonly DoctorFinding[] {
  const { passive, control } = plan;
  const taken = passive ? listeners.filter(({ port }) => port !== control && includesPort(passive, port)) : [];
  if (!passive || taken.length <= (passive.last - passive.first) / 2) return [];
  return [
    finding(
      'RANGE_EXHAUSTED',
      plan,
      [`${taken.length} of the ${passive.last - passive.first + 1} ports of the passive range are listened on`],
      'likely',
    ),
  ];
}

function finding(id: string, plan: PortPlan, evidence: readonly string[], sure: Sureness): DoctorFinding {
  const entry = KNOWLEDGE.find((each) => each.id === id);
  if (!entry) throw new Error(`the knowledge base has no row ${id}`);
  const { place, direction, why, fix } = entry;
  return { id, place, direction, why, fix: fix(plan), sure, alike: [], evidence };
}
