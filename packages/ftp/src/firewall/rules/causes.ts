import type { PathSide } from './policy.js';
import type { PortPlan } from './port-plan.js';
import { describePorts } from './ports.js';

export interface Cause {
  readonly why: string;
  /** `side`: whose firewall it is, where that is known. */
  readonly fix: (plan: PortPlan, side?: PathSide) => readonly string[];
}

function openRange(plan: PortPlan, side: PathSide = 'server'): string {
  if (side === 'client')
    return `let TCP out, at the client’s firewall, to ports ${plan.passive ? describePorts(plan.passive) : 'from 1024 on'} of the server`;
  if (!plan.passive)
    return 'give the server a range of passive ports, and let TCP in to exactly that range (and forward it, behind NAT)';
  return `let TCP in to ports ${describePorts(plan.passive)} of the server (and forward them, behind NAT): exactly the range it is configured for`;
}

const HELPER =
  'Since Linux 6.0 a helper sees only what it is assigned to: an nft ct helper object, or a CT rule in the raw table of iptables.';

/** Of any name: undefined where the model has none. */
export function causeNamed(name: string): Cause | undefined {
  return Object.entries(CAUSES).find(([id]) => id === name)?.[1];
}

/** What stops data connections, by the names of the doctor's knowledge base, which has more of them. */
export const CAUSES = {
  CONTROL_BLOCKED: {
    why: 'The control port itself is filtered.',
    fix: ({ control }, side: PathSide = 'server') => [
      side === 'client'
        ? `let TCP out, at the client’s firewall, to port ${control} of the server`
        : `let TCP in to port ${control} of the server`,
    ],
  },
  RANGE_DROP: {
    why: 'The data connection goes to a port that no rule lets through: a firewall on the way opens none for it.',
    fix: (plan, side: PathSide = 'server') => [openRange(plan, side)],
  },
  RANGE_REJECT: {
    why: 'The data connection reaches the router in front of the server, which forwards no such port.',
    fix: (plan) => [openRange(plan)],
  },
  PASV_PRIVATE: {
    why: 'The 227 names a private address, which cannot be reached from outside; clients that believe it go nowhere.',
    fix: () => ['announce the public address', 'use EPSV, which names no address'],
  },
  HELPER_TLS: {
    why: 'The firewall opens data ports only for conversations it can read. TLS has encrypted this one, so it expects nothing.',
    fix: (plan, side: PathSide = 'server') => [
      openRange(plan, side),
      ...(side === 'client' ? [] : ['or let the server open pinholes, for each data connection by itself']),
    ],
  },
  HELPER_VS_PASVADDR: {
    why: 'The helper ignores a 227 that names another address than its sender’s: it rewrites private addresses itself, and the server has done that already.',
    fix: (plan) => ['announce no public address and leave it to the helper', `or ${openRange(plan)}`],
  },
  HELPER_ABSENT: {
    why: `What is RELATED is let through, but no helper reads the control connection. ${HELPER}`,
    fix: ({ control }) => [`assign the ftp helper to port ${control}`],
  },
  HELPER_PRIORITY: {
    why: 'The helper is set before connections are tracked (raw priority), and has no effect.',
    fix: () => ['set it in a chain with priority filter'],
  },
  ACTIVE_DROP: {
    why: 'The server’s data connection to the client is filtered on the way: connections from outside seldom get in.',
    fix: () => [
      'use passive mode (EPSV)',
      'or let the FTP helper of the firewall read along, which works without TLS only',
    ],
  },
  ACTIVE_NAT: {
    why: 'The client names its private address, which nothing on the way has put right, and no server connects to another address than its client’s.',
    fix: () => ['use passive mode (EPSV)'],
  },
  STATELESS_ANSWER: {
    why: 'The connection gets there, but a firewall that remembers nothing drops the answer.',
    fix: () => ['let packets with ACK set back in from the same ports'],
  },
  FAMILY_522: {
    why: 'PASV and PORT name IPv4 addresses only.',
    fix: () => ['use EPSV or EPRT'],
  },
} as const satisfies Readonly<Record<string, Cause>>;
