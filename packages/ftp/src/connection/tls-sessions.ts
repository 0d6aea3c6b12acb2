/** Sessions kept; servers hand out two or so on each connection. */
const MOST = 8;

/**
 * The TLS sessions that a client may resume on data connections: those of one control connection and of its data connections,
 * never shared with another (RFC 4217 §10.2). TLS 1.3 tickets are to be used once (RFC 8446 §C.4), so the oldest goes first and
 * only the last one is used again.
 */
export class TlsSessions {
  readonly #sessions: Buffer[] = [];

  add(session: Buffer): void {
    this.#sessions.push(session);
    if (this.#sessions.length > MOST) this.#sessions.shift();
  }

  take(): Buffer | undefined {
    return this.#sessions.length > 1 ? this.#sessions.shift() : this.#sessions[0];
  }
}
