import { type Family, type NetworkPath, type PathAddresses, exampleAddresses } from '@twinport/ftp/firewall';
import { type Host, Network, cable } from './network.js';

/** Who is behind NAT. */
export const NATS = ['none', 'client', 'server', 'both'] as const;
export type Nat = (typeof NATS)[number];

export function natOf(nat: Nat): Pick<NetworkPath, 'clientNat' | 'serverNat'> {
  return { clientNat: nat === 'client' || nat === 'both', serverNat: nat === 'server' || nat === 'both' };
}

/** NAT is for IPv4 alone. */
export function addressesOf(nat: Nat, family: Family): PathAddresses {
  const open = { open: true };
  return exampleAddresses({ ...natOf(nat), clientFirewall: open, serverFirewall: open }, family);
}

/** What the interfaces of a router are called: towards the client, and towards the server. */
export const ROUTER = { client: 'west', server: 'east' } as const;

/** In a row. */
export interface Hosts {
  readonly client: Host;
  readonly clientRouter: Host;
  readonly serverRouter: Host;
  readonly server: Host;
}

const BETWEEN = {
  client: ['203.0.113.1/24', '2001:db8:f::1/64'],
  server: ['203.0.113.2/24', '2001:db8:f::2/64'],
} as const;

/** Client, its router, the server's router, server. Who is behind NAT has a private address, which nobody beyond the router has a way to. */
export async function buildHosts(network: Network, nat: Nat): Promise<Hosts> {
  const [client, clientRouter, serverRouter, server] = await Promise.all([
    network.host('client'),
    network.host('client-router'),
    network.host('server-router'),
    network.host('server'),
  ]);
  const [v4, v6] = [addressesOf(nat, 'ipv4'), addressesOf(nat, 'ipv6')];
  const { east, west } = { east: ROUTER.server, west: ROUTER.client };
  for (const [side, host, router, towardsHost, towardsRouter] of [
    ['client', client, clientRouter, west, east],
    ['server', server, serverRouter, east, west],
  ] as const) {
    const own = [v4[side].own, v6[side].own];
    await cable(
      { host, device: towardsRouter, addresses: [`${own[0]}/24`, `${own[1]}/64`] },
      { host: router, device: towardsHost, addresses: [`${beside(own[0])}/24`, `${beside(own[1])}/64`] },
    );
    await host.run(own.map((address) => `ip route add default via ${beside(address)}`).join('; '));
  }
  await cable(
    { host: clientRouter, device: east, addresses: BETWEEN.client },
    { host: serverRouter, device: west, addresses: BETWEEN.server },
  );
  await Promise.all([
    route(clientRouter, [v4.server.seen, v6.server.seen], BETWEEN.server),
    route(serverRouter, [v4.client.seen, v6.client.seen], BETWEEN.client),
  ]);
  return { client, clientRouter, serverRouter, server };
}

/** The router on the same cable. */
function beside(address: string | undefined): string {
  return (address ?? '').replace(/2$/, '1');
}

async function route(router: Host, targets: readonly string[], gateways: readonly string[]): Promise<void> {
  const commands = targets.flatMap((target, index) => {
    const gateway = gateways[index]?.replace(/\/.*/, '') ?? '';
    return gateway === target ? [] : [`ip route add ${target} via ${gateway}`];
  });
  await router.run(commands.join('; '));
}
