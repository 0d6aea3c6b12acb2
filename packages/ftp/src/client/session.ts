import {
  type ConnectionEvent,
  ConnectionFault,
  ControlConnection,
  type DataConnection,
  TlsSessions,
} from '../connection/index.js';
import { type Line, type Reply, ReplyParser, escapeTelnet } from '../protocol/index.js';
import type { Core } from './core.js';
import { FtpError } from './errors.js';
import { refusesCertificate, tlsError } from './fault-error.js';
import { Keepalive } from './keepalive.js';
import { otherProtocol } from './other-protocol.js';
import { PendingReply } from './pending-reply.js';
import { isCrash, replyError } from './reply-error.js';
import type { Socket } from 'node:net';
import { TlsClient } from './tls-client.js';
import { Transcript } from './transcript.js';

/** How long an answer that does not fit is held back: the one that fits may follow. */
const DOUBT_MS = 1_000;
/** NOOP's own answers, told from those of the transfer it was sent during. */
const NOOP_ANSWERS = new Set([200, 500, 502, 503]);
/** Sent as one segment of their own, since firewalls read them. */
const READ_BY_FIREWALLS = new Set(['PORT', 'EPRT', 'PASV', 'EPSV']);

export interface SendOptions {
  /** What transcripts and events show instead. */
  readonly masked?: string;
}

/** One control connection to the server: commands out, replies back to the commands they belong to. */
export class ClientSession {
  readonly number: number;
  readonly core: Core;
  readonly control: ControlConnection;
  readonly transcript: Transcript;
  readonly tls: TlsClient | undefined;
  readonly keepalive = new Keepalive(this);
  /** Set at login: data connections go through TLS. */
  protectsData = false;
  /** What the server was last told, so that it is told once. */
  type: 'I' | 'A' | undefined;
  mode: 'S' | 'Z' = 'S';
  wantsDeflate = false;
  directory: string | undefined;
  /** The data connection of the transfer under way: given up with the session, where it is us who give up. */
  data: DataConnection | undefined;
  readonly #replies: ReplyParser;
  #due: PendingReply[] = [];
  /** Runs while a reply is due, from when it was last put off. */
  #clock: { readonly within: number; readonly timer: NodeJS.Timeout } | undefined;
  #doubtful: { readonly reply: Reply; readonly timer: NodeJS.Timeout } | undefined;
  #failure: FtpError | undefined;
  #leaving = false;
  #stopped: FtpError | undefined;
  #unresumedTold = false;

  constructor(core: Core, socket: Socket, number: number) {
    const { limits, tlsMode } = core.settings;
    this.core = core;
    this.number = number;
    this.transcript = new Transcript(limits.transcriptLines);
    this.tls = tlsMode === 'off' ? undefined : new TlsClient(core.settings, new TlsSessions());
    this.#replies = new ReplyParser({
      maxLineLength: limits.maxReplyLineLength,
      maxReplyLength: limits.maxReplyLength,
    });
    this.control = new ControlConnection(socket, {
      maxLineLength: limits.maxReplyLineLength,
      onEvent: this.report,
      onLine: (line) => this.#read(line),
      onOverlong: () => this.#read({ kind: 'too-long' }),
      onClose: (reason, cause) => this.fail(closedError(reason, core.settings.host, cause)),
      onIdle: () => {},
    });
  }

  /** Begins to read. The greeting is a reply like any other, to a command nobody sent. */
  greeting(): Promise<Reply> {
    const pending = this.#expect('');
    this.control.start();
    this.control.resume(); // it was dialled paused
    return pending.final;
  }

  /** What has come in clear is part of no reply that comes inside TLS. */
  async startTls({ secureControl }: TlsClient): Promise<void> {
    this.#replies.reset();
    await this.control.startTls(secureControl);
  }

  readonly report = (event: ConnectionEvent): void => {
    this.core.emitConnection(this.number, event);
  };

  /** Nothing more can be asked on this connection. */
  get ended(): boolean {
    return this.#failure !== undefined || this.#leaving || this.control.ended;
  }

  /** Where data connections go: a proxy's address is not the server's. */
  get serverHost(): string {
    const { host, proxy } = this.core.settings;
    return proxy?.kind === 'tunnel' ? host : this.control.remote.host;
  }

  /** Not to be used for anything else: nobody knows what state the server is in. */
  retire(): void {
    this.#leaving = true;
  }

  /** Whoever it is lent to sends no more: `error` tells why; undefined when it is given back. */
  stop(error: FtpError | undefined): void {
    this.#stopped = error;
  }

  get failure(): FtpError | undefined {
    return this.#failure;
  }

  /** Whether every command has its answer. */
  get settled(): boolean {
    return this.#due.length === 0;
  }

  /** Sends a command. Throws FtpError when there is no connection, or the argument cannot be sent. */
  send(verb: string, argument?: string, options: SendOptions = {}): PendingReply {
    if (this.#failure) throw this.#failure;
    if (this.#stopped) throw this.#stopped;
    if (argument !== undefined && /[\r\n\0]/.test(argument)) {
      throw new FtpError('USAGE', `${verb}: a name holds no CR, LF or NUL`, { phase: 'usage' });
    }
    const bytes = this.core.settings.codec.encode(argument === undefined ? `${verb}\r\n` : `${verb} ${argument}\r\n`);
    this.#show('out', options.masked ?? (argument === undefined ? verb : `${verb} ${argument}`));
    // What was answered has left: only what is under way could be joined to it.
    const alone = READ_BY_FIREWALLS.has(verb) && !this.settled;
    const pending = this.#expect(verb);
    void this.control.send(escapeTelnet(bytes), { alone });
    return pending;
  }

  /** Sends a command and waits for how it ended, whatever the code. */
  exchange(verb: string, argument?: string, options?: SendOptions): Promise<Reply> {
    return this.send(verb, argument, options).final;
  }

  /** The same, a refusal being an error. */
  async command(verb: string, argument?: string, path = argument): Promise<Reply> {
    const reply = await this.exchange(verb, argument);
    if (reply.code >= 400) throw replyError(verb, reply, path);
    return reply;
  }

  /** No answer to it is going to come. */
  forget(pending: PendingReply): void {
    pending.fail(new FtpError('ABORTED', `There was no answer to ${pending.verb}`));
    this.#due = this.#due.filter((each) => each !== pending);
    this.#arm();
  }

  /** How long the next reply may take from now on. */
  expectWithin(milliseconds: number): void {
    const [head] = this.#due;
    if (head) head.withinMs = milliseconds;
    this.#arm();
  }

  /** The server has done TLS on a data connection without resuming; that is told once. */
  noteUnresumed(): void {
    if (this.#unresumedTold) return;
    this.#unresumedTold = true;
    this.core.warn('TLS_NOT_RESUMED', 'a data connection did not resume the TLS session', this.number);
  }

  /** Resolves when a NOOP that is under way has its answer, or the session has ended: better now than behind the next command. */
  async awake(): Promise<void> {
    this.keepalive.pause();
    await Promise.all(this.#due.map((pending) => pending.final.catch(() => {}))); // told by `ended`
  }

  /** Asks the server to end the session, and ends it within `limits.abortMs`. */
  async quit(): Promise<void> {
    this.keepalive.pause();
    if (!this.ended && this.settled) {
      try {
        const pending = this.send('QUIT');
        this.expectWithin(this.core.settings.limits.abortMs);
        await pending.final;
      } catch {
        // It is gone all the same.
      }
    }
    this.control.end();
    this.destroy(new FtpError('ABORTED', 'The client was closed', { connectionUsable: false }));
  }

  destroy(error: FtpError): void {
    this.fail(error);
  }

  /** Ends the connection; whoever waits for a reply is told why. The first failure is kept. */
  fail(error: FtpError): void {
    if (this.#failure) return;
    error.transcript = this.transcript.lines;
    this.#failure = error;
    this.keepalive.stop();
    if (error.code === 'ABORTED') this.data?.fail(new ConnectionFault('ABORTED', error.message));
    clearTimeout(this.#clock?.timer);
    clearTimeout(this.#doubtful?.timer);
    this.control.destroy(error.message);
    for (const pending of this.#due.splice(0)) pending.fail(error);
  }

  #expect(verb: string): PendingReply {
    const pending = new PendingReply(verb, this.core.settings.limits.replyMs);
    this.#due.push(pending);
    if (this.#due.length === 1) this.#arm();
    return pending;
  }

  #arm(): void {
    const within = this.#due[0]?.withinMs;
    if (within !== undefined && within === this.#clock?.within) return void this.#clock.timer.refresh();
    clearTimeout(this.#clock?.timer);
    this.#clock = within === undefined ? undefined : { within, timer: setTimeout(() => this.#late(within), within) };
  }

  #late(milliseconds: number): void {
    const [head] = this.#due;
    const verb = head?.verb ?? '';
    const hint = verb === '' ? SILENT_HINT : head?.preliminary ? FORGOTTEN_HINT : undefined;
    this.fail(
      new FtpError('TIMEOUT', `No ${verb === '' ? 'greeting' : `reply to ${verb}`} within ${milliseconds} ms`, {
        retryable: true,
        connectionUsable: false,
        command: verb,
        ...(hint !== undefined && { hint }),
      }),
    );
  }

  #read(line: Line): void {
    let reply: Reply | undefined;
    try {
      if (this.#due[0]?.verb === '' && line.kind !== 'too-long')
        this.#refuseOther(Buffer.from(line.bytes).toString('latin1'));
      reply = this.#replies.pushLine(line);
    } catch (cause) {
      if (cause instanceof FtpError) return this.fail(cause);
      this.fail(
        new FtpError('PROTOCOL', 'What the server says is no FTP, or more than limits.maxReplyLength allows', {
          connectionUsable: false,
          cause,
        }),
      );
      return;
    }
    if (reply) this.#receive(this.#named(reply));
  }

  /** Nobody waits for the greeting of a server that speaks something else. */
  #refuseOther(line: string): void {
    const other = otherProtocol(line);
    if (other === undefined) return;
    const { host, port } = this.core.settings;
    throw new FtpError('PROTOCOL', `${host} port ${port} does not speak FTP, but ${other}`, {
      phase: 'connect',
      hint: 'FTP is on port 21, with implicit TLS on port 990, unless the server says otherwise.',
      connectionUsable: false,
    });
  }

  /** Its lines in the encoding of the connection. */
  #named(reply: Reply): Reply {
    const { codec } = this.core.settings;
    return { code: reply.code, lines: reply.lines.map((line) => codec.fromWire(line)) };
  }

  #receive(reply: Reply): void {
    const last = reply.lines.length - 1;
    for (const [index, text] of reply.lines.entries()) {
      const head = index === last ? `${reply.code} ` : index === 0 ? `${reply.code}-` : ' ';
      this.#show('in', head + text);
    }
    if (reply.code === 421 || isCrash(reply)) {
      this.#leaving = true;
      this.keepalive.pause();
    }
    const doubtful = this.#doubtful;
    if (doubtful) {
      clearTimeout(doubtful.timer);
      this.#doubtful = undefined;
      this.#stray(doubtful.reply);
    }
    const pending = this.#addressee(reply);
    if (!pending) this.#stray(reply);
    else if (pending.verb === '' || pending.accepts(reply)) this.#deliver(pending, reply);
    else this.#doubtful = { reply, timer: setTimeout(() => this.#settleDoubt(), DOUBT_MS) };
  }

  #addressee(reply: Reply): PendingReply | undefined {
    const [head, next] = this.#due;
    if (next?.verb === 'NOOP' && NOOP_ANSWERS.has(reply.code)) return next;
    return next?.verb === 'ABOR' && reply.code === 225 ? next : head;
  }

  /** Nothing better has come. */
  #settleDoubt(): void {
    const reply = this.#doubtful?.reply;
    this.#doubtful = undefined;
    const pending = this.#due[0];
    if (reply && pending) this.#deliver(pending, reply);
  }

  #deliver(pending: PendingReply, reply: Reply): void {
    if (pending.verb !== 'NOOP') this.core.onProgress();
    const isLast = pending.take(reply);
    if (isLast) this.#due = this.#due.filter((each) => each !== pending);
    // A server that says for ever that it has begun gets no more time for it.
    if (isLast || pending.withinMs === undefined) this.#arm();
  }

  #stray(reply: Reply): void {
    const text = reply.lines.at(-1) ?? '';
    this.core.warn('STRAY_REPLY', `a reply that nothing was asked for: ${reply.code} ${text}`, this.number);
  }

  #show(direction: 'in' | 'out', text: string): void {
    this.transcript.add(direction, text);
    this.core.emitLine(this.number, direction, text);
  }
}

/** Implicit TLS on the other side waits for us to begin. */
const SILENT_HINT =
  'Something listens there, but an FTP server greets at once: check the port. Where TLS begins with the first byte (port 990), the URL begins with ftps://.';
/** IDLE_CONTROL: the data went on, the commands did not. */
const FORGOTTEN_HINT =
  'The transfer ran and its end was not announced: a firewall on the way may have forgotten the control connection, idle meanwhile. Lower limits.keepaliveMs below its timeout, or raise that.';

/** In TLS 1.3 a server judges the client's certificate when the client's handshake is over (RFC 8446 §4.4.2.4). */
function closedError(reason: string, host: string, cause: Error | undefined): FtpError {
  if (refusesCertificate(cause)) return tlsError(cause, host);
  return new FtpError('CLOSED', `The control connection ended: ${reason}`, {
    retryable: true,
    connectionUsable: false,
  });
}
