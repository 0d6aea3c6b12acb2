import { aws } from './aws.js';
import { awsTerraform } from './aws-terraform.js';
import { azure } from './azure.js';
import { type Check, contradictionsIn, doubtsAbout } from './consistency.js';
import { docker } from './docker.js';
import { firewalld } from './firewalld.js';
import { gcp } from './gcp.js';
import { haproxy } from './haproxy.js';
import { iptables } from './iptables.js';
import { kubernetes } from './kubernetes.js';
import { nftables } from './nftables.js';
import { pfFreebsd, pfOpenbsd } from './pf.js';
import { type Renderer, RulesRefused, type RuleSet, type RulesRequest } from './target.js';
import { ufw } from './ufw.js';
import { windows } from './windows.js';

export const RULES_TARGETS = [
  'nftables',
  'iptables',
  'ufw',
  'firewalld',
  'pf-openbsd',
  'pf-freebsd',
  'windows',
  'aws',
  'aws-terraform',
  'gcp',
  'azure',
  'kubernetes',
  'docker',
  'haproxy',
] as const;
export type RulesTarget = (typeof RULES_TARGETS)[number];

interface Target {
  readonly render: Renderer;
  /** What is to be known about it before it is relied on. */
  readonly notes?: readonly Check[];
}

const noSourcePorts: Check = ({ features }) =>
  features.active === true &&
  !features.outward &&
  'this target matches no source port: for active mode everything on the server may open connections to unprivileged ports';

const bothFamilies: Check = ({ families, sources }) =>
  families?.length === 1 && !sources && 'the rules of this target are for IPv4 and IPv6 alike, whatever --family says';

const SSH = 22;

const dropsSsh: Check = ({ role, features, keep = [] }) =>
  role !== 'router' &&
  features.open !== true &&
  !keep.includes(SSH) &&
  `port ${SSH} is not among the ports that stay reachable (keep): whoever loads this over SSH is locked out`;

const TARGETS: Readonly<Record<RulesTarget, Target>> = {
  nftables: { render: nftables, notes: [dropsSsh] },
  iptables: { render: iptables, notes: [dropsSsh] },
  ufw: {
    render: ufw,
    notes: [
      bothFamilies,
      ({ features }) =>
        features.helper !== undefined &&
        'ufw lets in what is RELATED on every port: a PORT command may open port 22 of a client, too',
    ],
  },
  firewalld: { render: firewalld, notes: [bothFamilies] },
  'pf-openbsd': { render: pfOpenbsd, notes: [bothFamilies] },
  'pf-freebsd': { render: pfFreebsd, notes: [bothFamilies] },
  windows: { render: windows, notes: [bothFamilies] },
  aws: { render: aws, notes: [noSourcePorts] },
  'aws-terraform': { render: awsTerraform, notes: [noSourcePorts] },
  gcp: { render: gcp, notes: [noSourcePorts] },
  azure: { render: azure, notes: [bothFamilies] },
  kubernetes: {
    render: kubernetes,
    notes: [
      noSourcePorts,
      () =>
        'a Service names every port of the range: choose a small one. The server must announce the address of the load balancer (publicAddress)',
    ],
  },
  docker: {
    render: docker,
    notes: [
      bothFamilies,
      () =>
        'the server must announce the address of the host (publicAddress). Where docker-proxy forwards, it sees the proxy’s address in place of the client’s',
    ],
  },
  haproxy: {
    render: haproxy,
    notes: [
      bothFamilies,
      () =>
        'the server sees the proxy’s address in place of the client’s: no active mode, and no limits by address. It must announce the proxy’s (publicAddress)',
    ],
  },
};

/** The rules that a request asks for, as this target writes them. Throws RulesRefused where they could not work. */
export function renderRules(target: RulesTarget, request: RulesRequest): RuleSet {
  const [contradiction] = contradictionsIn(request);
  if (contradiction !== undefined) throw new RulesRefused(contradiction);
  const { notes = [] } = TARGETS[target];
  return { ...renderUnchecked(target, request), warnings: doubtsAbout(request, notes) };
}

/** The same for what is to be seen failing, too: whether the request contradicts itself is not asked. */
export function renderUnchecked(target: RulesTarget, request: RulesRequest): Pick<RuleSet, 'texts' | 'undo'> {
  return TARGETS[target].render(request);
}
