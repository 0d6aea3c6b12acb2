import type { Features } from './policy.js';

/** What lies between client and server: at each side a router or the host's own firewall, with or without NAT. */
export interface NetworkPath {
  /** The client's address is private; its router puts its own in its place. */
  readonly clientNat: boolean;
  /** The server's address is private; its router forwards what is for it. */
  readonly serverNat: boolean;
  readonly clientFirewall: Features;
  readonly serverFirewall: Features;
  /** The hosts' own firewalls, where they have one beside that of their router. They translate nothing. */
  readonly clientHost?: Features;
  readonly serverHost?: Features;
}

/** Addresses of the two sides. `seen`: what the other side sees; the same as `own` without NAT. */
export interface SideAddresses {
  readonly own: string;
  readonly seen: string;
}

export interface PathAddresses {
  readonly client: SideAddresses;
  readonly server: SideAddresses;
}

/** For drawings of a path nobody has built yet: RFC 5737 and RFC 3849, private ones behind NAT. */
export function exampleAddresses({ clientNat, serverNat }: NetworkPath, family: 'ipv4' | 'ipv6'): PathAddresses {
  if (family === 'ipv6') {
    const [client, server] = ['2001:db8:1::2', '2001:db8:2::2'];
    return { client: { own: client, seen: client }, server: { own: server, seen: server } };
  }
  return {
    client: clientNat ? { own: '10.10.0.2', seen: '203.0.113.1' } : { own: '198.51.100.2', seen: '198.51.100.2' },
    server: serverNat ? { own: '10.20.0.2', seen: '203.0.113.2' } : { own: '192.0.2.2', seen: '192.0.2.2' },
  };
}
