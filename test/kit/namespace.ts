import { type ChildProcess, execFile, execFileSync, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { type ListenOptions, Server, Socket, type TcpNetConnectOpts } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { missing, recordMissing } from './peers.js';
import type { SocketSource } from './raw-client.js';

export type AgentRequest =
  | { readonly id: number; readonly connect: TcpNetConnectOpts }
  | { readonly id: number; readonly listen: ListenOptions };
/** A handle comes with it unless there is a fault. */
export interface AgentAnswer {
  readonly id: number;
  readonly fault?: string;
}

const PREFIX = 'twinport-';
/** What is in a folder of it named after a namespace stands in place of /etc for what runs there (ip-netns(8)). */
const ETC = '/etc/netns';
const AGENT = fileURLToPath(new URL('namespace-agent.js', import.meta.url));
/** By which the test runner ends a file. */
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/** nft cannot be told to wait. */
const POLL_MS = 20;

let networks = 0;

/** Why a test that needs network namespaces is skipped (counted like a missing peer), or false when they can be made. */
export function missingNamespaces(): string | false {
  const reason = missing('ip');
  if (reason !== false) return reason;
  const name = `${PREFIX}${process.pid}-probe`;
  try {
    ip('netns', 'add', name);
    ip('netns', 'del', name);
    return false;
  } catch (error) {
    recordMissing('network namespaces (root on Linux)');
    return `no network namespaces: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Hosts that are network namespaces, the cables between them, and every process in them. All of it ends with the test. */
export class Network {
  readonly #prefix = `${PREFIX}${process.pid}-${(networks += 1)}-`;
  readonly #hosts: Namespace[] = [];
  readonly #removeNow = (): void => this.#delete();

  constructor(test: { after(done: () => Promise<void>): void }) {
    removeStale();
    process.once('exit', this.#removeNow);
    for (const signal of SIGNALS) process.once(signal, exit);
    test.after(() => this.#remove());
  }

  host(name: string): Namespace {
    const host = new Namespace(`${this.#prefix}${name}`);
    ip('netns', 'add', host.name);
    this.#hosts.push(host);
    host.ip('link', 'set', 'lo', 'up');
    // Without duplicate address detection, addresses are usable at once.
    host.sysctl('net/ipv6/conf/default/accept_dad', 0);
    return host;
  }

  /** A cable between two hosts. Each gets the interface `eth0`, or the next number. Addresses are with their prefix length. */
  cable(
    ends: readonly [Namespace, Namespace],
    addresses: readonly [readonly string[], readonly string[]] = [[], []],
  ): void {
    const [one, other] = ends;
    const names = [one.nextInterface(), other.nextInterface()] as const;
    ip('link', 'add', names[0], 'netns', one.name, 'type', 'veth', 'peer', 'name', names[1], 'netns', other.name);
    one.configure(names[0], addresses[0]);
    other.configure(names[1], addresses[1]);
  }

  /** One Ethernet for all of them, each with its addresses on its next interface. */
  ethernet(hosts: readonly { readonly host: Namespace; readonly addresses: readonly string[] }[]): void {
    const hub = this.host(`ethernet${this.#hosts.length}`);
    hub.ip('link', 'add', 'bridge', 'type', 'bridge');
    hub.ip('link', 'set', 'bridge', 'up');
    for (const [index, { host, addresses }] of hosts.entries()) {
      this.cable([host, hub], [addresses, []]);
      hub.ip('link', 'set', `eth${index}`, 'master', 'bridge');
    }
  }

  async #remove(): Promise<void> {
    await Promise.all(this.#hosts.map((host) => host.end()));
    this.#delete();
    process.off('exit', this.#removeNow);
    for (const signal of SIGNALS) process.off(signal, exit);
  }

  #delete(): void {
    for (const host of this.#hosts.splice(0)) remove(host.name);
  }
}

/** One host: its interfaces, its packet filter, the programs in it, and sockets of it that this process uses. */
export class Namespace implements SocketSource {
  readonly name: string;
  readonly #children = new Set<ChildProcess>();
  readonly #requests = new Map<number, (answer: AgentAnswer, handle?: unknown) => void>();
  readonly #sockets: (Socket | Server)[] = [];
  #interfaces = 0;
  #agent: ChildProcess | undefined;
  #lastRequest = 0;

  constructor(name: string) {
    this.name = name;
  }

  ip(...args: readonly string[]): void {
    ip('-n', this.name, ...args);
  }

  /** Runs a command in it, put before that command. */
  get wrapper(): readonly string[] {
    return ['ip', 'netns', 'exec', this.name];
  }

  nextInterface(): string {
    this.#interfaces += 1;
    return `eth${this.#interfaces - 1}`;
  }

  configure(device: string, addresses: readonly string[]): void {
    for (const address of addresses) this.ip('addr', 'add', address, 'dev', device);
    this.ip('link', 'set', device, 'up');
  }

  /** Sets a kernel parameter of this namespace, such as `net/ipv4/ip_forward`. */
  sysctl(path: string, value: number): void {
    execFileSync('ip', ['netns', 'exec', this.name, 'sh', '-c', `echo ${value} > /proc/sys/${path}`]);
  }

  /** Names that this host knows, and their addresses. */
  names(names: Readonly<Record<string, readonly string[]>>): void {
    const folder = join(ETC, this.name);
    mkdirSync(folder, { recursive: true });
    const lines = Object.entries(names).flatMap(([name, all]) => all.map((address) => `${address} ${name}\n`));
    writeFileSync(join(folder, 'hosts'), lines.join(''));
  }

  /** Loads rules. Throws what nft said. */
  nft(rules: string): void {
    execFileSync('ip', ['netns', 'exec', this.name, 'nft', '-f', '-'], { input: rules, stdio: 'pipe' });
  }

  /** Packets that a named nft counter has seen: `inet TABLE COUNTER`. */
  counted(counter: string): number {
    const args = ['netns', 'exec', this.name, 'nft', 'list', 'counter', ...counter.split(' ')];
    return Number(/packets (\d+)/.exec(execFileSync('ip', args, { encoding: 'utf8' }))?.[1]);
  }

  /** Waits until a counter has seen so many packets. */
  async untilCounted(counter: string, packets: number): Promise<void> {
    while (this.counted(counter) < packets) await setTimeout(POLL_MS);
  }

  /** Runs a program to its end; rejects unless it exits with 0. Resolves with its stdout. */
  run(program: string, ...args: readonly string[]): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const options = { encoding: 'buffer', timeout: 20_000 } as const;
      const child = execFile('ip', ['netns', 'exec', this.name, program, ...args], options, (error, stdout) => {
        if (error) reject(error);
        else resolve(stdout);
      });
      this.#own(child);
      child.stdin?.end();
    });
  }

  /** Starts a program, its stdin, stdout and stderr piped. It is killed with the network. */
  spawn(...command: readonly string[]): ChildProcess {
    return this.#own(spawn('ip', ['netns', 'exec', this.name, ...command], { stdio: 'pipe' }));
  }

  async connect(target: TcpNetConnectOpts): Promise<Socket> {
    const socket = await this.#ask((id) => ({ id, connect: target }));
    if (!(socket instanceof Socket)) throw new Error('the agent sent no socket');
    this.#sockets.push(socket);
    return socket;
  }

  async listen(host: string, port = 0): Promise<Server> {
    const listener = await this.#ask((id) => ({ id, listen: { host, port } }));
    if (!(listener instanceof Server)) throw new Error('the agent sent no listener');
    this.#sockets.push(listener);
    return listener;
  }

  /** Ends every process and every socket of it. */
  async end(): Promise<void> {
    for (const each of this.#sockets) {
      if (each instanceof Socket) each.destroy();
      else each.close();
    }
    const ended = [...this.#children].map((child) => once(child, 'exit'));
    for (const child of this.#children) child.kill('SIGKILL');
    await Promise.all(ended);
  }

  #own(child: ChildProcess): ChildProcess {
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
    return child;
  }

  #ask(request: (id: number) => AgentRequest): Promise<unknown> {
    const agent = (this.#agent ??= this.#startAgent());
    this.#lastRequest += 1;
    const message = request(this.#lastRequest);
    return new Promise((resolve, reject) => {
      this.#requests.set(message.id, ({ fault }, handle) => {
        this.#requests.delete(message.id);
        if (fault === undefined) resolve(handle);
        else reject(new Error(fault));
      });
      agent.send(message);
    });
  }

  #startAgent(): ChildProcess {
    const execArgv = ['netns', 'exec', this.name, process.execPath];
    const agent = this.#own(fork(AGENT, [], { execPath: 'ip', execArgv }));
    agent.on('message', (answer: AgentAnswer, handle) => this.#requests.get(answer.id)?.(answer, handle));
    agent.once('exit', () => {
      for (const [id, answer] of this.#requests) answer({ id, fault: `the agent in ${this.name} has ended` });
    });
    return agent;
  }
}

function exit(): void {
  process.exit(1);
}

/** What a process that was killed has left behind. */
function removeStale(): void {
  const folder = '/run/netns';
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const pid = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : Number.NaN;
    if (!Number.isNaN(pid) && !existsSync(`/proc/${pid}`)) remove(name);
  }
}

function remove(name: string): void {
  ip('netns', 'del', name);
  rmSync(join(ETC, name), { recursive: true, force: true });
}

function ip(...args: readonly string[]): void {
  execFileSync('ip', args, { stdio: 'pipe' });
}
