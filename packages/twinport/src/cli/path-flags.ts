import { FIREWALL_KINDS, type FirewallKind, type NetworkPath } from '@twinport/ftp/firewall';
import { type Command, Option } from 'commander';

/** What lies between a server and its clients. */
export interface PathFlags {
  readonly clientNat?: boolean;
  readonly serverNat?: boolean;
  readonly clientFirewall: FirewallKind;
  readonly serverFirewall: FirewallKind;
  readonly announce?: string;
}

const KINDS = Object.keys(FIREWALL_KINDS);
const CLIENT_KINDS = KINDS.filter((kind) => kind !== 'pinholes');

export function addPathOptions(command: Command): Command {
  return command
    .option('--client-nat', 'the client has a private address, behind NAT')
    .option('--server-nat', 'so has the server')
    .addOption(new Option('--client-firewall <KIND>', 'at the client’s side').choices(CLIENT_KINDS).default('none'))
    .addOption(new Option('--server-firewall <KIND>', 'at the server’s side').choices(KINDS).default('none'))
    .option('--announce <ADDR>', 'the address that a 227 names, in place of the server’s own');
}

export function pathOf({ clientNat, serverNat, clientFirewall, serverFirewall }: PathFlags): NetworkPath {
  return {
    clientNat: clientNat ?? false,
    serverNat: serverNat ?? false,
    clientFirewall: FIREWALL_KINDS[clientFirewall],
    serverFirewall: FIREWALL_KINDS[serverFirewall],
  };
}
