import { isPrivate } from '../../protocol/index.js';
import type { Failure, LoginObservation, Observations, TransferObservation, WayObservation } from './observations.js';

export type FailedWay = WayObservation & { readonly failure: Failure };
export type FailedLogin = LoginObservation & { readonly failure: Failure };

export function failedLogins(seen: Observations, at: Failure['at']): readonly FailedLogin[] {
  return seen.logins.filter(isFailed).filter(({ failure }) => failure.at === at);
}

/** Ways that failed where the data connection is agreed on. */
export function refusedWays(seen: Observations): readonly FailedWay[] {
  return seen.ways.filter(isFailed).filter(({ failure }) => failure.at === 'negotiation' && failure.how === 'reply');
}

/** Ways that were agreed on, and whose data connection could not be made. */
export function unopenedWays(seen: Observations): readonly FailedWay[] {
  return seen.ways.filter(isFailed).filter(({ failure }) => failure.at === 'opening');
}

/** Ways whose data connection was made, and that failed then. */
export function brokenWays(seen: Observations): readonly FailedWay[] {
  return seen.ways.filter(isFailed).filter(({ failure }) => ['transfer', 'end'].includes(failure.at));
}

export function failedTransfers(seen: Observations): readonly (TransferObservation & { readonly failure: Failure })[] {
  return seen.transfers.filter(isFailed);
}

export function isPassive({ way }: WayObservation): boolean {
  return way === 'EPSV' || way === 'PASV' || way === 'PASVi';
}

export function isActive(way: WayObservation): boolean {
  return !isPassive(way);
}

export function isSilent({ failure }: FailedWay): boolean {
  return failure.how === 'silence';
}

/** Whether another way of the same session's kind works. */
export function worksToo(seen: Observations, one: WayObservation, ...ways: readonly WayObservation['way'][]): boolean {
  return seen.ways.some(
    ({ way, family, security, failure }) =>
      !failure && ways.includes(way) && family === one.family && security === one.security,
  );
}

/** The same way in clear, where this one was inside TLS. */
export function worksInClear(seen: Observations, { way, family, security }: WayObservation): boolean {
  return (
    security !== 'clear' &&
    seen.ways.some(
      (other) => !other.failure && other.way === way && other.family === family && other.security === 'clear',
    )
  );
}

/** The address in a 227, where that is not the one the server was reached at. */
export function otherAddress({ way, announced, server }: WayObservation): string | undefined {
  if (way !== 'PASV' && way !== 'PASVi') return undefined;
  return announced && announced.host !== server.host ? announced.host : undefined;
}

/** Whether our own address is private, and the server's is not: there is NAT between them, on our side. */
export function isBehindNat({ client, server }: WayObservation): boolean {
  return client !== undefined && isPrivate(client.host) && !isPrivate(server.host);
}

export function saysOf({ failure }: { readonly failure: Failure }, pattern: RegExp): boolean {
  return failure.how === 'reply' && pattern.test(failure.text);
}

function isFailed<T extends { readonly failure?: Failure }>(one: T): one is T & { readonly failure: Failure } {
  return one.failure !== undefined;
}
