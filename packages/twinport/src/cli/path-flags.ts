import type { PortRange } from '@twinport/ftp/client';
import {
  DEFAULT_PLAN,
  FIREWALL_KINDS,
  type FirewallKind,
  type NetworkPath,
  type PortPlan,
} from '@twinport/ftp/firewall';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { portRange } from './shared-flags.js';

/** A server's ports, and what lies between it and its clients. */
export interface PathFlags {
  readonly port?: number;
  readonly passivePorts?: PortRange;
  readonly activePort?: number | 'any';
  readonly publicAddress?: string;
  readonly tls?: boolean;
  readonly clientNat?: boolean;
  readonly serverNat?: boolean;
  readonly clientFirewall: FirewallKind;
  readonly serverFirewall: FirewallKind;
}

const KINDS = Object.keys(FIREWALL_KINDS);
const IMPLICIT_TLS = 990;

export function addPathOptions(command: Command): Command {
  return command
    .option('--port <N>', `control port (default: ${DEFAULT_PLAN.control})`, port)
    .option('--passive-ports <A-B>', 'ports for passive data connections (default: 50000-50100)', portRange)
    .option(
      '--active-port <N|any>',
      'port that active data connections leave from (default: control port - 1)',
      activePort,
    )
    .option('--public-address <ADDR>', 'the address that PASV announces')
    .option('--tls', 'commands are inside TLS')
    .option('--client-nat', 'the client has a private address behind NAT')
    .option('--server-nat', 'so has the server')
    .addOption(firewall('client'))
    .addOption(firewall('server'));
}

export function planOf({
  port: control = DEFAULT_PLAN.control,
  passivePorts,
  activePort: active,
  publicAddress,
  tls,
}: PathFlags): PortPlan {
  return {
    control,
    passive: passivePorts ?? DEFAULT_PLAN.passive,
    active: active ?? control - 1,
    announced: publicAddress,
    tls: !tls ? 'none' : control === IMPLICIT_TLS ? 'implicit' : 'explicit',
  };
}

export function networkPathOf({ clientNat, serverNat, clientFirewall, serverFirewall }: PathFlags): NetworkPath {
  return {
    clientNat: clientNat ?? false,
    serverNat: serverNat ?? false,
    clientFirewall: FIREWALL_KINDS[clientFirewall],
    serverFirewall: FIREWALL_KINDS[serverFirewall],
  };
}

function firewall(side: string): Option {
  return new Option(`--${side}-firewall <KIND>`, `the firewall at the ${side}’s side`).choices(KINDS).default('none');
}

function port(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > 65_535)
    throw new InvalidArgumentError('give a port from 1 to 65535.');
  return number;
}

function activePort(text: string): number | 'any' {
  return text === 'any' ? 'any' : port(text);
}
