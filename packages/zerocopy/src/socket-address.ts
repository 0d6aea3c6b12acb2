import { endianness } from 'node:os';
import { addressBytes, type Endpoint, formatAddress } from '@twinport/ftp/protocol';

export const AF_INET = 2;
export const AF_INET6 = 10;
/** Octets of struct sockaddr_in6, the longer of the two. */
export const LONGEST = 28;
const IPV4_LENGTH = 16;
const IPV4_AT = 4;
const IPV6_AT = 8;
const littleEndian = endianness() === 'LE';

/** struct sockaddr_in or sockaddr_in6 (ip(7), ipv6(7)) of an IP address without scope. */
export function socketAddress({ host, port }: Endpoint): Uint8Array {
  const octets = addressBytes(host);
  if (!octets) throw new TypeError(`not an IP address: ${host}`);
  const ipv6 = octets.length > 4;
  const address = new Uint8Array(ipv6 ? LONGEST : IPV4_LENGTH);
  const view = new DataView(address.buffer);
  view.setUint16(0, ipv6 ? AF_INET6 : AF_INET, littleEndian);
  view.setUint16(2, port);
  address.set(octets, ipv6 ? IPV6_AT : IPV4_AT);
  return address;
}

/** The endpoint that such a structure names. */
export function endpointIn(address: Uint8Array): Endpoint {
  const view = new DataView(address.buffer, address.byteOffset);
  const ipv4 = view.getUint16(0, littleEndian) === AF_INET;
  const octets = ipv4 ? address.subarray(IPV4_AT, IPV4_AT + 4) : address.subarray(IPV6_AT, IPV6_AT + 16);
  return { host: formatAddress(octets), port: view.getUint16(2) };
}
