import { once } from 'node:events';
import net, { type Server, type Socket } from 'node:net';
import type { Answer, Script, Step, Successive } from './script.js';
import { ScriptedSession, type Shared } from './scripted-session.js';
import { ScriptedTls } from './scripted-tls.js';
import { ScriptedTree } from './scripted-tree.js';
import { SilentPort } from './silent-port.js';
import { testCertificate } from './server.js';

/** An FTP server that does what its script says, and what is right where the script says nothing. */
export class ScriptedServer implements Shared {
  readonly script: Script;
  readonly tree: ScriptedTree;
  readonly tls: ScriptedTls | undefined;
  readonly silent: SilentPort | undefined;
  /** Command lines of all sessions. */
  readonly lines: string[] = [];
  /** What was wrong with the script, or with this server. */
  readonly faults: unknown[] = [];
  sessions = 0;
  readonly #listener: Server;
  readonly #sockets = new Set<Socket>();
  readonly #open = new Set<ScriptedSession>();
  readonly #answered = new Map<string, number>();

  private constructor(script: Script, tls: ScriptedTls | undefined, silent: SilentPort | undefined) {
    this.script = script;
    this.silent = silent;
    this.tree = new ScriptedTree(script.files);
    this.tls = tls;
    this.#listener = net.createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
      this.sessions += 1;
      this.track(socket);
      const session = ScriptedSession.begin(socket, this);
      this.#open.add(session);
      socket.on('close', () => this.#open.delete(session));
    });
  }

  static async start(script: Script): Promise<ScriptedServer> {
    const resumes = script.tls === 'resumes';
    const tls = script.tls ? new ScriptedTls(await testCertificate(), { resumes }) : undefined;
    const server = new ScriptedServer(script, tls, script.silentPort ? await SilentPort.open() : undefined);
    server.#listener.listen({ host: '127.0.0.1', port: 0 });
    await once(server.#listener, 'listening');
    return server;
  }

  get port(): number {
    const address = this.#listener.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  /** Connections that are open, of both kinds. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Resolves when the clients have ended all their connections. */
  async allGone(): Promise<void> {
    while (this.#sockets.size > 0) await Promise.race([...this.#sockets].map((socket) => closed(socket)));
  }

  /** Does these steps in every session, whatever else goes on in them. */
  act(...steps: readonly Step[]): void {
    for (const session of this.#open) session.act(steps);
  }

  /** Ends everything. */
  async stop(): Promise<void> {
    this.silent?.close();
    for (const socket of this.#sockets) socket.destroy();
    const stopped = once(this.#listener, 'close');
    this.#listener.close();
    await stopped;
    await this.allGone();
  }

  scripted(line: string): Answer | undefined {
    const words = line.toUpperCase().split(' ');
    const on = this.script.on ?? {};
    const key = [line, words.slice(0, 2).join(' '), words[0] ?? ''].find((each) => Object.hasOwn(on, each));
    const found = key === undefined ? undefined : on[key];
    return found === undefined || key === undefined ? undefined : this.#due(key, found);
  }

  greeting(): Answer {
    return this.#due('', this.script.greeting ?? '220 Ready');
  }

  received(line: string): void {
    this.lines.push(line);
  }

  track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {}); // the client sees the same
    socket.on('close', () => this.#sockets.delete(socket));
  }

  fault(error: unknown): void {
    this.faults.push(error);
  }

  #due(key: string, found: Answer | Successive): Answer {
    if (!isSuccessive(found)) return found;
    const count = this.#answered.get(key) ?? 0;
    this.#answered.set(key, count + 1);
    return found.successive[Math.min(count, found.successive.length - 1)] ?? [];
  }
}

function isSuccessive(answer: Answer | Successive): answer is Successive {
  return typeof answer === 'object' && 'successive' in answer;
}

/** `once` of node:events would listen for errors too. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
  });
}
