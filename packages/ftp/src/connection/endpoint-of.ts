import { type Endpoint, canonicalAddress } from '../protocol/index.js';

/** A peer that has gone already has no address any more. */
export function endpointOf(host: string | undefined, port: number | undefined): Endpoint {
  return { host: host === undefined ? 'unknown' : canonicalAddress(host), port: port ?? 0 };
}
