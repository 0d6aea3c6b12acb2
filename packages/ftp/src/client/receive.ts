import { ConnectionFault, ZlibTransform } from '../connection/index.js';
import { AsciiDecoder, type Reply } from '../protocol/index.js';
import { abandon, givenUp, isOfThePeer } from './abandon.js';
import type { DataPath } from './contract.js';
import { type DataAttempt, FtpError } from './errors.js';
import { transferError } from './fault-error.js';
import { Interruption } from './interruption.js';
import { type OpenData, type TransferCommand, openData } from './open-data.js';
import { type RateLimiter, portionsOf } from './rate-limiter.js';
import { replyError } from './reply-error.js';
import { setMode, setType } from './representation.js';
import type { ClientSession } from './session.js';

export interface ReceivePlan {
  readonly verb: 'RETR' | 'LIST' | 'NLST' | 'MLSD';
  readonly argument?: string;
  readonly offset?: number;
  readonly type?: 'binary' | 'ascii';
  readonly attempts: DataAttempt[];
  readonly signal?: AbortSignal | undefined;
  /** Of this transfer, beside the client's. */
  readonly limiter?: RateLimiter;
  /** Octets to come, where known: tells that all is there when the server does not say so. */
  readonly expected?: number | undefined;
  /** Octets after which no more is wanted. */
  readonly most?: number | undefined;
  /** See TransferCommand. Default false. */
  readonly watchesEnd?: boolean;
  /** Whether chunks are kept beyond the call of `deliver`. */
  readonly keepsChunks: boolean;
  readonly onOpen?: (path: DataPath, first: Reply) => void;
  /** Takes what has come; more is read when it has resolved. */
  readonly deliver: (chunks: readonly Uint8Array[]) => Promise<void> | void;
}

export interface Received {
  readonly octets: number;
  /** The final reply; absent where the control connection was lost after all had come. */
  readonly reply: Reply | undefined;
  /** False where a plan that watches the end has seen TLS end without close_notify: somebody may have cut it short (RFC 8446 §6.1). */
  readonly endedProperly: boolean;
}

/** Moves a file or a listing from the server to `deliver`. Rejects with FtpError; the session is then in order, or ended. */
export async function receive(session: ClientSession, plan: ReceivePlan): Promise<Received> {
  await setType(session, plan.type === 'ascii' ? 'A' : 'I');
  await setMode(session);
  const { verb, argument, offset } = plan;
  const command: TransferCommand = {
    verb,
    receiving: plan.keepsChunks ? 'give' : 'lend',
    watchesEnd: plan.watchesEnd === true,
    signal: plan.signal,
    ...(argument !== undefined && { argument }),
    ...(offset !== undefined && { offset }),
  };
  const opened = await openData(session, command, plan.attempts);
  session.core.dataPath = opened.path;
  plan.onOpen?.(opened.path, opened.first);
  return await new Reception(session, plan, opened).run();
}

class Reception {
  readonly #session: ClientSession;
  readonly #plan: ReceivePlan;
  readonly #opened: OpenData;
  readonly #inflate: ZlibTransform | undefined;
  readonly #ascii: AsciiDecoder | undefined;
  readonly #interruption = new Interruption();
  #octets = 0;
  #enough = false;
  /** The data has ended, and only the final reply is missing. */
  #ending = false;
  #abandoning: Promise<boolean> | undefined;
  #watch: NodeJS.Timeout | undefined;

  constructor(session: ClientSession, plan: ReceivePlan, opened: OpenData) {
    this.#session = session;
    this.#plan = plan;
    this.#opened = opened;
    session.keepalive.begin();
    this.#inflate = session.mode === 'Z' ? ZlibTransform.inflate() : undefined;
    this.#ascii = plan.type === 'ascii' ? new AsciiDecoder() : undefined;
  }

  async run(): Promise<Received> {
    const { pending } = this.#opened;
    const { signal } = this.#plan;
    const abort = (): void => {
      this.#opened.data.fail(givenUp());
      this.#interruption.interrupt(givenUp());
      if (this.#ending) void this.#abandon();
    };
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort, { once: true });
    pending.final.then(this.#onFinal, () => {});
    try {
      await this.#readAll();
      const { endedProperly } = this.#opened.data;
      return { octets: this.#octets, reply: await this.#end(), endedProperly };
    } catch (cause) {
      throw await this.#failed(cause);
    } finally {
      clearTimeout(this.#watch);
      signal?.removeEventListener('abort', abort);
      this.#inflate?.close();
      await this.#session.keepalive.end();
    }
  }

  async #readAll(): Promise<void> {
    const { stream } = this.#opened.data;
    const { download } = this.#session.core;
    const { limiter, signal } = this.#plan;
    const portion = Math.min(download.portion, limiter?.portion ?? Infinity);
    for (let chunks = await stream.read(); chunks; chunks = await stream.read()) {
      this.#session.core.onProgress();
      for (const some of portionsOf(chunks, portion)) {
        await download.take(sizeOf(some), signal);
        await limiter?.take(sizeOf(some), signal);
        await this.#pass(some);
        if (this.#enough) return;
      }
    }
    await this.#inflate?.end((piece) => this.#deliver([piece]));
    const rest = this.#ascii?.end();
    if (rest && rest.length > 0) await this.#plan.deliver([rest]);
    if (this.#octets !== this.#plan.expected) await this.#opened.data.confirmEnd();
  }

  async #pass(chunks: readonly Uint8Array[]): Promise<void> {
    if (!this.#inflate) return await this.#deliver(chunks);
    for (const chunk of chunks) await this.#inflate.push(chunk, (piece) => this.#deliver([piece]));
  }

  async #deliver(chunks: readonly Uint8Array[]): Promise<void> {
    const { most, deliver } = this.#plan;
    const decoded = this.#ascii ? chunks.map((chunk) => this.#ascii?.push(chunk) ?? chunk) : chunks;
    const wanted = most === undefined ? decoded : cut(decoded, most - this.#octets);
    this.#octets += sizeOf(wanted);
    this.#enough = most !== undefined && this.#octets >= most;
    const taken = deliver(wanted);
    if (taken) await this.#interruption.wait(taken);
  }

  /** The reply may come before the data has ended, and the data may then never end. */
  readonly #onFinal = (reply: Reply): void => {
    const { data } = this.#opened;
    // What is being delivered has come, and is taken to its end: the next try goes on behind it.
    if (reply.code >= 400) return data.fail(new ConnectionFault('CLOSED', `${reply.code} ${reply.lines.at(-1) ?? ''}`));
    if (data.state === 'open' && !data.stream.ended) this.#watchEnd(-1);
  };

  #watchEnd(before: number): void {
    const { data } = this.#opened;
    const { uploadEndMs } = this.#session.core.settings.limits;
    this.#watch = setTimeout(() => {
      if (data.state !== 'open' || data.stream.ended) return;
      const { delivered, waitsForPeer } = data.stream;
      if (delivered > before || !waitsForPeer) this.#watchEnd(delivered);
      else if (this.#octets === this.#plan.expected) data.stream.markEnded();
      else
        data.fail(
          new ConnectionFault('STALLED', 'the server says that all was sent, and does not end the data connection'),
        );
    }, uploadEndMs);
  }

  /** The data has ended: the final reply says what that means. */
  async #end(): Promise<Reply | undefined> {
    const { data, pending } = this.#opened;
    const { limits } = this.#session.core.settings;
    if (this.#enough) {
      data.fail(new ConnectionFault('ABORTED', 'no more is wanted'));
      await this.#abandon();
      return undefined;
    }
    this.#ending = true;
    data.close();
    const isWhole = this.#octets === this.#plan.expected;
    const { finalReplyMs, downloadReplyMs } = limits;
    if (!pending.settled) this.#session.expectWithin(isWhole ? Math.min(downloadReplyMs, finalReplyMs) : finalReplyMs);
    const reply = await pending.final.catch((error: unknown) => {
      if (!isWhole) throw error;
      if (!this.#plan.signal?.aborted) this.#lostBehindTheEnd(error);
      return undefined;
    });
    if (this.#plan.signal?.aborted) throw givenUp();
    if (reply && reply.code >= 400) throw replyError(this.#plan.verb, reply, this.#plan.argument);
    return reply;
  }

  #lostBehindTheEnd(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    this.#session.core.warn(
      'CONTROL_LOST',
      `all octets have come, but no final reply: ${why}; if a firewall forgets idle connections, lower limits.keepaliveMs`,
      this.#session.number,
    );
  }

  /** Once, however many ask for it: the session is in order when it is over. */
  #abandon(): Promise<boolean> {
    this.#abandoning ??= abandon(this.#session, this.#opened.pending, this.#session.core.settings.limits.abortMs);
    return this.#abandoning;
  }

  /** What the server says of it by itself is worth more than that the connection broke, unless it was us. */
  async #failed(cause: unknown): Promise<FtpError> {
    const { data, pending } = this.#opened;
    const error = transferError(cause, this.#plan.argument ?? this.#plan.verb);
    data.fail(new ConnectionFault('ABORTED', error.message));
    const told = await this.#abandon();
    const reply = told && isOfThePeer(cause) ? await pending.final.catch(() => undefined) : undefined;
    return reply && reply.code >= 400 ? replyError(this.#plan.verb, reply, this.#plan.argument) : error;
  }
}

function sizeOf(chunks: readonly Uint8Array[]): number {
  let size = 0;
  for (const chunk of chunks) size += chunk.length;
  return size;
}

function cut(chunks: readonly Uint8Array[], most: number): readonly Uint8Array[] {
  const kept: Uint8Array[] = [];
  let left = most;
  for (const chunk of chunks) {
    if (left <= 0) break;
    kept.push(chunk.subarray(0, left));
    left -= chunk.length;
  }
  return kept;
}
