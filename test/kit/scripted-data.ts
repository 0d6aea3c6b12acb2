import { once } from 'node:events';
import net, { type Server, type Socket } from 'node:net';
import tls from 'node:tls';
import type { Endpoint } from '@twinport/ftp/protocol';
import { ClientGone } from './client-gone.js';
import type { End } from './script.js';
import type { ScriptedTls } from './scripted-tls.js';

/** The data connection of a scripted session, from the server's side. */
export class ScriptedData {
  readonly #track: (socket: Socket) => void;
  /** Accepted, and opened by no step yet. */
  readonly #waiting = new Set<Socket>();
  readonly #streams: Socket[] = [];
  #listener: Server | undefined;
  #accepted: Promise<Socket> | undefined;
  #target: Endpoint | undefined;
  #socket: Socket | undefined;
  #stream: Socket | undefined;
  #received: Buffer[] = [];
  #ended = false;
  #wake: () => void = () => {};
  /** Open, and not ended by us. */
  busy = false;
  /** Port of the listener opened last. */
  port = 0;

  constructor(track: (socket: Socket) => void) {
    this.#track = track;
  }

  async listen(): Promise<void> {
    this.unlisten();
    const listener = net.createServer({ allowHalfOpen: true, pauseOnConnect: true });
    listener.listen({ host: '127.0.0.1', port: 0 });
    await once(listener, 'listening');
    const address = listener.address();
    this.port = typeof address === 'object' && address ? address.port : 0;
    listener.on('connection', (socket) => {
      this.#waiting.add(socket);
      this.#track(socket);
    });
    this.#accepted = once(listener, 'connection').then(([socket]: Socket[]) => {
      if (!socket) throw new Error('no socket');
      return socket;
    });
    this.#accepted.catch(() => {}); // told to whoever opens
    this.#listener = listener;
    this.#target = undefined;
  }

  unlisten(): void {
    this.#listener?.close();
    this.#listener = undefined;
  }

  /** Where to dial, in active mode. */
  dialTo(target: Endpoint): void {
    this.unlisten();
    this.#target = target;
  }

  async open(certificate: ScriptedTls | undefined): Promise<void> {
    const socket = this.#target ? await this.#dial(this.#target) : await this.#accepted;
    if (!socket) throw new Error('a data connection is opened, and the script has offered none');
    this.unlisten();
    this.#waiting.delete(socket);
    this.#socket = socket;
    this.busy = true;
    this.#ended = false;
    this.#received = [];
    this.#stream = certificate ? await certificate.handshake(socket) : socket;
    this.#streams.push(this.#stream);
    this.#listen(this.#stream);
  }

  async write(bytes: Uint8Array): Promise<void> {
    const stream = this.#open();
    await new Promise<void>((resolve, reject) => {
      stream.write(bytes, (error) => (error ? reject(new ClientGone(error.message)) : resolve()));
    });
  }

  /** Waits for so many octets, or for the client's end; returns all that has come. */
  async take(octets: number): Promise<Buffer> {
    const stream = this.#open();
    while (!this.#ended && this.#received.reduce((sum, chunk) => sum + chunk.length, 0) < octets) {
      if (stream.destroyed) throw new ClientGone('the data connection has gone');
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return Buffer.concat(this.#received);
  }

  async clientEnd(): Promise<void> {
    const stream = this.#open();
    while (!this.#ended && !stream.destroyed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  end(how: End): void {
    if (!this.#socket || !this.#stream) throw new Error('a data connection is ended that was not opened');
    this.busy = false;
    endSocket(this.#socket, this.#stream, how);
  }

  /** The session is over: answers the client's ends with ours. */
  leave(): void {
    this.unlisten();
    for (const stream of [...this.#streams, ...this.#waiting]) {
      if (stream.readableEnded) stream.end();
      else stream.once('end', () => stream.end()).resume();
    }
  }

  /** Connects to the client from an address that is not the server's, and waits until it has been turned away. */
  async intrude(): Promise<void> {
    if (!this.#target) throw new Error('a stranger can connect in active mode only');
    const socket = net.connect({ ...this.#target, localAddress: '127.0.0.2' });
    this.#track(socket);
    socket.resume();
    await new Promise((resolve) => void socket.once('close', resolve));
  }

  #open(): Socket {
    if (!this.#stream) throw new Error('the script uses a data connection that it has not opened');
    return this.#stream;
  }

  async #dial(target: Endpoint): Promise<Socket> {
    const socket = net.connect({ ...target, allowHalfOpen: true });
    this.#track(socket);
    try {
      await once(socket, 'connect');
    } catch (error) {
      throw new ClientGone(String(error));
    }
    return socket;
  }

  #listen(stream: Socket): void {
    stream.on('data', (chunk: Buffer) => {
      this.#received.push(chunk);
      this.#wake();
    });
    stream.on('end', () => {
      this.#ended = true;
      this.#wake();
    });
    stream.on('close', () => this.#wake());
    stream.resume();
  }
}

/** Ends a connection whose socket is `socket`, with `stream` on it: itself, or TLS. */
export function endSocket(socket: Socket, stream: Socket, how: End): void {
  if (how === 'rst') socket.resetAndDestroy();
  else if (how === 'fin' && stream instanceof tls.TLSSocket) socket.end();
  else stream.end();
}
