import type { Socket } from 'node:net';
import { type Endpoint, type Line, LineSplitter, TelnetFilter } from '../protocol/index.js';
import { endpointOf } from './endpoint-of.js';
import type { ConnectionListener, TlsFacts } from './events.js';
import type { SecureSocket, Securing } from './secure.js';

export interface ControlConnectionOptions {
  /** Octets of a line, CRLF not counted. */
  readonly maxLineLength: number;
  readonly onEvent: ConnectionListener;
  /** Called for each line, in order. */
  readonly onLine: (line: Line) => void;
  /** Called when a line is over the limit and has not ended yet. */
  readonly onOverlong?: () => void;
  /** Called once, when nothing more will come; `cause` is the TLS layer's error, where that was it. */
  readonly onClose: (reason: string, cause?: Error) => void;
  /** Called when no line has come for the time set with `setIdleTimeout`. */
  readonly onIdle: () => void;
}

/** What waits for the write before it. */
interface Outgoing {
  readonly bytes: Uint8Array;
  readonly alone: boolean;
  readonly sent: () => void;
}

const NOTHING = new Uint8Array(0);

/**
 * The first of FTP's two connections: lines both ways over a socket that may become TLS and clear again.
 * Every `send` is one write of its own, so that firewalls which read FTP see one reply a segment.
 */
export class ControlConnection {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly socket: Socket;
  readonly #options: ControlConnectionOptions;
  #telnet = new TelnetFilter();
  readonly #lines: LineSplitter;
  #secure: SecureSocket | undefined;
  #outgoing: Outgoing[] = [];
  #closed: string | undefined;
  #ended = false;
  /** Counts the changes between clear and TLS: lines read before one are never interpreted after it. */
  #layer = 0;
  #clearing = false;
  #handshaking = false;
  #idle: NodeJS.Timeout | undefined;
  #linger: NodeJS.Timeout | undefined;
  #stopReading: () => void = () => {};

  constructor(socket: Socket, options: ControlConnectionOptions) {
    this.socket = socket;
    this.#options = options;
    this.#lines = new LineSplitter({ maxLineLength: options.maxLineLength });
    this.local = endpointOf(socket.localAddress, socket.localPort);
    this.remote = endpointOf(socket.remoteAddress, socket.remotePort);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.on('error', (error) => this.#close(error.message));
    socket.on('close', () => this.#close('closed'));
    options.onEvent({ kind: 'control', at: Date.now(), state: 'open', local: this.local, remote: this.remote });
  }

  get tls(): TlsFacts | undefined {
    return this.#secure?.facts;
  }

  get closed(): boolean {
    return this.#closed !== undefined;
  }

  /** `end` was called or the connection is closed: what still comes is not delivered. */
  get ended(): boolean {
    return this.#ended || this.closed;
  }

  /** Begins to deliver lines. */
  start(): void {
    this.#readFrom(this.socket);
  }

  /** 0 stops the clock. */
  setIdleTimeout(milliseconds: number): void {
    if (this.ended) return;
    clearTimeout(this.#idle);
    this.#idle = milliseconds > 0 ? setTimeout(() => this.#options.onIdle(), milliseconds) : undefined;
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    if (!this.closed) this.#stream.resume();
  }

  /**
   * Writes the bytes of one line or reply by themselves; resolves when they are with the kernel, or the connection is gone.
   * `alone`: nothing else may be in their segment.
   */
  send(bytes: Uint8Array, { alone = false } = {}): Promise<void> | undefined {
    if (this.ended || this.#handshaking) return undefined;
    const stream = this.#stream;
    if (this.#outgoing.length > 0 || stream.writableLength > 0) {
      return new Promise((sent) => this.#queue({ bytes, alone, sent }));
    }
    if (alone) this.#push();
    stream.write(bytes);
    if (stream.writableLength > 0) return new Promise((sent) => this.#queue({ bytes: NOTHING, alone, sent }));
    if (alone) this.#push();
    return undefined;
  }

  /**
   * Turns to TLS (RFC 4217 §4). Whatever came in clear before the handshake is discarded, never interpreted.
   * Rejects with a ConnectionFault, the connection closed.
   */
  async startTls(securing: Securing): Promise<void> {
    this.#stopReading();
    this.#discard();
    this.#handshaking = true;
    const secure = await securing(this.socket).catch((error: Error) => {
      this.#close(error.message);
      throw error;
    });
    this.#handshaking = false;
    this.#secure = secure;
    secure.stream.on('error', (error) => {
      if (this.#secure === secure) this.#close(error.message, error);
    });
    secure.stream.on('close', () => {
      if (this.#secure === secure && !this.#clearing) this.#close('closed');
    });
    this.#readFrom(secure.stream);
    this.#report('secured', secure.facts);
    // close_notify may come with the handshake's last message, before anybody listens.
    if (secure.stream.readableEnded) this.#close('closed by the peer');
  }

  /**
   * Gets ready to go on in clear text (RFC 4217 §12.3), before the reply to CCC: the peer ends TLS as soon as it has that.
   * Returns what ends our own side, to be called once the reply is sent.
   */
  clearTls(): () => void {
    const secure = this.#secure;
    if (!secure?.transport) return () => {};
    this.#clearing = true;
    const onEnd = (): void => this.#close('closed by the peer');
    this.socket.on('end', onEnd);
    secure.transport.expectClearText((bytes) => {
      this.#secure = undefined;
      this.#clearing = false;
      this.socket.off('end', onEnd);
      this.#stopReading();
      this.#discard();
      this.#readFrom(this.socket);
      this.#report('cleared');
      this.#receive(bytes, this.#layer);
      this.socket.resume();
    });
    return () => secure.stream.end();
  }

  /** Sends what is queued, then ends; LINGER_MS later at the latest, whatever the peer does. */
  end(): void {
    if (this.ended) return;
    if (this.#handshaking) return this.#close('ended during the TLS handshake');
    clearTimeout(this.#idle);
    this.#ended = true;
    this.#linger = setTimeout(() => this.#close('the peer did not end its side'), LINGER_MS);
    const stream = this.#stream;
    const finish = (): void => {
      stream.end();
      stream.resume();
    };
    if (this.#outgoing.length === 0) finish();
    else this.#queue({ bytes: NOTHING, alone: false, sent: finish });
  }

  destroy(reason: string): void {
    this.#close(reason);
  }

  get #stream(): Socket {
    return this.#secure?.stream ?? this.socket;
  }

  #readFrom(stream: Socket): void {
    const layer = this.#layer;
    const onData = (chunk: Buffer): void => this.#receive(chunk, layer);
    const onEnd = (): void => {
      if (!this.#clearing) this.#close('closed by the peer');
    };
    stream.on('data', onData).on('end', onEnd);
    this.#stopReading = () => stream.off('data', onData).off('end', onEnd);
  }

  #receive(chunk: Uint8Array, layer: number): void {
    const { bytes } = this.#telnet.push(chunk);
    for (const line of this.#lines.push(bytes)) {
      if (layer !== this.#layer || this.ended) return;
      this.#idle?.refresh();
      this.#options.onLine(line);
    }
    if (this.#lines.overlong && !this.ended) this.#options.onOverlong?.();
  }

  #discard(): void {
    this.#layer += 1;
    this.#lines.reset();
    this.#telnet = new TelnetFilter();
  }

  #queue(outgoing: Outgoing): void {
    this.#outgoing.push(outgoing);
    if (this.#outgoing.length === 1) this.#flush();
  }

  /** Each queued write waits for the one before it to leave, so that the two are never joined. */
  #flush(): void {
    const next = this.#outgoing[0];
    if (!next) return;
    if (next.alone) this.#push();
    this.#stream.write(next.bytes, () => {
      if (next.alone) this.#push();
      this.#outgoing.shift();
      next.sent();
      this.#flush();
    });
  }

  /**
   * While the interface is busy Linux holds a small write back even with TCP_NODELAY, and joins the next to it
   * (tcp_autocorking). Setting TCP_NODELAY anew sends it. Inside TLS no firewall reads along.
   */
  #push(): void {
    if (!this.#secure) this.socket.setNoDelay(false).setNoDelay(true);
  }

  #close(reason: string, cause?: Error): void {
    if (this.#closed !== undefined) return;
    this.#closed = reason;
    clearTimeout(this.#idle);
    clearTimeout(this.#linger);
    this.socket.destroy();
    this.#secure?.stream.destroy();
    for (const each of this.#outgoing) each.sent();
    this.#outgoing = [];
    this.#report('closed', undefined, reason);
    this.#options.onClose(reason, cause);
  }

  #report(state: 'secured' | 'cleared' | 'closed', tls?: TlsFacts, reason?: string): void {
    const { local, remote } = this;
    this.#options.onEvent({
      kind: 'control',
      at: Date.now(),
      state,
      local,
      remote,
      ...(tls && { tls }),
      ...(reason !== undefined && { reason }),
    });
  }
}

/** Below the smallest idle timer of common load balancers (240 s), so that a long transfer does not cost the control connection. */
const KEEP_ALIVE_MS = 60_000;
/** How long an ended connection may linger for the peer's own end. */
const LINGER_MS = 2_000;
