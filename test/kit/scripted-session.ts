import type { Socket } from 'node:net';
import { ClientGone } from './client-gone.js';
import { type Answer, type DataStep, type Script, type Step, stepsOf } from './script.js';
import { ScriptedData, endSocket } from './scripted-data.js';
import type { ScriptedTls } from './scripted-tls.js';
import type { ScriptedTree } from './scripted-tree.js';
import type { SilentPort } from './silent-port.js';
import { SessionState, defaultAnswer } from './scripted-verbs.js';

/** What the sessions of a server share. */
export interface Shared {
  readonly script: Script;
  readonly tree: ScriptedTree;
  readonly tls: ScriptedTls | undefined;
  readonly silent: SilentPort | undefined;
  /** The script's answer that is due for a line, where it has one. */
  scripted(line: string): Answer | undefined;
  greeting(): Answer;
  received(line: string): void;
  track(socket: Socket): void;
  /** The script itself is at fault. */
  fault(error: unknown): void;
}

/** An answer under way. */
interface Run {
  readonly line: string;
  /** Lets the next command be answered: called when all is done or the run begins to wait for the client. */
  giveWay: () => void;
}

/** Lines that are long enough for every client and bound what is kept. */
const MAX_LINE = 65_536;

/** One session of a scripted server. Commands are answered in turn; one that comes while an answer waits for the client is answered meanwhile. */
export class ScriptedSession {
  readonly #shared: Shared;
  readonly #state: SessionState;
  readonly #data: ScriptedData;
  readonly #socket: Socket;
  #stream: Socket;
  #turn: Promise<void> = Promise.resolve();
  #held: (() => Promise<void>)[] = [];
  #text = '';

  private constructor(socket: Socket, shared: Shared) {
    this.#shared = shared;
    this.#socket = socket;
    this.#stream = socket;
    this.#state = new SessionState(shared.tree, shared.script);
    this.#data = new ScriptedData((each) => shared.track(each));
    socket.on('close', () => this.#data.leave());
    this.#listen(socket);
  }

  /** Greets, and answers until the client has gone. */
  static begin(socket: Socket, shared: Shared): ScriptedSession {
    const session = new ScriptedSession(socket, shared);
    session.#answer('', shared.greeting());
    return session;
  }

  /** Does these steps now. */
  act(steps: readonly Step[]): void {
    void this.#begin('', steps);
  }

  #listen(stream: Socket): void {
    stream.on('data', (chunk: Buffer) => this.#take(chunk));
    stream.on('error', () => {}); // the client sees the same
    stream.on('end', () => stream.end());
    stream.resume();
  }

  #take(chunk: Buffer): void {
    // Telnet's IAC and the octet behind it, which some send before ABOR.
    this.#text = `${this.#text}${chunk.toString('latin1')}`.replaceAll(/\u00FF[\u00F0-\u00FF]/g, '').slice(-MAX_LINE);
    const lines = this.#text.split('\r\n');
    this.#text = lines.pop() ?? '';
    for (const each of lines) {
      const line = Buffer.from(each, 'latin1').toString();
      this.#shared.received(line);
      this.#answer(line, this.#shared.scripted(line) ?? { do: 'default' });
    }
  }

  #answer(line: string, answer: Answer): void {
    this.#turn = this.#turn.then(async () => {
      const held = this.#held;
      this.#held = [];
      for (const goOn of held) await goOn();
      await this.#begin(line, stepsOf(answer));
      if (/^(?:RETR|STOR|APPE) /i.test(line)) this.#state.offset = 0;
    });
  }

  #begin(line: string, steps: readonly Step[]): Promise<void> {
    return new Promise((resolve) => {
      const run: Run = { line, giveWay: resolve };
      this.#run(steps, run)
        .catch((error: unknown) => error instanceof ClientGone || this.#shared.fault(error))
        .finally(() => run.giveWay());
    });
  }

  async #run(steps: readonly Step[], run: Run): Promise<void> {
    for (const step of steps) await this.#step(step, run);
  }

  async #step(step: Step, run: Run): Promise<void> {
    if (typeof step === 'string') return void this.#stream.write(`${this.#filledIn(step)}\r\n`);
    if ('on' in step) return this.#dataStep(step, run);
    switch (step.do) {
      case 'default':
        return this.#run(stepsOf(defaultAnswer(run.line, this.#state, this.#data)), run);
      case 'raw':
        for (const piece of step.pieces) this.#stream.write(piece);
        return;
      case 'flood':
        run.giveWay();
        return this.#flood(step.bytes);
      case 'secure':
        return this.#secure();
      case 'close':
        return endSocket(this.#socket, this.#stream, step.how);
      case 'next command':
        return this.#hold(run);
      case 'next octets':
        run.giveWay();
        return new Promise((resolve) => void this.#socket.once('data', () => resolve()));
    }
  }

  async #dataStep(step: DataStep, run: Run): Promise<void> {
    switch (step.do) {
      case 'listen':
        return this.#data.listen();
      case 'unlisten':
        return this.#data.unlisten();
      case 'stranger':
        run.giveWay();
        return this.#data.intrude();
      case 'end':
        return this.#data.end(step.how);
      case 'open':
        run.giveWay();
        return this.#data.open(step.handshake && this.#state.protect ? this.#shared.tls : undefined);
      case 'send':
        run.giveWay();
        return this.#data.write(step.bytes);
      case 'flood':
        run.giveWay();
        for (;;) await this.#data.write(step.bytes);
      case 'take':
        run.giveWay();
        await this.#data.take(step.octets);
        return;
      case 'store':
        return this.#shared.tree.store(step.path, step.offset, await this.#data.take(0));
      case 'client end':
        run.giveWay();
        return this.#data.clientEnd();
    }
  }

  #filledIn(reply: string): string {
    const { port } = this.#data;
    return reply
      .replace('{silent}', String(this.#shared.silent?.port))
      .replace('{port}', String(port))
      .replace('{p1}', String(port >> 8))
      .replace('{p2}', String(port & 0xff));
  }

  async #flood(bytes: Uint8Array): Promise<void> {
    for (;;) {
      await new Promise<void>((resolve, reject) => {
        this.#stream.write(bytes, (error) => (error ? reject(new ClientGone(error.message)) : resolve()));
      });
    }
  }

  async #secure(): Promise<void> {
    if (!this.#shared.tls) throw new Error('the script asks for TLS and has not said so in `tls`');
    this.#socket.removeAllListeners('data').removeAllListeners('end');
    this.#text = '';
    this.#stream = await this.#shared.tls.handshake(this.#socket);
    this.#listen(this.#stream);
  }

  #hold(run: Run): Promise<void> {
    run.giveWay();
    return new Promise((resolve) => {
      this.#held.push(
        () =>
          new Promise((wayGiven) => {
            run.giveWay = wayGiven;
            resolve();
          }),
      );
    });
  }
}
