import { type Dial, dialDirectly } from './dial.js';
import { HttpConnectConversation } from './http-connect-conversation.js';
import { type ProxyServer, proxyDial } from './proxy-dial.js';

/**
 * Dials by way of an HTTP proxy's CONNECT (RFC 9110 §9.3.6), with Basic credentials where `user` is there.
 * The proxy itself is dialled by way of `through`, which may be another proxy.
 */
export function httpConnectDial(proxy: ProxyServer, through: Dial = dialDirectly): Dial {
  return proxyDial('HTTP', proxy, (target) => new HttpConnectConversation(target, proxy), through);
}
