import { EventEmitter, once } from 'node:events';
import net, { type Server, type Socket, type TcpNetConnectOpts } from 'node:net';
import tls from 'node:tls';
import {
  type Reply,
  ReplyParser,
  formatEprt,
  formatHostPort,
  parseEpsvReply,
  parsePasvReply,
} from '@twinport/ftp/protocol';

export type DataWay = 'EPSV' | 'PASV' | 'EPRT' | 'PORT';

/** A data connection from the client's side, once it is there. */
export interface ClientData {
  /** Resolves with the socket, in TLS after PROT P. */
  readonly socket: Promise<Socket>;
}

/** Who opens a client's sockets: `node:net`, or an agent in another network namespace. */
export interface SocketSource {
  connect(target: TcpNetConnectOpts): Promise<Socket>;
  /** Listens on a free port of the address. */
  listen(host: string): Promise<Server>;
}

const here: SocketSource = {
  async connect(target) {
    const socket = net.connect(target);
    await once(socket, 'connect');
    return socket;
  },
  async listen(host) {
    const listener = net.createServer().listen({ host, port: 0 });
    await once(listener, 'listening');
    return listener;
  },
};

export interface RawClientOptions {
  readonly host?: string;
  readonly localAddress?: string;
  readonly implicit?: boolean;
  readonly sockets?: SocketSource;
}

/**
 * An FTP client for tests that hides nothing: each line sent and each reply received is the test's own doing.
 * It shares the reply parser with the product and nothing else.
 */
export class RawClient {
  socket: Socket;
  readonly #parser = new ReplyParser();
  readonly #replies: Reply[] = [];
  readonly #arrived = new EventEmitter();
  #session: Buffer | undefined;
  #private = false;
  #closed = false;

  readonly #sockets: SocketSource;
  readonly #localAddress: string | undefined;

  private constructor(socket: Socket, sockets: SocketSource, localAddress: string | undefined) {
    this.socket = socket;
    this.#sockets = sockets;
    this.#localAddress = localAddress;
    this.#listen(socket);
  }

  /** Connects and waits for the greeting, unless told not to. */
  static async connect(port: number, options: RawClientOptions = {}): Promise<RawClient> {
    const { host = '127.0.0.1', localAddress, sockets = here } = options;
    const socket = await sockets.connect({ host, port, ...(localAddress !== undefined && { localAddress }) });
    const client = new RawClient(socket, sockets, localAddress);
    if (options.implicit) {
      await client.startTls();
      client.#private = true;
    }
    await client.expect(220);
    return client;
  }

  static async login(
    port: number,
    options: RawClientOptions & { readonly secure?: boolean; readonly user?: string; readonly password?: string } = {},
  ): Promise<RawClient> {
    const client = await RawClient.connect(port, options);
    if (options.secure) await client.authTls();
    await client.command(`USER ${options.user ?? 'user'}`, 331);
    await client.command(`PASS ${options.password ?? 'secret'}`, 230);
    await client.command('TYPE I', 200);
    return client;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Writes bytes as they are; text as UTF-8. */
  write(bytes: string | Uint8Array): void {
    this.socket.write(bytes);
  }

  /** The next reply; rejects when the connection ends first. */
  async reply(): Promise<Reply> {
    while (this.#replies.length === 0) {
      if (this.#closed) throw new Error('the control connection ended before the reply');
      await once(this.#arrived, 'change');
    }
    const reply = this.#replies.shift();
    if (!reply) throw new Error('no reply');
    return reply;
  }

  /** The next reply, which must have this code. */
  async expect(code: number): Promise<Reply> {
    const reply = await this.reply();
    if (reply.code !== code) throw new Error(`expected ${code}, got ${reply.code} ${reply.lines.join(' | ')}`);
    return reply;
  }

  /** Sends a line and returns the reply to it, which must have the code where one is given. */
  async command(line: string, code?: number): Promise<Reply> {
    this.write(`${line}\r\n`);
    const reply = await this.reply();
    if (code !== undefined && reply.code !== code)
      throw new Error(`${line}: expected ${code}, got ${reply.code} ${reply.lines.join(' | ')}`);
    return reply;
  }

  /** Resolves when the server has ended the control connection. */
  async ended(): Promise<void> {
    while (!this.#closed) await once(this.#arrived, 'change');
  }

  async authTls(): Promise<void> {
    await this.command('AUTH TLS', 234);
    await this.startTls();
    await this.command('PBSZ 0', 200);
    await this.command('PROT P', 200);
    this.#private = true;
  }

  /** Does the client's side of the handshake on the control connection. */
  async startTls(): Promise<void> {
    this.socket.removeAllListeners('data');
    const secure = tls.connect({ socket: this.socket, rejectUnauthorized: false, servername: 'localhost' });
    BENEATH.set(secure, this.socket);
    secure.on('session', (session: Buffer) => {
      this.#session = session;
    });
    await once(secure, 'secureConnect');
    this.socket = secure;
    this.#listen(secure);
  }

  /** Agrees on a data connection. In active mode the socket comes once the server has connected. */
  async data(way: DataWay): Promise<ClientData> {
    if (way === 'EPSV' || way === 'PASV') {
      const reply = await this.command(way, way === 'EPSV' ? 229 : 227);
      const port = way === 'EPSV' ? parseEpsvReply(reply) : parsePasvReply(reply).port;
      const connected = this.#sockets
        .connect({
          host: this.socket.remoteAddress ?? '127.0.0.1',
          port,
          ...(this.#localAddress !== undefined && { localAddress: this.#localAddress }),
        })
        .then((socket) => this.#secure(socket));
      connected.catch(() => {}); // reported to whoever awaits `socket`
      return { socket: connected };
    }
    const host = this.socket.localAddress ?? '127.0.0.1';
    const listener = await this.#sockets.listen(host);
    const address = listener.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const accepted = once(listener, 'connection').then(([socket]: Socket[]) => {
      listener.close();
      if (!socket) throw new Error('no socket');
      return this.#secure(socket);
    });
    accepted.catch(() => {}); // reported to whoever awaits `socket`
    this.socket.once('close', () => listener.close());
    await this.command(
      way === 'EPRT' ? `EPRT ${formatEprt({ host, port })}` : `PORT ${formatHostPort({ host, port })}`,
      200,
    );
    return { socket: accepted };
  }

  /** The bytes of RETR, LIST, NLST or MLSD, with the replies it must have. */
  async download(line: string, way: DataWay = 'EPSV'): Promise<Buffer> {
    const data = await this.data(way);
    await this.command(line, 150);
    const bytes = await readAll(await data.socket);
    await this.expect(226);
    return bytes;
  }

  /** Uploads bytes with STOR, APPE or STOU. */
  async upload(line: string, bytes: Uint8Array, way: DataWay = 'EPSV'): Promise<Reply> {
    const data = await this.data(way);
    await this.command(line, 150);
    const socket = await data.socket;
    socket.end(bytes);
    return await this.expect(226);
  }

  async quit(): Promise<void> {
    await this.command('QUIT', 221);
    await this.ended();
  }

  /** Drops the connection without a word. */
  destroy(): void {
    this.socket.destroy();
  }

  #listen(socket: Socket): void {
    socket.on('data', (chunk: Buffer) => {
      this.#replies.push(...this.#parser.push(chunk));
      this.#arrived.emit('change');
    });
    socket.on('error', () => {}); // the test sees the end
    socket.on('close', () => {
      this.#closed = true;
      this.#arrived.emit('change');
    });
  }

  async #secure(socket: Socket): Promise<Socket> {
    socket.on('error', () => {}); // the test sees the end
    if (!this.#private) return socket;
    const secure = tls.connect({
      socket,
      rejectUnauthorized: false,
      servername: 'localhost',
      ...(this.#session && { session: this.#session }),
    });
    BENEATH.set(secure, socket);
    secure.on('session', (session: Buffer) => {
      this.#session = session;
    });
    await once(secure, 'secureConnect');
    return secure;
  }
}

const BENEATH = new WeakMap<Socket, Socket>();

/** The TCP socket that a socket of this client is on: itself, or the one beneath TLS. */
export function transportOf(socket: Socket): Socket {
  return BENEATH.get(socket) ?? socket;
}

export async function readAll(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  // An empty file may have ended before anybody asked.
  if (!socket.readableEnded) await once(socket, 'end');
  socket.end();
  return Buffer.concat(chunks);
}
