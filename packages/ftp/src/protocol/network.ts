import { addressBytes, canonicalAddress, formatAddress } from './address.js';
import { SyntaxFault } from './syntax-fault.js';

/** Addresses that begin with the same bits. */
export interface Network {
  /** Of the first address: 4 bytes, or 16. */
  readonly bytes: Uint8Array;
  /** How many bits they have in common. */
  readonly prefix: number;
}

/** `10.0.0.0/8`, `2001:db8::/32`, or one address. Throws SyntaxFault('network') on anything else, and on bits that are set behind the prefix. */
export function parseNetwork(text: string): Network {
  const { address = '', prefix: digits } = /^(?<address>[^/%]+)(?:\/(?<prefix>\d{1,3}))?$/.exec(text)?.groups ?? {};
  const bytes = addressBytes(address);
  if (!bytes) throw new SyntaxFault('network', 'Expected an address, or address/bits');
  const prefix = digits === undefined ? bytes.length * 8 : Number(digits);
  if (prefix > bytes.length * 8) throw new SyntaxFault('network', `There are no ${prefix} bits in an address`);
  if (!bytes.every((byte, i) => (byte & maskOf(i, prefix)) === byte))
    throw new SyntaxFault('network', `There are bits behind the first ${prefix}`);
  return unmapped({ bytes, prefix });
}

export function isNetwork(text: string): boolean {
  try {
    parseNetwork(text);
    return true;
  } catch {
    return false; // that it throws is the answer
  }
}

/** The inverse of {@link parseNetwork}, but that a single address has its prefix too. */
export function formatNetwork({ bytes, prefix }: Network): string {
  return `${formatAddress(bytes)}/${prefix}`;
}

/** The network of an address with so many bits. An IPv4-mapped address is an IPv4 address. Throws SyntaxFault('address') when the text is none. */
export function networkOf(address: string, bits: { readonly v4: number; readonly v6: number }): Network {
  const bytes = addressBytes(canonicalAddress(address)) ?? new Uint8Array(4);
  const prefix = bytes.length === 4 ? bits.v4 : bits.v6;
  return { bytes: bytes.map((byte, i) => byte & maskOf(i, prefix)), prefix };
}

/** Whether the address is of this network, which one of the other family never is; IPv4-mapped ones are of the fourth. */
export function isInNetwork({ bytes, prefix }: Network, address: string): boolean {
  const spelled = addressBytes(address);
  const other = spelled && addressBytes(formatAddress(spelled));
  return (
    other?.length === bytes.length && bytes.every((byte, i) => ((byte ^ (other[i] ?? 0)) & maskOf(i, prefix)) === 0)
  );
}

/** The bits of a byte that belong to the prefix. */
function maskOf(index: number, prefix: number): number {
  return (0xff00 >> Math.max(0, Math.min(8, prefix - index * 8))) & 0xff;
}

/** `::ffff:10.0.0.0/104` is `10.0.0.0/8`. */
function unmapped(network: Network): Network {
  const { bytes, prefix } = network;
  const isMapped = bytes.length === 16 && prefix >= 96 && addressBytes(formatAddress(bytes))?.length === 4;
  return isMapped ? { bytes: bytes.slice(12), prefix: prefix - 96 } : network;
}
