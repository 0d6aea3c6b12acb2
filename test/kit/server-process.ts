import type { ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { NftablesOptions } from '@twinport/ftp/firewall';
import type { Endpoint } from '@twinport/ftp/protocol';
import type { ServerEvents, ServerOptions } from '@twinport/ftp/server';
import type { Namespace } from './namespace.js';

/** The options of createServer that can be said in JSON. There is one user, `user` with the password `secret`. */
export interface ServerProcessOptions extends Pick<
  ServerOptions,
  'host' | 'port' | 'passivePorts' | 'advertisedPorts' | 'publicAddress' | 'activePort' | 'tls' | 'limits'
> {
  /** Paths and their text. */
  readonly files?: Readonly<Record<string, string>>;
  /** Paths and how many `x` are in them. */
  readonly longFiles?: Readonly<Record<string, number>>;
  readonly nftables?: NftablesOptions;
}

type ConnectionEvent = ServerEvents['connection'][0];
type DataEvent = Extract<ConnectionEvent, { kind: 'data' }>;

export type ServerProcessEvent =
  | { readonly name: 'listening'; readonly value: readonly Endpoint[] }
  | { readonly name: 'connection'; readonly value: ConnectionEvent }
  | { readonly name: 'warning'; readonly value: { readonly code: string; readonly message: string } };

const SCRIPT = fileURLToPath(new URL('namespace-server.js', import.meta.url));

/** A server that runs in a network namespace as a process of its own, and the events it has told of. */
export class ServerProcess {
  readonly events: ServerProcessEvent[] = [];
  readonly #arrived = new EventEmitter();
  #ended: string | undefined;

  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Resolves once it listens. `wrapper` is a command that runs the server with fewer privileges. */
  static async start(
    host: Namespace,
    options: ServerProcessOptions,
    wrapper: readonly string[] = [],
  ): Promise<ServerProcess> {
    const child = host.spawn(...wrapper, process.execPath, SCRIPT, JSON.stringify(options));
    const server = new ServerProcess(child);
    if (!child.stdout || !child.stderr) throw new Error('the server has no stdout');
    createInterface(child.stdout).on('line', (line) => server.#take(JSON.parse(line) as ServerProcessEvent));
    let complaints = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
    child.once('close', (code) => {
      server.#ended = `the server has ended (${code ?? 'killed'}): ${complaints}`;
      server.#arrived.emit('change');
    });
    await server.#until(() => server.events.some(({ name }) => name === 'listening'));
    return server;
  }

  /** Ends it as a crash does. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await once(this.#child, 'close');
  }

  /** Processes that it has started and that have not ended. */
  get children(): readonly number[] {
    const { pid } = this.#child;
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  }

  /** Waits until there are so many warnings of a kind. */
  async untilWarned(code: string, count = 1): Promise<readonly string[]> {
    const warnings = (): string[] =>
      this.events.flatMap(({ name, value }) => (name === 'warning' && value.code === code ? [value.message] : []));
    await this.#until(() => warnings().length >= count);
    return warnings();
  }

  /** Ends it before its network does. */
  async end(): Promise<void> {
    this.#child.stdin?.end();
    await once(this.#child, 'close');
  }

  /** Steps of data connections, in order. */
  data(state: DataEvent['state']): readonly DataEvent[] {
    return this.events.flatMap(({ value }) =>
      'kind' in value && value.kind === 'data' && value.state === state ? [value] : [],
    );
  }

  /** Waits until there are so many steps of this kind. */
  async untilData(state: DataEvent['state'], count: number): Promise<readonly DataEvent[]> {
    await this.#until(() => this.data(state).length >= count);
    return this.data(state);
  }

  async #until(met: () => boolean): Promise<void> {
    while (!met()) {
      if (this.#ended !== undefined) throw new Error(this.#ended);
      await once(this.#arrived, 'change');
    }
  }

  #take(event: ServerProcessEvent): void {
    this.events.push(event);
    if (event.name === 'warning' && event.value.code === 'INTERNAL') this.#ended = `unforeseen: ${event.value.message}`;
    this.#arrived.emit('change');
  }
}
