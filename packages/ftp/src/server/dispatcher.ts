import type { ControlConnectionOptions } from '../connection/index.js';
import {
  type Line,
  type Reply,
  SyntaxFault,
  decodeText,
  formatReply,
  maskCommand,
  maskText,
  parseCommand,
  reply,
} from '../protocol/index.js';
import { execute } from './execute.js';
import { refuseFlood } from './refuse-flood.js';
import type { Session } from './session.js';
import { startTls } from './start-tls.js';
import { runTransfer } from './run-transfer.js';
import type { TransferPlan } from './transfer-plan.js';
import type { Outcome } from './verb.js';
import { findVerb } from './verbs/index.js';

/** The handlers a control connection needs. */
type ControlHandlers = Pick<ControlConnectionOptions, 'onLine' | 'onClose' | 'onIdle'>;

/** Firewalls find the data connection in these, when nothing else is in their segment. */
const NAMES_ENDPOINT: ReadonlySet<number> = new Set([227, 228, 229]);

/** Takes the lines of one session in order, and sees the session through from greeting to goodbye. */
export class Dispatcher {
  readonly session: Session;
  /** Settles when the session is over and its transfer has ended. */
  readonly done: Promise<void>;
  #over: () => void = () => {};
  #lines: Line[] = [];
  #busy = false;
  #ending = false;
  #draining = false;
  #loginTimer: NodeJS.Timeout | undefined;
  #second = 0;
  #commandsThisSecond = 0;

  constructor(createSession: (handlers: ControlHandlers) => Session) {
    this.done = new Promise((resolve) => {
      this.#over = resolve;
    });
    this.session = createSession({
      onLine: (line) => this.#accept(line),
      onClose: () => this.#closed(),
      onIdle: () => this.#idle(),
    });
  }

  /** Greets and begins to listen; with implicit TLS after the handshake. */
  async start(): Promise<void> {
    const { control, server } = this.session;
    const { tls, greeting = 'Twinport FTP server ready' } = server.options;
    control.setIdleTimeout(server.limits.idleMs);
    this.#loginTimer = setTimeout(() => this.#loginOverdue(), server.limits.preLoginMs);
    if (tls?.implicit) {
      if (!(await startTls(this.session))) return;
      this.session.protection = 'private';
    }
    await this.send(reply(220, ...greeting.split('\n')));
    if (!tls?.implicit) control.start();
    control.resume();
  }

  /** Lets a transfer end, then says goodbye. */
  async drain(): Promise<void> {
    this.#draining = true;
    await this.#goOn();
    await this.done;
  }

  /** Drops a running transfer, says goodbye, and ends the session. */
  end(goodbye: Reply): void {
    if (this.#ending) return;
    this.#ending = true;
    this.#lines = [];
    this.session.transfer?.abort();
    void this.send(goodbye); // a client that does not read is not waited for
    this.session.control.end();
  }

  async send(message: Reply): Promise<void> {
    const { control, server, id } = this.session;
    const bytes = formatReply(message);
    server.reportLines(id, 'out', () => decodeText(bytes).trimEnd().split('\r\n').map(maskText));
    await control.send(bytes, { alone: NAMES_ENDPOINT.has(message.code) });
  }

  #accept(line: Line): void {
    const { session } = this;
    if (this.#ending) return;
    this.#lines.push(line);
    if (session.transfer && verbOf(line) === 'ABOR') session.transfer.abort();
    if (this.#lines.length >= session.server.limits.maxPendingCommands) session.control.pause();
    void this.#goOn();
  }

  async #goOn(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    for (let line = this.#next(); line; line = this.#next()) {
      if (this.#overRate()) await this.#nextSecond();
      await this.#answer(line);
    }
    this.#busy = false;
    if (this.session.control.closed) return this.#settle();
    if (this.#draining && !this.session.transfer) this.end(reply(421, 'The server is shutting down'));
  }

  /** The next line that may be answered now: during a transfer only some verbs are, the others wait their turn. */
  #next(): Line | undefined {
    const { transfer, control, server } = this.session;
    const line = this.#lines[0];
    if (!line || control.ended || this.#ending) return undefined;
    if (transfer && !findVerb(verbOf(line))?.duringTransfer) return undefined;
    this.#lines.shift();
    if (this.#lines.length < server.limits.maxPendingCommands / 2) control.resume();
    return line;
  }

  async #answer(line: Line): Promise<void> {
    const { session } = this;
    const flooded = refuseFlood(session);
    if (flooded) return await this.#fulfil(flooded);
    if (line.kind === 'too-long') return await this.send(reply(500, 'The line is too long'));
    session.server.reportLines(session.id, 'in', () => [maskLine(line.bytes)]);
    const outcome = await execute(session, line.bytes);
    if (session.login.state === 'in') clearTimeout(this.#loginTimer);
    await this.#fulfil(outcome);
  }

  async #fulfil(outcome: Outcome): Promise<void> {
    const { session } = this;
    if ('transfer' in outcome) return this.#start(outcome.transfer);
    if (!('reply' in outcome)) return await this.send(outcome);
    await this.send(outcome.reply);
    if (!session.control.closed) await outcome.afterwards();
  }

  #start(plan: TransferPlan): void {
    const { session } = this;
    const { control, data } = session;
    if (!data) throw new Error('a transfer without a data connection: the policy `data` sees to that');
    control.setIdleTimeout(0);
    void runTransfer(session, data, plan).then((final) => this.#transferEnded(final));
    // Either may have come before there was a transfer to drop.
    if (control.ended || this.#lines.some((line) => verbOf(line) === 'ABOR')) session.transfer?.abort();
  }

  async #transferEnded(final: Reply): Promise<void> {
    const { session } = this;
    session.transfer = undefined;
    session.control.setIdleTimeout(session.server.limits.idleMs);
    if (!this.#ending) await this.send(final);
    await this.#goOn();
  }

  #overRate(): boolean {
    const { maxCommandsPerSecond } = this.session.server.limits;
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.#second) this.#commandsThisSecond = 0;
    this.#second = second;
    this.#commandsThisSecond += 1;
    return maxCommandsPerSecond > 0 && this.#commandsThisSecond > maxCommandsPerSecond;
  }

  async #nextSecond(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 1000 - (performance.now() % 1000)));
  }

  #idle(): void {
    if (!this.session.transfer) this.end(reply(421, 'Idle for too long'));
  }

  #loginOverdue(): void {
    if (this.session.login.state !== 'in') this.end(reply(421, 'Not logged in in time'));
  }

  #closed(): void {
    const { session } = this;
    clearTimeout(this.#loginTimer);
    this.#lines = [];
    session.ended.abort();
    session.transfer?.abort();
    if (!this.#busy) this.#settle();
  }

  /** Once nothing of a closed session is running any more. */
  #settle(): void {
    if (this.session.transfer) return;
    this.session.offer(undefined);
    this.#over();
  }

  /** Forgets the lines that came before TLS (the STARTTLS injection class, CVE-2011-0411). */
  discardPending(): number {
    const discarded = this.#lines.length;
    this.#lines = [];
    return discarded;
  }
}

function verbOf(line: Line): string {
  if (line.kind === 'too-long') return '';
  try {
    return parseCommand(line.bytes).verb;
  } catch (error) {
    if (error instanceof SyntaxFault) return '';
    throw error;
  }
}

/** What is no command, for a NUL in it say, may still have been meant to carry a password. */
const MEANT_AS_SECRET = /(PASS|ACCT).*/is;

function maskLine(bytes: Uint8Array): string {
  try {
    return maskCommand(parseCommand(bytes));
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error;
    return maskText(decodeText(bytes).replace(MEANT_AS_SECRET, '$1 ***').slice(0, 80));
  }
}
