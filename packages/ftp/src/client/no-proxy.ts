import { addressBytes, canonicalAddress } from '../protocol/index.js';

/**
 * Whether the list, as in NO_PROXY, takes the host out of what goes through a proxy. Entries are separated by commas or spaces:
 * `*` for every host; `example.com`, `.example.com` or `*.example.com` for that domain and all below it; an IP address;
 * `10.0.0.0/8` or `fd00::/8` for the addresses in it. A `:port` behind an entry is ignored. Names are never looked up,
 * so an address in the list does not match a name that has it.
 */
export function noProxy(host: string, text: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  const matches = addressBytes(bare) === undefined ? matchesName(bare) : matchesAddress(canonicalAddress(bare));
  return text.split(/[\s,]+/).some((entry) => entry === '*' || (entry !== '' && matches(withoutPort(entry))));
}

function withoutPort(entry: string): string {
  return /^\[(?<v6>[^\]]*)\](?::\d+)?$/.exec(entry)?.groups?.['v6'] ?? entry.replace(/^([^:]*):\d+$/, '$1');
}

function matchesName(host: string): (entry: string) => boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  return (entry) => {
    const domain = entry
      .toLowerCase()
      .replace(/^\*?\./, '')
      .replace(/\.$/, '');
    return domain !== '' && (name === domain || name.endsWith(`.${domain}`));
  };
}

function matchesAddress(address: string): (entry: string) => boolean {
  const bits = bitsOf(address);
  return (entry) => {
    const [network = '', length, more] = entry.split('/', 3);
    if (addressBytes(network) === undefined || more !== undefined) return false;
    const networkBits = bitsOf(network);
    // An IPv4 network written inside IPv6 counts its bits from the IPv6 address's beginning.
    const offset = network.includes(':') && networkBits.length === 32 ? 96 : 0;
    const prefix = length === undefined ? networkBits.length : prefixOf(length, networkBits.length + offset) - offset;
    if (!(prefix >= 0) || networkBits.length !== bits.length) return false;
    return bits.startsWith(networkBits.slice(0, prefix));
  };
}

/** NaN where it is no number of bits of such an address. */
function prefixOf(text: string, most: number): number {
  const length = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  return length <= most ? length : Number.NaN;
}

function bitsOf(address: string): string {
  const bytes = addressBytes(canonicalAddress(address)) ?? [];
  return Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
}
