import type { ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ClientEvents, ConnectOptions, DataAttempt } from '@twinport/ftp/client';
import type { Namespace } from './namespace.js';

/** `path` is the command line of a `command`. */
export interface ClientCall {
  readonly id: number;
  readonly client: number;
  readonly what: 'get' | 'put' | 'list' | 'command' | 'close';
  readonly path: string;
  readonly size?: number;
}

export interface ClientResult {
  readonly size?: number;
  readonly verified?: string;
  readonly attempts?: number;
  readonly way?: string | undefined;
  /** SHA-256 of what came. */
  readonly hash?: string;
  readonly names?: readonly string[];
  readonly code?: number;
}

export interface ReportedError {
  /** Its class; 'unforeseen' when it is no FtpError. */
  readonly kind: string;
  readonly code?: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly transcript: readonly string[];
  readonly retryable?: boolean;
  readonly connectionUsable?: boolean;
  readonly attempts?: readonly DataAttempt[];
}

interface Ended {
  readonly id: number;
  readonly result?: ClientResult;
  readonly error?: ReportedError;
}

export type ClientProcessEvent =
  | { readonly name: 'ready'; readonly value: object }
  | { readonly name: 'result'; readonly value: Ended }
  | { readonly name: 'connection'; readonly client: number; readonly value: ClientEvents['connection'][0] }
  | { readonly name: 'transfer'; readonly client: number; readonly value: ClientEvents['transfer'][0] }
  | { readonly name: 'warning'; readonly client: number; readonly value: ClientEvents['warning'][0] };

const SCRIPT = fileURLToPath(new URL('namespace-client.js', import.meta.url));
/** No call may take longer, whatever the network does. */
const LONGEST_CALL_MS = 10_000;

/** What a call of a client in another process has rejected with. */
export class ClientCallError extends Error {
  override readonly name = 'ClientCallError';
  readonly reported: ReportedError;

  constructor(reported: ReportedError) {
    super(`${reported.kind}: ${reported.message}\n${reported.transcript.join('\n')}`);
    this.reported = reported;
  }
}

/** Clients that run in a network namespace, in one process of its own, and what they have told of. All are logged in to the same server. */
export class ClientProcess {
  readonly events: ClientProcessEvent[] = [];
  readonly #child: ChildProcess;
  readonly #arrived = new EventEmitter().setMaxListeners(0);
  #ended: string | undefined;
  #calls = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    const { stdout, stderr } = child;
    if (!stdout || !stderr) throw new Error('the client has no stdout');
    createInterface(stdout).on('line', (line) => {
      this.events.push(JSON.parse(line) as ClientProcessEvent);
      this.#arrived.emit('change');
    });
    let complaints = '';
    stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
    child.once('close', (code) => {
      this.#ended = `the client has ended (${code ?? 'killed'}): ${complaints}`;
      this.#arrived.emit('change');
    });
  }

  /** Resolves once it can be called. `password` and what else is a function cannot be said in JSON. */
  static async start(host: Namespace, options: ConnectOptions): Promise<ClientProcess> {
    const client = new ClientProcess(host.spawn(process.execPath, SCRIPT, JSON.stringify(options)));
    await client.until(({ name }) => name === 'ready');
    return client;
  }

  /** The SHA-256 of a file's content, and how it came. */
  get(path: string, client = 1): Promise<ClientResult> {
    return this.#call({ client, what: 'get', path });
  }

  put(path: string, size: number, client = 1): Promise<ClientResult> {
    return this.#call({ client, what: 'put', path, size });
  }

  list(path: string, client = 1): Promise<ClientResult> {
    return this.#call({ client, what: 'list', path });
  }

  command(line: string, client = 1): Promise<ClientResult> {
    return this.#call({ client, what: 'command', path: line });
  }

  close(client = 1): Promise<ClientResult> {
    return this.#call({ client, what: 'close', path: '' });
  }

  /** What the call rejects with; throws when it does not, or with something unforeseen. */
  async failure(call: Promise<ClientResult>): Promise<ReportedError> {
    const result = await call.catch((error: unknown) => {
      if (error instanceof ClientCallError && error.reported.kind !== 'unforeseen') return error.reported;
      throw error;
    });
    if ('kind' in result) return result;
    throw new Error(`it has worked: ${JSON.stringify(result)}`);
  }

  /** The commands that a client has sent, without their arguments. */
  verbs(client = 1): readonly string[] {
    return this.lines(client).map((line) => line.split(' ')[0] ?? '');
  }

  /** The command lines that a client has sent. */
  lines(client = 1): readonly string[] {
    return this.events.flatMap((event) =>
      event.name === 'connection' &&
      event.client === client &&
      event.value.kind === 'line' &&
      event.value.direction === 'out'
        ? [event.value.text]
        : [],
    );
  }

  warnings(code: string, client = 1): readonly string[] {
    return this.events.flatMap((event) =>
      event.name === 'warning' && event.client === client && event.value.code === code ? [event.value.message] : [],
    );
  }

  /** Resolves when something has been told of that is like that. */
  async until(isMet: (event: ClientProcessEvent) => boolean): Promise<ClientProcessEvent> {
    for (;;) {
      const met = this.events.find(isMet);
      if (met) return met;
      await this.#change();
    }
  }

  async #call(call: Omit<ClientCall, 'id'>): Promise<ClientResult> {
    this.#calls += 1;
    const id = this.#calls;
    this.#child.stdin?.write(`${JSON.stringify({ id, ...call })}\n`);
    const late = setTimeout(() => this.#giveUp(call), LONGEST_CALL_MS);
    try {
      const ended = await this.until((event) => event.name === 'result' && event.value.id === id);
      const { result, error } = ended.value as Ended;
      if (result) return result;
      throw new ClientCallError(error ?? { kind: 'unforeseen', message: 'no result', transcript: [] });
    } finally {
      clearTimeout(late);
    }
  }

  #giveUp({ what, path }: Omit<ClientCall, 'id'>): void {
    const lines = this.lines().join('\n');
    this.#ended ??= `${what} ${path} has not ended within ${LONGEST_CALL_MS} ms:\n${lines}`;
    this.#arrived.emit('change');
  }

  async #change(): Promise<void> {
    if (this.#ended !== undefined) throw new Error(this.#ended);
    await once(this.#arrived, 'change');
  }
}
