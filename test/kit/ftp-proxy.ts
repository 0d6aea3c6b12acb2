import { once } from 'node:events';
import net, { type Socket } from 'node:net';
import type { Endpoint } from '@twinport/ftp/protocol';
import type { ProxyLogin } from './proxies.js';

/**
 * `user`: USER user@host, or with a login user@proxyuser@host and PASS password@proxypassword.
 * `site`, `open`: SITE host, OPEN host. `login`: USER user@host. The last three behind a login at the proxy, where it has one.
 */
export type Convention = 'user' | 'site' | 'open' | 'login';

export interface FtpProxyOptions {
  readonly convention: Convention;
  readonly login?: ProxyLogin;
}

export interface RunningFtpProxy extends Endpoint {
  /** Lines that the proxy itself has read, before it relays. */
  readonly heard: readonly string[];
  /** Where it has connected to. */
  readonly targets: readonly string[];
}

/**
 * A proxy that speaks FTP until it knows where to connect, and from then on passes octets both ways. Data connections go past it.
 * It listens on an address of its own, so that the server's address is seen to be another.
 */
export async function startFtpProxy(
  test: { after(done: () => Promise<void>): void },
  options: FtpProxyOptions,
): Promise<RunningFtpProxy> {
  const sockets = new Set<Socket>();
  const [heard, targets]: [string[], string[]] = [[], []];
  const listener = net.createServer((client) => {
    sockets.add(client);
    new ProxySession(client, options, { heard, targets, sockets }).run().catch(() => client.destroy());
  });
  listener.listen({ host: '127.0.0.2', port: 0 });
  await once(listener, 'listening');
  test.after(async () => {
    for (const socket of sockets) socket.destroy();
    listener.close();
    await once(listener, 'close');
  });
  const address = listener.address();
  if (typeof address !== 'object' || !address) throw new Error('no port');
  return { host: address.address, port: address.port, heard, targets };
}

interface Record {
  readonly heard: string[];
  readonly targets: string[];
  readonly sockets: Set<Socket>;
}

class ProxySession {
  readonly #client: Socket;
  readonly #lines: LineReader;
  readonly #options: FtpProxyOptions;
  readonly #record: Record;
  #user: string | undefined;
  #admitted: boolean;

  constructor(client: Socket, options: FtpProxyOptions, record: Record) {
    this.#client = client;
    this.#lines = new LineReader(client);
    this.#options = options;
    this.#record = record;
    this.#admitted = options.login === undefined || options.convention === 'user';
  }

  /** Rejects when a connection ends or fails before it relays. */
  async run(): Promise<void> {
    this.#say('220 A proxy');
    for (;;) {
      const line = await this.#lines.next();
      this.#record.heard.push(line);
      const [, verb = '', argument = ''] = /^(\S+)(?: (.*))?$/.exec(line) ?? [];
      if (!this.#admitted) this.#logIn(verb.toUpperCase(), argument);
      else if (await this.#connected(verb.toUpperCase(), argument)) return;
    }
  }

  #say(reply: string): void {
    this.#client.write(`${reply}\r\n`);
  }

  #logIn(verb: string, argument: string): void {
    const { login } = this.#options;
    if (verb === 'USER') {
      this.#user = argument;
      return this.#say('331 The password of the proxy, please');
    }
    if (verb !== 'PASS') return this.#say('530 Log in at the proxy first');
    this.#admitted = this.#user === login?.user && argument === login?.password;
    this.#say(this.#admitted ? '230 Where to?' : '530 The proxy does not know you');
  }

  /** Whether it relays now. */
  async #connected(verb: string, argument: string): Promise<boolean> {
    const { convention } = this.#options;
    const expected = convention === 'site' || convention === 'open' ? convention.toUpperCase() : 'USER';
    if (verb !== expected) return refused(() => this.#say(`503 ${expected} comes first here`));
    if (expected !== 'USER') {
      const server = await this.#connect(argument);
      if (!server) return false;
      this.#say(server.greeting);
      return this.#relay(server);
    }
    const at = argument.lastIndexOf('@');
    const [user, host] = [argument.slice(0, Math.max(at, 0)), argument.slice(at + 1)];
    return convention === 'user' && this.#options.login
      ? await this.#joinedLogin(user, host, this.#options.login)
      : await this.#loginAt(user, host);
  }

  async #loginAt(user: string, host: string): Promise<boolean> {
    const server = await this.#connect(host);
    if (!server) return false;
    server.socket.write(`USER ${user}\r\n`);
    return this.#relay(server);
  }

  /** `user@proxyuser` has been said, `password@proxypassword` follows. */
  async #joinedLogin(joined: string, host: string, login: ProxyLogin): Promise<boolean> {
    this.#say('331 Both passwords, please');
    const line = await this.#lines.next();
    this.#record.heard.push(line);
    const [user, proxyUser] = splitAtLast(joined);
    const [password, proxyPassword] = splitAtLast(line.replace(/^PASS /i, ''));
    if (proxyUser !== login.user || proxyPassword !== login.password) {
      return refused(() => this.#say('530 The proxy does not know you'));
    }
    const server = await this.#connect(host);
    if (!server) return false;
    server.socket.write(`USER ${user}\r\n`);
    const reply = await server.lines.next();
    if (!reply.startsWith('331')) {
      return refused(() => this.#say(reply));
    }
    server.socket.write(`PASS ${password}\r\n`);
    return this.#relay(server);
  }

  async #connect(text: string): Promise<Server | undefined> {
    this.#record.targets.push(text);
    const match = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(text);
    const socket = net.connect({ host: match?.[1] ?? match?.[2] ?? 'none', port: Number(match?.[3] ?? 21) });
    this.#record.sockets.add(socket);
    const lines = new LineReader(socket);
    try {
      return { socket, lines, greeting: await lines.next() };
    } catch {
      this.#say(`530 The proxy cannot connect to ${text}`);
      return undefined;
    }
  }

  #relay({ socket, lines }: Server): boolean {
    socket.write(this.#lines.release(), 'latin1');
    this.#client.write(lines.release(), 'latin1');
    socket.pipe(this.#client);
    this.#client.pipe(socket);
    socket.on('close', () => this.#client.destroy());
    this.#client.on('close', () => socket.destroy());
    return true;
  }
}

interface Server {
  readonly socket: Socket;
  readonly lines: LineReader;
  readonly greeting: string;
}

function refused(say: () => void): false {
  say();
  return false;
}

function splitAtLast(text: string): readonly [string, string] {
  const at = text.lastIndexOf('@');
  return [text.slice(0, Math.max(at, 0)), text.slice(at + 1)];
}

/** Lines of a socket, and in the end what has come behind the last of them. */
class LineReader {
  readonly #socket: Socket;
  #text = '';
  #ended = false;
  readonly #take = (bytes: Buffer): void => {
    this.#text += bytes.toString('latin1');
  };

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', this.#take);
    socket.on('close', () => (this.#ended = true));
    socket.on('error', () => {}); // seen by its end
  }

  /** Without its line end. Rejects when the socket has ended. */
  async next(): Promise<string> {
    for (;;) {
      const end = this.#text.indexOf('\n');
      if (end >= 0) {
        const line = this.#text.slice(0, end).replace(/\r$/, '');
        this.#text = this.#text.slice(end + 1);
        return line;
      }
      if (this.#ended) throw new Error('the connection has ended');
      await Promise.race([once(this.#socket, 'data'), once(this.#socket, 'close')]);
    }
  }

  release(): string {
    this.#socket.off('data', this.#take);
    return this.#text;
  }
}
