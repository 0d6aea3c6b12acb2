import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { Side } from './events.js';
import type { ReceiveRing } from './receive-ring.js';

const NOTHING = Buffer.alloc(0);
const RECORD_HEADER = 5;
const CHANGE_CIPHER_SPEC = 20;
const ALERT = 21;
const APPLICATION_DATA = 23;
/** Octets of a TLS 1.3 record that are not content: the inner type and the tag (RFC 8446 §5.2). */
const INNER_OVERHEAD = 17;
/** Octets of an alert (RFC 8446 §6). */
const ALERT_CONTENT = 2;

export interface TlsTransportOptions {
  readonly side: Side;
  /**
   * Keep back what is written behind the handshake, until `release`. A client that only sends does not read, and one that closes
   * with unread tickets resets the connection and loses what it has sent (curl/curl#6149).
   */
  readonly holdTickets?: boolean;
  /** What the socket receives into, where it has something. */
  readonly ring?: ReceiveRing | undefined;
}

/**
 * The bytes between a socket and its TLS layer. It watches record headers go by, for two things Node does not tell:
 * whether the peer said close_notify before its FIN, so that a truncated transfer is seen (RFC 8446 §6.1), and where TLS ends
 * and clear text begins after CCC (RFC 4217 §12.3).
 */
export class TlsTransport extends Duplex {
  readonly socket: Socket;
  readonly #side: Side;
  #header: Buffer = NOTHING;
  #remaining = 0;
  /** The peer's records are encrypted from here on; an alert among them can only be close_notify, or TLS fails. */
  #encrypted = false;
  #alertSeen = false;
  /** From TLS 1.3 on alerts look like data, and the content of records has to be counted to tell. */
  #alertsHidden = false;
  #finishedSeen = false;
  #content = 0;
  /** Octets of content in the last record. */
  #lastContent = 0;
  #onClearText: ((bytes: Buffer) => void) | undefined;
  #detached = false;
  #fault: Error | undefined;
  #inputEnded = false;
  #distrusted = false;
  #held: Buffer[] | undefined;

  constructor(socket: Socket, options: TlsTransportOptions) {
    super({ allowHalfOpen: true, emitClose: true });
    this.socket = socket;
    this.#side = options.side;
    if (options.holdTickets) this.#held = [];
    if (options.ring) this.#receiveFrom(options.ring);
    else socket.on('data', this.#onData);
    socket.on('end', this.#onEnd);
    socket.on('error', this.#onError);
    socket.on('close', this.#onClose);
  }

  /** What the handshake came to, as `getProtocol` of node:tls says it. */
  handshakeDone(protocol: string): void {
    this.#alertsHidden = protocol === 'TLSv1.3';
  }

  /**
   * Whether the peer ended its side properly, given the octets of plain text the TLS layer has delivered. A server's tickets, of any
   * length, are content too: there it is the last record that tells, which is as long as an alert or was cut behind a very short one.
   */
  closeNotified(delivered: number): boolean {
    const cutInRecord = this.#remaining > 0 || this.#header.length > 0;
    if (this.#distrusted || cutInRecord) return false;
    if (this.#alertSeen || !this.#alertsHidden) return this.#alertSeen;
    return this.#side === 'server' ? this.#content > delivered : this.#lastContent === ALERT_CONTENT;
  }

  /** A record was forged: nothing that the headers said counts any more. */
  distrust(): void {
    this.#distrusted = true;
  }

  /** Lets out what was kept back. */
  release(): void {
    const held = this.#held;
    this.#held = undefined;
    if (held && held.length > 0 && !this.socket.destroyed) this.socket.write(Buffer.concat(held));
  }

  /** How the socket under it failed, where it did. */
  get fault(): Error | undefined {
    return this.#fault;
  }

  /** Expect clear text at the next record boundary, and hand over the socket when it comes. */
  expectClearText(onClearText: (bytes: Buffer) => void): void {
    this.#onClearText = onClearText;
  }

  /** Leaves the socket alone from now on. */
  detach(): void {
    this.#detached = true;
    this.socket.off('data', this.#onData);
    this.socket.off('end', this.#onEnd);
    this.socket.off('error', this.#onError);
    this.socket.off('close', this.#onClose);
  }

  /** The TLS layer copies what it is given at once, unless it is paused. */
  #receiveFrom(ring: ReceiveRing): void {
    ring.deliverTo((lent) => {
      const chunk = Buffer.from(lent.buffer, lent.byteOffset, lent.length);
      this.#onData(this.readableFlowing && this.readableLength === 0 ? chunk : Buffer.from(chunk));
      ring.release([lent]);
    });
  }

  readonly #onData = (chunk: Buffer): void => {
    let at = 0;
    while (at < chunk.length) {
      if (this.#remaining === 0) {
        if (this.#clearTextAt(chunk, at)) return;
        const taken = Math.min(RECORD_HEADER - this.#header.length, chunk.length - at);
        this.#readHeader(chunk.subarray(at, at + taken));
        at += taken;
        continue;
      }
      const taken = Math.min(this.#remaining, chunk.length - at);
      this.#remaining -= taken;
      at += taken;
    }
    this.#deliver(chunk);
  };

  #readHeader(bytes: Buffer): void {
    const header = bytes.length === RECORD_HEADER ? bytes : Buffer.concat([this.#header, bytes]);
    if (header.length < RECORD_HEADER) {
      this.#header = header;
      return;
    }
    const type = header[0];
    const length = header.readUInt16BE(3);
    this.#remaining = length;
    this.#header = NOTHING;
    if (type === CHANGE_CIPHER_SPEC) this.#encrypted = true;
    if (type === ALERT && this.#encrypted) this.#alertSeen = true;
    if (type === APPLICATION_DATA) this.#count(length);
  }

  /**
   * In TLS 1.3 the first such record of a client without a certificate is its Finished. Whatever follows may come in the same chunk,
   * before the TLS layer says that the handshake is over.
   */
  #count(length: number): void {
    this.#lastContent = Math.max(0, length - INNER_OVERHEAD);
    if (this.#finishedSeen) this.#content += this.#lastContent;
    this.#finishedSeen = true;
  }

  /** TLS record types are 20 to 23; a command begins with a letter or a Telnet byte. */
  #clearTextAt(chunk: Buffer, at: number): boolean {
    const type = chunk[at] ?? 0;
    if (!this.#onClearText || this.#header.length > 0 || (type >= 20 && type <= ALERT + 2)) return false;
    const onClearText = this.#onClearText;
    if (at > 0) this.#deliver(chunk.subarray(0, at));
    this.detach();
    onClearText(chunk.subarray(at));
    return true;
  }

  #deliver(bytes: Buffer): void {
    if (!this.push(bytes)) this.socket.pause();
  }

  readonly #onEnd = (): void => {
    this.#inputEnded = true;
    this.push(null);
  };
  /** What has come before a reset is still read, and close_notify may be among it: the reader is told of the end, and asks. */
  readonly #onError = (error: Error): void => {
    this.#fault = error;
    if (!this.#inputEnded) this.#onEnd();
  };
  readonly #onClose = (): void => {
    if (!this.#fault) this.destroy();
  };

  override _read(): void {
    if (!this.#detached) this.socket.resume();
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    if (this.#fault) return done(this.#fault);
    if (this.#detached || this.socket.destroyed) return done();
    if (this.#held && this.#finishedSeen) {
      this.#held.push(chunk);
      return done();
    }
    this.socket.write(chunk, done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this._write(Buffer.concat(chunks.map((each) => each.chunk)), '', done);
  }

  override _final(done: (error?: Error | null) => void): void {
    if (this.#onClearText || this.#detached) return done();
    this.release();
    this.socket.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (!this.#detached && !this.#onClearText) this.socket.destroy();
    done(error);
  }
}
