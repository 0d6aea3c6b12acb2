import { networkInterfaces } from 'node:os';
import { isPrivate } from '@twinport/ftp/protocol';
import type { PublicAddress, Server } from '@twinport/ftp/server';
import { type DetectedAddress, detectAddress } from './detect-address.js';
import { inContainer } from './in-container.js';

/** A public address in which nothing is left to be detected. */
export interface SettledAddress {
  readonly publicAddress?: PublicAddress;
  readonly detected?: DetectedAddress;
}

/** Puts what is found in the place of `detect`. Throws UsageFault where nothing is. */
export async function settlePublicAddress(setting: PublicAddress | undefined): Promise<SettledAddress> {
  const values = typeof setting === 'object' ? Object.values(setting) : [setting];
  if (!setting || !values.includes('detect')) return setting === undefined ? {} : { publicAddress: setting };
  const detected = await detectAddress();
  if (typeof setting === 'string') return { publicAddress: detected.address, detected };
  const settled = Object.entries(setting).map(([key, value]) => [key, value === 'detect' ? detected.address : value]);
  return { publicAddress: Object.fromEntries(settled), detected };
}

/** What 227 names to clients of no particular network; undefined for what they have dialled. */
export function announcedOf(setting: PublicAddress | undefined): string | undefined {
  const address = typeof setting === 'object' ? setting['default'] : setting;
  return address === 'dialled' ? undefined : address;
}

/** Warns of a server that would announce an address nobody outside can reach, its operator having said nothing. */
export function warnOfPrivateAddress(server: Server): void {
  if (server.options.publicAddress !== undefined) return;
  const own = announceable(server);
  if (own.length === 0 || !own.every(isPrivate)) return;
  const message =
    `227 will name ${own.join(' or ')}, ${inContainer() ? 'an address inside this container' : 'a private address'}: ` +
    'from elsewhere passive mode fails with clients that believe it; set publicAddress to the address that clients dial, ' +
    'or to dialled where all of them are in the same network';
  server.emit('warning', { at: Date.now(), code: 'PUBLIC_ADDRESS', message });
}

/** The IPv4 addresses that clients may have dialled; none for a server that is only there for its own machine. */
function announceable(server: Server): readonly string[] {
  const hosts = server.endpoints.map(({ host }) => host);
  if (hosts.every((host) => host === '::1' || host.startsWith('127.'))) return [];
  if (!hosts.includes('0.0.0.0')) return hosts.filter((host) => !host.includes(':'));
  return Object.values(networkInterfaces()).flatMap((addresses = []) =>
    addresses.flatMap(({ family, internal, address }) => (family === 'IPv4' && !internal ? [address] : [])),
  );
}
