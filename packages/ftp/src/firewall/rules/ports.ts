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

/** `port 21`, `ports 50000-50100`, or `any port`. */
export function portsInWords(ports: Ports): string {
  if (ports.first === 0) return 'any port';
  return `port${ports.first === ports.last ? '' : 's'} ${describePorts(ports)}`;
}
