import {
  PINHOLE_TABLE,
  type Family,
  type Features,
  type PathSide,
  type PortPlan,
  type RulesRequest,
  type RulesRole,
} from '@twinport/ftp/firewall';
import { type Command, Option } from 'commander';
import { readConfig } from '../daemon/config/config.js';
import { UsageFault } from '../daemon/usage-fault.js';
import { type PlanFlags, addPlanOptions, portNumber } from './plan-flags.js';
import { collect, wholeNumber } from './shared-flags.js';

/** Which rules: where they are loaded, and how data connections get through. */
export interface RulesFlags extends PlanFlags {
  readonly publicAddress?: string;
  readonly role: RulesRole;
  readonly helper?: boolean;
  readonly range?: boolean;
  readonly active?: boolean;
  readonly stateless?: boolean;
  readonly pinholes?: boolean;
  readonly outward: 'all' | 'ftp';
  readonly clientNat?: boolean;
  readonly serverNat?: boolean;
  readonly clientInterface?: string;
  readonly serverInterface?: string;
  readonly serverAddress?: readonly string[];
  readonly source?: readonly string[];
  readonly family?: Family;
  readonly keep: readonly number[];
  readonly sessions?: number;
}

const SSH = 22;

export function addRulesOptions(command: Command): Command {
  addFeatureOptions(command);
  return addPlanOptions(addPlaceOptions(command))
    .option('--public-address <ADDR>', 'the address that PASV announces')
    .option(
      '--sessions <N>',
      'that may wait for a data connection at one time: is the range large enough?',
      wholeNumber,
    );
}

function addFeatureOptions(command: Command): Command {
  return command
    .option('--helper', 'the firewall reads the commands, which it cannot inside TLS')
    .option('--range', 'the passive range is open')
    .option('--active', 'active data connections get through without a helper')
    .option('--stateless', 'each packet is looked at by itself; with --range and --active')
    .option('--pinholes', 'the server opens each data connection by itself')
    .addOption(
      new Option('--outward <WHAT>', 'what may be opened from the inside').choices(['all', 'ftp']).default('all'),
    );
}

function addPlaceOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--role <ROLE>', 'where the rules are loaded')
        .choices(['server', 'client', 'router'])
        .default('server'),
    )
    .option('--client-nat', 'clients have private addresses; a router is theirs, and translates them')
    .option('--server-nat', 'the server has a private address; a router forwards what is for it')
    .option('--client-interface <NAME>', 'of a router: towards the clients')
    .option('--server-interface <NAME>', 'of a router: towards the server')
    .option('--server-address <ADDR>', 'the server’s own address; repeat for IPv4 and IPv6', collect)
    .option(
      '--source <NETWORK>',
      'where clients come from, as 192.0.2.0/24; repeat for more (default: anywhere)',
      network,
    )
    .addOption(new Option('--family <FAMILY>', 'rules for one only').choices(['ipv4', 'ipv6']))
    .option('--keep <PORTS>', 'other TCP ports of this host that stay reachable, as 22,80', portList, [SSH]);
}

/** Throws UsageFault where options are missing. */
export function requestOf(plan: PortPlan, flags: RulesFlags): RulesRequest {
  const { role, clientNat, serverNat, serverAddress = [], source, family, keep, sessions } = flags;
  const [ipv4, ipv6] = [
    serverAddress.find((each) => !each.includes(':')),
    serverAddress.find((each) => each.includes(':')),
  ];
  return {
    plan,
    role,
    features: featuresOf(flags),
    ...(family && { families: [family] }),
    ...(role === 'router' && { router: routerOf(flags) }),
    ...(serverNat && { serverNat }),
    ...(clientNat && { clientNat }),
    server: { ...(ipv4 !== undefined && { ipv4 }), ...(ipv6 !== undefined && { ipv6 }) },
    ...(source && { sources: source }),
    keep,
    ...(sessions !== undefined && { sessions }),
  };
}

/** Where the configuration has pinholes, and no other way is asked for, the server's own firewall needs no range. */
export async function withPinholesOf<F extends RulesFlags>(flags: F): Promise<F> {
  const { config, role, helper, range, active, stateless } = flags;
  if (config === undefined || role !== 'server' || helper || range || active || stateless) return flags;
  const { pinholes } = await readConfig(config);
  if (!pinholes) return flags;
  const { table = PINHOLE_TABLE } = pinholes;
  if (table !== PINHOLE_TABLE)
    throw new UsageFault(
      `the pinholes of ${config} are in your own table ${table}: twinport serve says what belongs there`,
    );
  return { ...flags, pinholes: true };
}

function sideOf({ role, clientNat, serverNat }: RulesFlags): PathSide {
  if (role !== 'router') return role;
  return clientNat && !serverNat ? 'client' : 'server';
}

function routerOf(flags: RulesFlags): NonNullable<RulesRequest['router']> {
  const { clientInterface: client, serverInterface: server } = flags;
  if (client === undefined || server === undefined)
    throw new UsageFault('a router has two sides: name both with --client-interface and --server-interface');
  return { side: sideOf(flags), client, server };
}

function featuresOf(flags: RulesFlags): Features {
  const { helper, range, active, stateless, pinholes } = flags;
  const outward = flags.outward === 'all' && { outward: true };
  if (stateless)
    return { ...(helper && { helper: 'assigned' }), stateful: false, range: true, active: true, ...outward };
  if (!helper && !range && !active && !pinholes)
    return { ...(sideOf(flags) === 'client' ? { helper: 'assigned', range: true } : { range: true }), ...outward };
  return {
    ...(helper && { helper: 'assigned' }),
    ...(range && { range }),
    ...(active && { active }),
    ...(pinholes && { pinholes }),
    ...outward,
  };
}

/** One address is a network, too. */
function network(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`];
}

function portList(text: string): readonly number[] {
  return text === 'none' ? [] : text.split(',').map(portNumber);
}
