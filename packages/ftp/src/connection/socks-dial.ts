import { type Dial, dialDirectly } from './dial.js';
import { type ProxyServer, proxyDial } from './proxy-dial.js';
import { SocksConversation } from './socks-conversation.js';

/**
 * Dials by way of a SOCKS 5 proxy (RFC 1928), logging in where it asks for it and `user` is there (RFC 1929).
 * The proxy itself is dialled by way of `through`, which may be another proxy.
 */
export function socksDial(proxy: ProxyServer, through: Dial = dialDirectly): Dial {
  return proxyDial('SOCKS', proxy, (target) => new SocksConversation(target, proxy), through);
}
