import type { TestContext } from 'node:test';
import assert from 'node:assert/strict';
import { type Namespace, Network } from './namespace.js';

/** Of the four hosts in a row: client, home router, office router, server. A host has either a public or a private address. */
export const CLIENT = { public: '198.51.100.2', private: '10.1.0.2', v6: '2001:db8:1::2' } as const;
export const SERVER = { public: '192.0.2.2', private: '10.2.0.2', v6: '2001:db8:2::2' } as const;
export const HOME = { v4: '203.0.113.1', v6: '2001:db8:f::1' } as const;
export const OFFICE = { v4: '203.0.113.2', v6: '2001:db8:f::2' } as const;

export interface Hosts {
  readonly client: Namespace;
  readonly home: Namespace;
  readonly office: Namespace;
  readonly server: Namespace;
}

/** The address of the router on the same cable. */
function beside(address: string): string {
  return address.replace(/2$/, '1');
}

function route(host: Namespace, ...gateways: readonly string[]): void {
  for (const gateway of gateways) host.ip('route', 'add', 'default', 'via', gateway);
}

/** On a router `eth0` is the side of the client, `eth1` that of the server. Private addresses are known on their own side only. */
export function row(t: TestContext, client: 'public' | 'private', server: 'public' | 'private'): Hosts {
  const network = new Network(t);
  const [c, h, o, s] = ['client', 'home', 'office', 'server'].map((name) => network.host(name));
  assert.ok(c && h && o && s);
  const own = { client: CLIENT[client], server: SERVER[server] };
  network.cable(
    [c, h],
    [
      [`${own.client}/24`, `${CLIENT.v6}/64`],
      [`${beside(own.client)}/24`, `${beside(CLIENT.v6)}/64`],
    ],
  );
  network.cable(
    [h, o],
    [
      [`${HOME.v4}/24`, `${HOME.v6}/64`],
      [`${OFFICE.v4}/24`, `${OFFICE.v6}/64`],
    ],
  );
  network.cable(
    [o, s],
    [
      [`${beside(own.server)}/24`, `${beside(SERVER.v6)}/64`],
      [`${own.server}/24`, `${SERVER.v6}/64`],
    ],
  );
  for (const router of [h, o]) {
    router.sysctl('net/ipv4/ip_forward', 1);
    router.sysctl('net/ipv6/conf/all/forwarding', 1);
  }
  route(c, beside(own.client), beside(CLIENT.v6));
  route(s, beside(own.server), beside(SERVER.v6));
  h.ip('route', 'add', `${SERVER.public}/32`, 'via', OFFICE.v4);
  o.ip('route', 'add', `${CLIENT.public}/32`, 'via', HOME.v4);
  h.ip('route', 'add', '2001:db8:2::/64', 'via', OFFICE.v6);
  o.ip('route', 'add', '2001:db8:1::/64', 'via', HOME.v6);
  return { client: c, home: h, office: o, server: s };
}

/** Rules for what a router passes on; everything else passes. */
export function forward(...rules: readonly string[]): string {
  return `
table inet ftp_fw {
  chain forward {
    type filter hook forward priority filter; policy accept;
    ${rules.join('\n    ')}
  }
}`;
}

export const SYN = 'tcp flags & (syn | ack) == syn';

/** What home routers do: one public address for all, no look into the commands. */
export const MASQUERADE = `
table ip nat {
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    oifname "eth1" masquerade
  }
}`;

/** Only the control port; the kernel's helper opens what it reads of. */
export const HELPER = `
table inet ftp_fw {
  counter dropped { }
  ct helper ftp-std {
    type "ftp" protocol tcp
  }
  chain assign {
    type filter hook prerouting priority filter; policy accept;
    tcp dport 21 ct helper set "ftp-std"
  }
  chain forward {
    type filter hook forward priority filter; policy drop;
    ct state vmap { established : accept, invalid : drop }
    ct state related ct helper "ftp" tcp dport 1024-65535 accept
    meta l4proto { icmp, ipv6-icmp } accept
    tcp dport 21 ct state new accept
    ${SYN} counter name "dropped"
  }
}`;

export const NO_ICMP_ERRORS = `
table inet silence {
  chain output {
    type filter hook output priority filter; policy accept;
    icmp type destination-unreachable drop
    icmpv6 type packet-too-big drop
  }
}`;

/** Whether the kernel has what the rules need; else the test is skipped. */
export function loads(t: TestContext, host: Namespace, rules: string): boolean {
  try {
    host.nft(rules);
    return true;
  } catch (error) {
    t.skip(`this kernel has no FTP helper: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}
