import type { PortRange } from '@twinport/ftp/client';
import { DEFAULT_PLAN, type PortPlan } from '@twinport/ftp/firewall';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { readConfig } from '../daemon/config/config.js';
import { announcedOf } from '../daemon/public-address.js';
import { portRange } from './shared-flags.js';

/** Which ports a server uses: from its configuration, then from options. */
export interface PlanFlags {
  readonly config?: string;
  readonly port?: number;
  readonly passivePorts?: PortRange;
  readonly activePort?: number | 'any';
  readonly tls?: 'explicit' | 'implicit';
}

const IMPLICIT_TLS = 990;

export function addPlanOptions(command: Command): Command {
  return command
    .option('--config <FILE>', 'take the ports from the server’s TOML file; options given here win')
    .option('--port <N>', `control port (default: ${DEFAULT_PLAN.control})`, portNumber)
    .option('--passive-ports <A-B>', 'ports for passive data connections (default: 50000-50100)', portRange)
    .option(
      '--active-port <N|any>',
      'port that active data connections leave from (default: control port - 1)',
      sourcePort,
    )
    .addOption(
      new Option('--tls [HOW]', 'sessions may be inside TLS: after AUTH TLS, or from the first byte')
        .choices(['explicit', 'implicit'])
        .preset('explicit'),
    );
}

/** `announced`: what its 227 names. `asked`: what is known of a running server. */
export async function planOf(flags: PlanFlags, announced?: string, asked?: PortPlan): Promise<PortPlan> {
  const known = asked ?? (flags.config === undefined ? undefined : await planOfConfig(flags.config));
  const control = flags.port ?? known?.control ?? DEFAULT_PLAN.control;
  return {
    control,
    passive: flags.passivePorts ?? (known ?? DEFAULT_PLAN).passive,
    ...(known?.advertised && { advertised: known.advertised }),
    active: flags.activePort ?? known?.active ?? control - 1,
    announced: announced ?? known?.announced,
    tls: flags.tls ?? known?.tls ?? 'none',
  };
}

/** What a server with this configuration would do. */
async function planOfConfig(path: string): Promise<PortPlan> {
  const { port, passivePorts, advertisedPorts, publicAddress, activePort, tls } = await readConfig(path);
  const control = port ?? DEFAULT_PLAN.control;
  return {
    control,
    passive: passivePorts && passivePorts.first > 0 ? passivePorts : undefined,
    ...(advertisedPorts && { advertised: advertisedPorts }),
    active: activePort ?? control - 1,
    announced: announcedOf(publicAddress),
    tls: tls ? (control === IMPLICIT_TLS ? 'implicit' : 'explicit') : 'none',
  };
}

export function sourcePort(text: string): number | 'any' {
  return text === 'any' ? text : portNumber(text);
}

export function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535) throw new InvalidArgumentError('give a port from 1 to 65535.');
  return port;
}
