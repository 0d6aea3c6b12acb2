import net, { type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';

const REPLIES: Readonly<Record<string, string>> = {
  USER: '331 Password',
  PASS: '230 Logged in',
  SYST: '215 UNIX Type: L8',
  FEAT: '211-Features\r\n MLST type*;size*;modify*;\r\n SIZE\r\n EPSV\r\n UTF8\r\n211 End',
  PWD: '257 "/"',
  TYPE: '200 Done',
  OPTS: '200 Done',
  NOOP: '200 Done',
  CLNT: '200 Done',
  STOR: '550 No',
  QUIT: '221 Goodbye',
};

/** A server that lists what it is told to, line by line, and whose every file is `evil`. Its folders are those that have listings. */
export interface ListingServer {
  readonly port: number;
  /** Command lines received. */
  readonly commands: readonly string[];
}

export async function listingServer(
  test: { after(done: () => void): void },
  listings: Readonly<Record<string, readonly string[]>>,
): Promise<ListingServer> {
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}); // the client may go at any time
    new Session(socket, listings, commands).begin();
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  test.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: portOf(server), commands };
}

class Session {
  readonly #socket: Socket;
  readonly #listings: Readonly<Record<string, readonly string[]>>;
  readonly #commands: string[];
  #data: Promise<Socket> | undefined;

  constructor(socket: Socket, listings: Readonly<Record<string, readonly string[]>>, commands: string[]) {
    this.#socket = socket;
    this.#listings = listings;
    this.#commands = commands;
  }

  begin(): void {
    let rest = '';
    this.#say('220 Ready');
    this.#socket.on('data', (chunk) => {
      const lines = (rest + chunk.toString()).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) void this.#answer(line);
    });
  }

  #say(line: string): void {
    this.#socket.write(`${line}\r\n`);
  }

  async #answer(line: string): Promise<void> {
    this.#commands.push(line);
    const space = line.indexOf(' ');
    const [verb, path] = space === -1 ? [line, '/'] : [line.slice(0, space), line.slice(space + 1)];
    const listing = this.#listings[path];
    if (verb === 'EPSV') await this.#listen();
    else if (verb === 'MLSD' && listing !== undefined) await this.#send(`${listing.join('\r\n')}\r\n`);
    else if (verb === 'RETR') await this.#send('evil');
    else if (verb === 'SIZE') this.#say('213 4');
    else if (verb === 'MLST' && listing !== undefined) this.#say(`250-Here\r\n type=dir; ${path}\r\n250 End`);
    else this.#say(REPLIES[verb] ?? '550 No');
  }

  async #listen(): Promise<void> {
    const server = net.createServer();
    this.#data = new Promise((resolve) => {
      server.once('connection', (socket) => {
        socket.on('error', () => {});
        server.close();
        resolve(socket);
      });
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    this.#say(`229 Listening (|||${portOf(server)}|)`);
  }

  async #send(content: string): Promise<void> {
    this.#say('150 Here it comes');
    const socket = await this.#data;
    socket?.end(content);
    if (socket !== undefined) await text(socket);
    this.#say('226 Done');
  }
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
