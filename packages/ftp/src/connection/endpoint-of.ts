import { isIPv4 } from 'node:net';
import { type Endpoint, canonicalAddress } from '../protocol/index.js';

/** A peer that has gone already has no address any more. */
export function endpointOf(host: string | undefined, port: number | undefined): Endpoint {
  if (host === undefined) return { host: 'unknown', port: port ?? 0 };
  return { host: isIPv4(host) ? host : canonicalAddress(host), port: port ?? 0 };
}
