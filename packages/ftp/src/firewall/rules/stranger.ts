import { exampleAddresses } from './network-path.js';
import { PathWalk } from './path-walk.js';
import type { Towards } from './policy.js';
import type { Situation } from './simulate.js';

/** A connection that FTP does not need: one to be kept out, or let in by a rule that is wider than FTP. */
export interface Stranger {
  readonly towards: Towards;
  readonly clientPort: number;
  readonly serverPort: number;
  /** Whether PORT or EPRT has named the client's port before, for a helper to open it. */
  readonly named?: boolean;
}

/** Whether it gets to the other end, as far as the devices between them have a say. */
export function letsIn(situation: Omit<Situation, 'way'>, stranger: Stranger): boolean {
  const { plan, path, tls, family = 'ipv4' } = situation;
  const { towards, clientPort, serverPort, named } = stranger;
  const { client, server } = situation.addresses ?? exampleAddresses(path, family);
  const walk = new PathWalk(path, plan, situation.addresses ?? exampleAddresses(path, family));
  const [own, theirs] = [
    { host: client.own, port: clientPort },
    { host: server.own, port: serverPort },
  ];
  if (tls) walk.encrypt(own, theirs, plan.tls === 'implicit');
  if (named) walk.announce(own, theirs, family === 'ipv6' ? 'EPRT' : 'PORT', own);
  const [from, to] =
    towards === 'server'
      ? [own, { host: server.seen, port: serverPort }]
      : [theirs, { host: client.seen, port: clientPort }];
  return walk.open('data', towards, from, to, { text: 'SYN', words: 'a connection that FTP does not need' }).arrived;
}
