import { type PublicAddress, type Server, describePortRange } from '@twinport/ftp/server';

/** What a script wants to know of a listening server; `serve --json` prints it. */
export interface PortPlan {
  readonly host: string;
  readonly port: number;
  readonly url: string;
  /** First and last; null for any unprivileged port. */
  readonly passivePorts: readonly [number, number] | null;
  /** What clients are told in their place; null for the same. */
  readonly advertisedPorts: readonly [number, number] | null;
  readonly activePort: number | 'any';
  /** What 227 announces, to all or by client network; null for what each client has dialled. */
  readonly publicAddress: PublicAddress | null;
  readonly tls: 'none' | 'explicit' | 'implicit';
  readonly tlsRequired: boolean;
  /** Whether the server opens the firewall for each data connection. */
  readonly pinholes: boolean;
  /** Whether files in clear are moved by the kernel. */
  readonly zeroCopy: boolean;
  /** Processes that run the sessions; with 1 it is the server's own. */
  readonly workers: number;
}

export function portPlan(server: Server, workers = 1): PortPlan {
  const [endpoint] = server.endpoints;
  if (!endpoint) throw new Error('the server is not listening');
  const { tls, publicAddress, advertisedPorts } = server.options;
  const { first, last } = server.passivePorts;
  const host = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host;
  return {
    host: endpoint.host,
    port: endpoint.port,
    url: `${tls?.implicit ? 'ftps' : 'ftp'}://${host}:${endpoint.port}`,
    passivePorts: first === 0 ? null : [first, last],
    advertisedPorts: advertisedPorts ? [advertisedPorts.first, advertisedPorts.last] : null,
    activePort: server.sourcePort(endpoint),
    publicAddress: publicAddress ?? null,
    tls: tls ? (tls.implicit ? 'implicit' : 'explicit') : 'none',
    tlsRequired: tls?.required ?? false,
    pinholes: server.options.pinholes !== undefined,
    zeroCopy: server.options.zeroCopy !== undefined,
    workers,
  };
}

/** The two connections and their ports in words, for the person who has to open a firewall. */
export function describePortPlan(server: Server): string[] {
  const plan = portPlan(server);
  const source = plan.activePort === 'any' ? 'any port' : `port ${plan.activePort}`;
  return [
    `  commands   client -> server port ${plan.port}`,
    `  passive    client -> server ${describePassive(server)}${describePublicAddress(plan.publicAddress)}`,
    `  active     server ${source} -> client port 1024 or above`,
    `  TLS        ${describeTls(plan)}`,
    ...(plan.pinholes
      ? ['  firewall   opened by the server for each data connection: nothing but commands has to be open']
      : []),
  ];
}

function describePassive({ passivePorts, advertisedPorts }: Server): string {
  const listened = describePortRange(passivePorts);
  return advertisedPorts === passivePorts
    ? listened
    : `${describePortRange(advertisedPorts)}, which NAT must forward to ${listened}`;
}

function describePublicAddress(setting: PublicAddress | null): string {
  if (setting === null) return '';
  if (typeof setting === 'string') return `, announced as ${inWords(setting)}`;
  const { default: others = 'dialled', ...networks } = setting;
  const each = Object.entries(networks).map(([network, value]) => `to ${network} as ${inWords(value)}`);
  return `, announced ${[...each, `to all others as ${inWords(others)}`].join(', ')}`;
}

const inWords = (value: string): string => (value === 'dialled' ? 'the address dialled' : value);

function describeTls({ tls, tlsRequired }: PortPlan): string {
  if (tls === 'none') return 'none: names, passwords and files travel in clear';
  return `${tls === 'implicit' ? 'from the first byte' : 'after AUTH TLS'}, ${tlsRequired ? 'required' : 'not required'}`;
}
