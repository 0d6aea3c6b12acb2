import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Namespace } from './namespace.js';

/** What a middlebox does to the control connections that cross it, by name; see control-relay-main.ts. */
export type RelayChange =
  | 'splits 227'
  | 'makes 227 many lines'
  | 'mangles PORT'
  | 'cuts AUTH'
  | 'names port 0'
  | 'is Windows'
  | 'knows no EPSV';

const SCRIPT = fileURLToPath(new URL('control-relay-main.js', import.meta.url));
const PORT = 2100;

/**
 * Puts a relay on a router, between client (`eth0`) and server (`eth1`), for connections to port 21 of the server. All that goes on
 * to the server has the router's address, data connections too, or the server would refuse them.
 */
export async function relayControl(router: Namespace, server: string, change: RelayChange): Promise<void> {
  router.nft(`
table ip relay {
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    iifname "eth0" tcp dport 21 redirect to :${PORT}
  }
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    oifname "eth1" masquerade
  }
}`);
  const child = router.spawn(process.execPath, SCRIPT, String(PORT), server, change);
  if (!child.stdout) throw new Error('the relay has no stdout');
  for await (const line of createInterface(child.stdout)) if (line === 'listening') return;
  throw new Error('the relay did not start');
}
