/** TCP ports, both ends included. */
export interface Ports {
  readonly first: number;
  readonly last: number;
}

export const ANY_PORTS: Ports = { first: 0, last: 65_535 };
/** Where clients listen, and what a helper may open: never a service's own port. */
export const UNPRIVILEGED: Ports = { first: 1024, last: 65_535 };

export function onePort(port: number): Ports {
  return { first: port, last: port };
}

export function includesPort({ first, last }: Ports, port: number): boolean {
  return port >= first && port <= last;
}

/** `21`, `50000-50100`, or `any`. */
export function describePorts({ first, last }: Ports): string {
  if (first === 0) return 'any';
  return first === last ? String(first) : `${first}-${last}`;
}
