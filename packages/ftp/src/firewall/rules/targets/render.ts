import { aws } from './aws.js';
import { awsTerraform } from './aws-terraform.js';
import { azure } from './azure.js';
import { contradictionsIn, doubtsAbout } from './consistency.js';
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
  readonly note?: string;
  /** It cannot tell active data connections by the port they come from. */
  readonly ignoresSourcePorts?: true;
}

const TARGETS: Readonly<Record<RulesTarget, Target>> = {
  nftables: { render: nftables },
  iptables: { render: iptables },
  ufw: { render: ufw },
  firewalld: { render: firewalld },
  'pf-openbsd': { render: pfOpenbsd },
  'pf-freebsd': { render: pfFreebsd },
  windows: { render: windows },
  aws: { render: aws, ignoresSourcePorts: true },
  'aws-terraform': { render: awsTerraform, ignoresSourcePorts: true },
  gcp: { render: gcp, ignoresSourcePorts: true },
  azure: { render: azure },
  kubernetes: {
    render: kubernetes,
    ignoresSourcePorts: true,
    note: 'a Service names every port of the range: choose a small one. The server must announce the address of the load balancer (public-address)',
  },
  docker: {
    render: docker,
    note: 'the server must announce the address of the host (public-address). Where docker-proxy forwards, it sees the proxy’s address in place of the client’s',
  },
  haproxy: {
    render: haproxy,
    note: 'the server sees the proxy’s address in place of the client’s: no active mode, and no limits by address. It must announce the proxy’s (public-address)',
  },
};

const NO_SOURCE_PORTS =
  'this target matches no source port: for active mode everything on the server may open connections to unprivileged ports';

/** The rules that a request asks for, as this target writes them. Throws RulesRefused where they could not work. */
export function renderRules(target: RulesTarget, request: RulesRequest): RuleSet {
  const [contradiction] = contradictionsIn(request);
  if (contradiction !== undefined) throw new RulesRefused(contradiction);
  const { render, note, ignoresSourcePorts } = TARGETS[target];
  const warnings = [...doubtsAbout(request), ...(note === undefined ? [] : [note])];
  if (ignoresSourcePorts && request.features.active && !request.features.outward) warnings.push(NO_SOURCE_PORTS);
  return { ...render(request), warnings };
}
