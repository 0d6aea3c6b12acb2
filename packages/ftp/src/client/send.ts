import { ConnectionFault, ZlibTransform } from '../connection/index.js';
import { AsciiEncoder, type Reply } from '../protocol/index.js';
import { abandon, givenUp, isOfThePeer } from './abandon.js';
import type { DataPath } from './contract.js';
import { type DataAttempt, FtpError } from './errors.js';
import { transferError } from './fault-error.js';
import { Interruption } from './interruption.js';
import { type OpenData, openData } from './open-data.js';
import { type RateLimiter, portionsOf } from './rate-limiter.js';
import { replyError } from './reply-error.js';
import { setMode, setType } from './representation.js';
import type { ClientSession } from './session.js';

/** As zlib has it by default: 6. */
const DEFLATE_LEVEL = 6;

export interface SendPlan {
  readonly verb: 'STOR' | 'APPE';
  readonly path: string;
  readonly offset?: number;
  readonly type?: 'binary' | 'ascii';
  readonly attempts: DataAttempt[];
  readonly signal?: AbortSignal | undefined;
  /** Of this transfer, beside the client's. */
  readonly limiter: RateLimiter;
  readonly onOpen?: (path: DataPath) => void;
  /** Resolves when `source` can be read; nothing is begun on the server before. */
  readonly ready?: Promise<unknown>;
  /** What to send. A chunk is used up when the next is asked for. */
  readonly source: AsyncIterable<Uint8Array>;
  /** Told when so many more octets are with the kernel. */
  readonly onSent: (octets: number) => void;
}

/** Moves a file to the server. Rejects with FtpError; the session is then in order, or ended, and the server has been told that it is not all. */
export async function send(session: ClientSession, plan: SendPlan): Promise<Reply> {
  await setType(session, plan.type === 'ascii' ? 'A' : 'I');
  await setMode(session);
  const { verb, path, offset, ready } = plan;
  const command = {
    verb,
    argument: path,
    signal: plan.signal,
    ...(offset !== undefined && { offset }),
    ...(ready && { ready }),
  };
  const opened = await openData(session, command, plan.attempts);
  session.core.dataPath = opened.path;
  plan.onOpen?.(opened.path);
  return await new Sending(session, plan, opened).run();
}

class Sending {
  readonly #session: ClientSession;
  readonly #plan: SendPlan;
  readonly #opened: OpenData;
  readonly #deflate: ZlibTransform | undefined;
  readonly #ascii: AsciiEncoder | undefined;
  readonly #interruption = new Interruption();
  #allSent = false;
  /** The data has ended, and only the final reply is missing. */
  #ending = false;
  #abandoning: Promise<boolean> | undefined;

  constructor(session: ClientSession, plan: SendPlan, opened: OpenData) {
    this.#session = session;
    this.#plan = plan;
    this.#opened = opened;
    session.keepalive.begin();
    this.#deflate = session.mode === 'Z' ? ZlibTransform.deflate(DEFLATE_LEVEL) : undefined;
    this.#ascii = plan.type === 'ascii' ? new AsciiEncoder() : undefined;
  }

  async run(): Promise<Reply> {
    const { pending } = this.#opened;
    const { signal } = this.#plan;
    const abort = (): void => {
      this.#fail(givenUp());
      if (this.#ending) void this.#abandon();
    };
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort, { once: true });
    pending.final.then(this.#onFinal, this.#onLost);
    try {
      await this.#writeAll();
      return await this.#end();
    } catch (cause) {
      throw await this.#failed(cause);
    } finally {
      signal?.removeEventListener('abort', abort);
      this.#deflate?.close();
      await this.#session.keepalive.end();
    }
  }

  #fail(fault: ConnectionFault): void {
    this.#opened.data.fail(fault);
    this.#interruption.interrupt(fault);
  }

  async #writeAll(): Promise<void> {
    const portion = Math.min(this.#session.core.upload.portion, this.#plan.limiter.portion);
    for await (const chunk of this.#chunks()) {
      for (const [some = chunk] of portionsOf([chunk], portion)) {
        await this.#pause(some.length);
        await this.#write(this.#ascii?.push(some) ?? some);
        this.#session.core.onProgress();
        this.#plan.onSent(some.length);
      }
    }
    const rest = this.#ascii?.end();
    if (rest && rest.length > 0) await this.#write(rest);
    await this.#deflate?.end((piece) => this.#opened.data.stream.write(piece));
    this.#allSent = true;
  }

  async #pause(octets: number): Promise<void> {
    for (const limiter of [this.#session.core.upload, this.#plan.limiter]) {
      const pause = limiter.take(octets, this.#plan.signal);
      if (pause) await this.#interruption.wait(pause);
    }
  }

  async *#chunks(): AsyncGenerator<Uint8Array> {
    const source = this.#plan.source[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await this.#interruption.wait(source.next());
        if (next.done) return;
        yield next.value;
      }
    } finally {
      // Not awaited: a source that says nothing does not say that it has ended either.
      source.return?.().catch(() => {});
    }
  }

  async #write(bytes: Uint8Array): Promise<void> {
    const { stream } = this.#opened.data;
    if (this.#deflate) await this.#deflate.push(bytes, (piece) => stream.write(piece));
    else await stream.write(bytes);
  }

  /** A final reply before everything was sent is a refusal, whatever its code. */
  readonly #onFinal = (reply: Reply): void => {
    if (!this.#allSent) this.#fail(new ConnectionFault('CLOSED', `${reply.code} ${reply.lines.at(-1) ?? ''}`));
  };
  readonly #onLost = (): void => {
    if (!this.#allSent) this.#fail(new ConnectionFault('CLOSED', 'the control connection ended'));
  };

  /** Our end is said, over TLS with close_notify; the server's is waited for, but not for long: its reply is what counts. */
  async #end(): Promise<Reply> {
    const { data, pending } = this.#opened;
    const { limits } = this.#session.core.settings;
    await data.stream.finish(data.tls ? limits.uploadEndMs : 0);
    this.#ending = true;
    if (!pending.settled) this.#session.expectWithin(limits.finalReplyMs);
    const reply = await pending.final;
    data.close();
    if (this.#plan.signal?.aborted) throw givenUp();
    if (reply.code >= 400) throw data.fault ?? replyError(this.#plan.verb, reply, this.#plan.path);
    return reply;
  }

  /** Once, however many ask for it: the session is in order when it is over. */
  #abandon(): Promise<boolean> {
    this.#abandoning ??= abandon(this.#session, this.#opened.pending, this.#session.core.settings.limits.abortMs);
    return this.#abandoning;
  }

  /** A connection that we have given up is answered with 426, which may be here before that is noticed: what came first counts. */
  async #failed(thrown: unknown): Promise<FtpError> {
    const { data, pending } = this.#opened;
    const cause = data.fault ?? thrown;
    const error = transferError(cause, this.#plan.path);
    data.fail(new ConnectionFault('ABORTED', error.message));
    const told = await this.#abandon();
    if (!isOfThePeer(cause)) return error;
    const reply = told ? await pending.final.catch(() => undefined) : undefined;
    if (reply && reply.code >= 400) return replyError(this.#plan.verb, reply, this.#plan.path);
    return this.#session.failure ?? error;
  }
}
