import { isIPv6 } from 'node:net';
import {
  ConnectionFault,
  type Receiving,
  DataConnection,
  type DataConnectionOptions,
  dialDirectly,
} from '../connection/index.js';
import {
  type Endpoint,
  type Reply,
  SyntaxFault,
  formatEprt,
  formatHostPort,
  ipVersion,
  parseEpsvReply,
  parsePasvReply,
} from '../protocol/index.js';
import { abandon, givenUp } from './abandon.js';
import type { DataPath } from './contract.js';
import { type DataCommand, hasWorked, modeOf, nextDataCommand, rememberDataPath } from './data-path.js';
import { type DataAttempt, DataConnectionError, FtpError } from './errors.js';
import { describeAttempt, explainAttempts } from './explain-attempts.js';
import { transferError } from './fault-error.js';
import { dialOf } from './open-session.js';
import type { PendingReply } from './pending-reply.js';
import { replyError } from './reply-error.js';
import type { ClientSession } from './session.js';
import { abortError, untilAborted } from './until-aborted.js';

/** The command that moves something over the data connection. */
export interface TransferCommand {
  readonly verb: string;
  readonly argument?: string;
  /** REST before it; 0 or absent: from the beginning. */
  readonly offset?: number;
  /** Octets come to us only: whether what is received is used up before more is read, or kept. */
  readonly receiving?: Receiving;
  /** Find out whether the server ends TLS properly: nothing else tells that all has come. */
  readonly watchesEnd?: boolean;
  /** What must be there before the command may be sent; it gets ready meanwhile. */
  readonly ready?: Promise<unknown>;
  /** Ends the opening at once; the session goes on where the server can be got out of it. */
  readonly signal?: AbortSignal | undefined;
}

/** Both connections, ready: the command has begun, the data connection is open. */
export interface OpenData {
  readonly data: DataConnection;
  readonly pending: PendingReply;
  readonly path: DataPath;
  /** The server's answer to the command, which may be the final one. */
  readonly first: Reply;
}

/** A way that did not work, while the session goes on or not; `attempts` says why. */
class WayFailed extends Error {}

/**
 * Opens a data connection by the ways that are left, and starts the command on it. Failed ways are added to `attempts`, which belongs
 * to the whole operation: a second call, on another session, goes on where the first had to stop. Rejects with FtpError.
 */
export async function openData(
  session: ClientSession,
  command: TransferCommand,
  attempts: DataAttempt[],
): Promise<OpenData> {
  const { settings } = session.core;
  const ipv6 = isIPv6(session.serverHost);
  const reachable = dialOf(session.core) === dialDirectly;
  for (;;) {
    const way = nextDataCommand({ settings, ipv6, reachable, attempts });
    if (!way) throw everythingFailed(session, attempts);
    if (command.signal?.aborted) throw abortError(command.signal);
    // Another session tries the next way.
    if (session.ended && attempts.length > 0) throw lostOnTheWay(session, attempts);
    try {
      const opened = await new Way(session, command, way, attempts).open();
      rememberDataPath(settings, way);
      return opened;
    } catch (error) {
      if (command.signal?.aborted) throw abortError(command.signal, { connectionUsable: !session.ended });
      if (!(error instanceof WayFailed)) throw error;
    }
  }
}

function everythingFailed(session: ClientSession, attempts: readonly DataAttempt[]): DataConnectionError {
  const { host } = session.core.settings;
  const ways = attempts.map(describeAttempt).join('; ');
  return new DataConnectionError(`No data connection with ${host}: ${ways}`, attempts, {
    hint: hintOf(session, attempts),
    connectionUsable: !session.ended,
  });
}

function hintOf({ serverHost, control }: ClientSession, attempts: readonly DataAttempt[]): string {
  return explainAttempts(attempts, { serverHost, tls: control.tls !== undefined });
}

/** The session did not survive the way that failed. */
function lostOnTheWay(session: ClientSession, attempts: readonly DataAttempt[]): DataConnectionError {
  return new DataConnectionError(attempts.slice(-1).map(describeAttempt).join(''), attempts, {
    hint: hintOf(session, attempts),
    retryable: true,
    connectionUsable: false,
  });
}

/** One try of one way. */
class Way {
  readonly #session: ClientSession;
  readonly #command: TransferCommand;
  readonly #way: DataCommand;
  readonly #attempts: DataAttempt[];
  readonly #started = performance.now();
  #endpoint: Endpoint | undefined;
  #announced: Endpoint | undefined;
  #data: DataConnection | undefined;
  #pending: PendingReply | undefined;
  /** The data connection is made. */
  #met = false;
  #abandoning: Promise<unknown> | undefined;

  constructor(session: ClientSession, command: TransferCommand, way: DataCommand, attempts: DataAttempt[]) {
    this.#session = session;
    this.#command = command;
    this.#way = way;
    this.#attempts = attempts;
  }

  async open(): Promise<OpenData> {
    const { signal } = this.#command;
    signal?.addEventListener('abort', this.#giveUp, { once: true });
    try {
      return await this.#start(modeOf(this.#way) === 'passive' ? await this.#passive() : await this.#active());
    } catch (error) {
      this.#data?.fail(new ConnectionFault('ABORTED', 'the transfer did not begin'));
      await this.#abandoning;
      throw error;
    } finally {
      signal?.removeEventListener('abort', this.#giveUp);
    }
  }

  #hold(data: DataConnection): DataConnection {
    this.#data = this.#session.data = data;
    if (this.#command.signal?.aborted) this.#giveUp();
    return data;
  }

  /** What was dropped on the way the server cannot have noticed. */
  readonly #giveUp = (): void => {
    const { abortMs } = this.#session.core.settings.limits;
    this.#data?.fail(givenUp());
    if (this.#pending) this.#abandoning = abandon(this.#session, this.#pending, abortMs, this.#met ? undefined : 0);
  };

  get #options(): DataConnectionOptions {
    const { core, control, report, protectsData } = this.#session;
    const { limits } = core.settings;
    return {
      side: 'client',
      control: { local: control.local, remote: control.remote },
      waitMs: limits.dataOpenMs,
      stallMs: limits.stallMs,
      onEvent: core.wantsConnections ? report : undefined,
      dial: dialOf(core),
      ...(!protectsData && { receiving: this.#command.receiving, zeroCopy: core.settings.options.zeroCopy }),
    };
  }

  async #passive(): Promise<DataConnection> {
    const reply = await this.#session.exchange(this.#way);
    if (reply.code >= 400) throw this.#failed(`${reply.code} ${reply.lines.at(-1) ?? ''}`);
    const target = this.#target(reply);
    this.#endpoint = target;
    if (target.port === 0) throw this.#failed('the server announces port 0');
    const data = this.#hold(DataConnection.dial('passive', target, 'any', this.#options));
    // What has worked before saves a round trip: the command goes out while the connection is being made.
    if (hasWorked(this.#session.core.settings, this.#way)) return data;
    try {
      await data.connect();
      return data;
    } catch (cause) {
      throw this.#failed(cause);
    }
  }

  /** Where to connect to: the server's host, whatever a 227 says, unless the server's address is to be trusted. */
  #target(reply: Reply): Endpoint {
    const host = this.#session.serverHost;
    try {
      if (this.#way === 'EPSV') return { host, port: parseEpsvReply(reply) };
      const announced = parsePasvReply(reply);
      if (announced.host === host || this.#isTrusted) return announced;
      this.#repaired(announced, host);
      return { host, port: announced.port };
    } catch (cause) {
      if (!(cause instanceof SyntaxFault)) throw cause;
      throw this.#failed(`the answer names no port: ${reply.code} ${reply.lines.at(-1) ?? ''}`);
    }
  }

  /** An FTP proxy that relays no data passes on the server's own address, one that does puts its own there. */
  get #isTrusted(): boolean {
    const { data, proxy } = this.#session.core.settings;
    return data.trustServerAddress === true || proxy?.kind === 'ftp';
  }

  #repaired(announced: Endpoint, host: string): void {
    // Behind a tunnel the server has a name only, and any address may be its own.
    if (ipVersion(host) === 0) return;
    this.#announced = announced;
    this.#session.core.warn(
      'ADDRESS_REPAIRED',
      `the server announces ${announced.host} port ${announced.port}; connecting to ${host} port ${announced.port}, where it is`,
      this.#session.number,
    );
  }

  async #active(): Promise<DataConnection> {
    const { activePorts } = this.#session.core.settings.data;
    const data = await DataConnection.listen('active', activePorts, this.#options).catch((cause: unknown) => {
      throw this.#failed(cause);
    });
    this.#hold(data);
    try {
      const reply = await this.#session.exchange(this.#way, await this.#announcement(data.offered));
      if (reply.code >= 400) throw this.#failed(`${reply.code} ${reply.lines.at(-1) ?? ''}`);
      return data;
    } catch (error) {
      data.close();
      throw error;
    }
  }

  async #announcement({ host, port }: Endpoint): Promise<string> {
    const { activeAddress } = this.#session.core.settings.data;
    try {
      const address = typeof activeAddress === 'function' ? await activeAddress() : activeAddress;
      this.#endpoint = { host: address ?? host, port };
      return this.#way === 'EPRT' ? formatEprt(this.#endpoint) : formatHostPort(this.#endpoint);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new FtpError('USAGE', `data.activeAddress cannot be announced: ${why}`, { phase: 'usage', cause });
    }
  }

  async #start(data: DataConnection): Promise<OpenData> {
    const { verb, argument, offset = 0, ready, signal } = this.#command;
    const session = this.#session;
    if (ready) await untilAborted(ready, signal);
    // Not between REST and its command: the next one would be taken to begin there.
    if (signal?.aborted) throw abortError(signal);
    if (offset > 0) await session.command('REST', String(offset));
    const pending = session.send(verb, argument);
    this.#pending = pending;
    if (signal?.aborted) this.#giveUp();
    if (data.state === 'offered') await this.#meet(data, pending);
    this.#met = true;
    const first = await pending.first;
    const said = pending.settled ? await pending.final : first;
    if (said.code >= 400) throw this.#refused(said);
    try {
      await data.open(
        session.protectsData ? session.tls?.secureData({ watchesEnd: this.#command.watchesEnd === true }) : undefined,
      );
    } catch (cause) {
      throw await this.#openFailed(cause, pending);
    }
    if (data.tls && !data.tls.resumed) session.noteUnresumed();
    return { data, pending, first, path: { mode: data.mode, command: this.#way } };
  }

  /** The data connection is made, or the server says that there will be none; or neither, and then the session is put in order again. */
  async #meet(data: DataConnection, pending: PendingReply): Promise<void> {
    const connected = data.connect().then(() => undefined);
    const refused = pending.final.then((reply) => (reply.code >= 400 ? reply : connected));
    try {
      await Promise.race([connected, refused]);
    } catch (cause) {
      if (this.#command.signal?.aborted) throw cause;
      if (pending.settled) return void (await pending.final); // its reply says more, or why there is none
      const { abortMs } = this.#session.core.settings.limits;
      // What was dropped on the way the server cannot have noticed.
      const mayNotice = cause instanceof ConnectionFault && cause.code !== 'TIMEOUT';
      await abandon(this.#session, pending, abortMs, mayNotice ? undefined : 0);
      // A server that refuses the command closes its port at once: the connection may break before the refusal is here.
      const reply = mayNotice ? await pending.first.catch(() => undefined) : undefined;
      if (reply && reply.code >= 400 && reply.code !== 425 && reply.code !== 426) return;
      throw this.#failed(cause);
    }
  }

  /** 425 is of the data connection, everything else of the file. */
  #refused(reply: Reply): Error {
    const { verb, argument } = this.#command;
    if (reply.code === 425 && !/tls|ssl|session|reuse/i.test(reply.lines.join(' '))) {
      // The server has its own idea of how long to wait: what was rejected on the way it hears of at once.
      const { dataOpenMs } = this.#session.core.settings.limits;
      const late = performance.now() - this.#started > dataOpenMs / 2;
      return this.#failed(`${reply.code} ${reply.lines.at(-1) ?? ''}`, late);
    }
    return replyError(verb, reply, argument);
  }

  /** The server says why in its final reply, where it says anything. */
  async #openFailed(cause: unknown, pending: PendingReply): Promise<Error> {
    const { limits } = this.#session.core.settings;
    const error = transferError(cause, this.#command.argument ?? '');
    if (this.#command.signal?.aborted) return error;
    this.#session.expectWithin(limits.abortMs);
    const reply = await pending.final.catch(() => undefined);
    if (!reply || reply.code < 400) return error;
    return new FtpError(error.code, `${error.message} (${reply.code} ${reply.lines.at(-1) ?? ''})`, {
      phase: error.phase,
      reply,
      retryable: error.retryable,
      cause,
      hint:
        reply.code === 522 || reply.code === 425
          ? 'The server wants the TLS session of the control connection resumed on data connections.'
          : (error.hint ?? ''),
    });
  }

  #failed(why: unknown, timedOut = why instanceof ConnectionFault && why.code === 'TIMEOUT'): Error {
    const { signal } = this.#command;
    if (signal?.aborted) return abortError(signal); // that says nothing of the way
    const outcome = this.#outcome(why);
    const attempt: DataAttempt = {
      mode: modeOf(this.#way),
      command: this.#way,
      endpoint: this.#endpoint,
      ...(this.#announced && { announced: this.#announced }),
      outcome,
      timedOut,
      milliseconds: Math.round(performance.now() - this.#started),
    };
    this.#attempts.push(attempt);
    this.#session.core.warn('DATA_PATH_FAILED', describeAttempt(attempt), this.#session.number);
    return new WayFailed(outcome);
  }

  /** The endpoint is named beside it. */
  #outcome(why: unknown): string {
    if (!(why instanceof ConnectionFault)) return String(why);
    const { dataOpenMs } = this.#session.core.settings.limits;
    if (why.code === 'REFUSED') return 'rejected';
    if (why.code !== 'TIMEOUT') return why.message;
    const nothing = modeOf(this.#way) === 'passive' ? 'no answer' : 'no connection came';
    return `${nothing} within ${dataOpenMs} ms`;
  }
}
