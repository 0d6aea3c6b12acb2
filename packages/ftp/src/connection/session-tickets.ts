import { randomBytes, randomFillSync } from 'node:crypto';
import type { SecureContext } from 'node:tls';

/** Octets of each of the three parts of a ticket key: its name, for the MAC, for the cipher. */
const KEY_PART = 16;

/** What Node's context can do with tickets; undocumented, there in Node 20, 22 and 24 alike. */
interface TicketContext {
  onticketkeycallback?: (name: Buffer, iv: Buffer, encrypt: boolean) => unknown[];
  enableTicketKeyCallback(): void;
}

const ACCEPTED = 1;
const ACCEPTED_AND_RENEWED = 2;
const REFUSED = 0;

/**
 * Gives the context ticket keys of its own, so that nobody else's sessions are resumed, and has each resumed connection hand out a
 * new ticket. TLS 1.3 clients use a ticket once (RFC 8446 §C.4) and Node by itself sends none on a resumed session: a client would
 * resume its first data connection and not the second.
 */
export function useOwnTickets(secureContext: SecureContext): void {
  const context: unknown = secureContext.context;
  if (!canRenew(context)) return; // a context has keys of its own anyway
  const [name, mac, cipher] = [randomBytes(KEY_PART), randomBytes(KEY_PART), randomBytes(KEY_PART)];
  context.onticketkeycallback = (named, iv, encrypt) => {
    if (!encrypt) return [named.equals(name) ? ACCEPTED_AND_RENEWED : REFUSED, mac, cipher];
    randomFillSync(iv);
    return [ACCEPTED, mac, cipher, name, iv];
  };
  context.enableTicketKeyCallback();
}

function canRenew(context: unknown): context is TicketContext {
  return typeof context === 'object' && context !== null && 'enableTicketKeyCallback' in context;
}
