import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { type Endpoint, type Reply, formatHostPort, isCompletion, parsePasvReply } from '../protocol/index.js';
import type { Connections } from './connections.js';
import type { Client, TransferOptions, TransferResult } from './contract.js';
import { FtpError } from './errors.js';
import { transferError } from './fault-error.js';
import { remoteModified, remoteSize } from './file-facts.js';
import { LinkedSignal } from './linked-signal.js';
import { setModified } from './name-commands.js';
import { checkRate } from './rate-limiter.js';
import { replyError } from './reply-error.js';
import { setType } from './representation.js';
import type { ClientSession } from './session.js';
import type { TransferJob } from './transfer-job.js';

export interface CopyEnd {
  readonly client: Client;
  readonly connections: Connections;
  readonly path: string;
}

export interface CopyPlan {
  readonly from: CopyEnd;
  readonly to: CopyEnd;
  readonly options: TransferOptions & { readonly via?: 'auto' | 'fxp' | 'relay' };
  readonly job: TransferJob;
}

/** From one server to another, or to another place on the same: straight between the two (FXP) where both allow it, else through here. */
export async function copy(plan: CopyPlan): Promise<TransferResult> {
  const [one, other] = [plan.from.connections, plan.to.connections];
  const { signal } = plan.job;
  checkRate('rateLimit', plan.options.rateLimit);
  if (one === other) return await one.copies.run(() => copyInPlace(plan), signal, plan.options.via === 'fxp' ? 2 : 1);
  // Always in the same order, so that two copies in opposite directions do not wait for each other.
  const [first, second] = one.order < other.order ? [one, other] : [other, one];
  return await first.copies.run(() => second.copies.run(() => copyInPlace(plan), signal), signal);
}

async function copyInPlace(plan: CopyPlan): Promise<TransferResult> {
  const { via = 'auto' } = plan.options;
  const { from, to } = plan;
  if (via === 'fxp' && from.connections === to.connections && from.connections.max < 2)
    throw new FtpError('USAGE', 'FXP takes two connections: use a pool, or another client', { phase: 'usage' });
  if (via === 'fxp' || (via === 'auto' && from.connections !== to.connections && isPlain(plan.options))) {
    try {
      return await copyStraight(plan);
    } catch (error) {
      if (via === 'fxp' || !(error instanceof FtpError) || !error.connectionUsable || plan.job.signal.aborted)
        throw error;
      if (isOfTheFile(error)) throw error;
      from.connections.core.warn(
        'RETRY',
        `the two servers do not connect to each other, so through here: ${error.message}`,
      );
    }
  }
  return from.connections === to.connections ? await copyByFile(plan) : await relay(plan);
}

/** Whether two servers do by themselves all that is asked for. */
function isPlain({ ifExists = 'overwrite', type, atomic, verify, rateLimit }: TransferOptions): boolean {
  return ifExists === 'overwrite' && type !== 'ascii' && !atomic && verify !== 'hash' && !rateLimit;
}

/** A refusal that has nothing to do with who connects to whom: through here it would be the same. */
function isOfTheFile({ code, command }: FtpError): boolean {
  return (command === 'STOR' || command === 'RETR') && ['PERMISSION', 'NOT_FOUND', 'NO_SPACE'].includes(code);
}

/** A stream from one to the other. */
async function relay({ from, to, options, job }: CopyPlan): Promise<TransferResult> {
  const { signal } = job;
  const source = await from.client.stat(from.path, { signal });
  const pipe = new PassThrough({ highWaterMark: from.connections.core.settings.limits.readAhead });
  const known = {
    ...(source.size !== undefined && { size: source.size }),
    ...(source.modified && { modified: source.modified.at }),
  };
  const { onProgress: _, ...common } = options;
  const stop = new LinkedSignal(signal);
  const read = from.client.get(from.path, pipe, {
    signal: stop.signal,
    known,
    ...(options.type && { type: options.type }),
  });
  const write = to.client.put(pipe, to.path, {
    ...common,
    known,
    signal: stop.signal,
    onProgress: ({ octets, dataPath }) => {
      job.total = source.size;
      job.dataPath = dataPath;
      job.reached(octets);
    },
  });
  const written = write.then((result) => {
    if (result.outcome === 'skipped') stop.abort(); // nobody reads what is being fetched
    return result;
  });
  const [got, put] = await Promise.allSettled([read.catch(giveUp(stop, pipe)), written.catch(giveUp(stop, pipe))]);
  stop.unlink();
  const first = got.status === 'rejected' ? got.reason : put.status === 'rejected' ? put.reason : undefined;
  if (put.status === 'fulfilled' && put.value.outcome === 'skipped') return put.value;
  if (got.status === 'rejected' || put.status === 'rejected') throw causeOf(got, put) ?? first;
  return put.value;
}

function giveUp(stop: LinkedSignal, pipe: PassThrough): (error: unknown) => never {
  return (error) => {
    pipe.destroy(error instanceof Error ? error : undefined);
    stop.abort(error);
    throw error;
  };
}

/** The one that was not only a consequence of the other. */
function causeOf(...outcomes: readonly PromiseSettledResult<unknown>[]): unknown {
  const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
  return (
    reasons.find((reason) => !(reason instanceof FtpError) || (reason.code !== 'ABORTED' && reason.code !== 'LOCAL')) ??
    reasons[0]
  );
}

/** One client may have one connection only, and that cannot read and write at the same time. */
async function copyByFile({ from, to, options, job }: CopyPlan): Promise<TransferResult> {
  const folder = await mkdtemp(join(tmpdir(), 'twinport-')); // nobody else may look into it
  const file = join(folder, 'copy');
  const { signal } = job;
  const { onProgress: _, ifExists: _i, ...rest } = options;
  try {
    await from.client.get(from.path, file, { ...rest, signal, atomic: false, preserveTime: true });
    return await to.client.put(file, to.path, {
      ...options,
      signal,
      onProgress: ({ octets, total, dataPath }) => {
        job.total = total;
        job.dataPath = dataPath;
        job.reached(octets);
      },
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** RFC 959 §2.3, figure 2: one server listens, the other connects to it, we hold both control connections. */
async function copyStraight({ from, to, options, job }: CopyPlan): Promise<TransferResult> {
  const { signal } = job;
  const use = { signal, repeatable: false };
  const run = (source: ClientSession, target: ClientSession): ReturnType<StraightCopy['run']> =>
    new StraightCopy(source, target, from.path, to.path).run(signal);
  // In that order here too: a server may turn out to take fewer connections than there are places.
  const outcome =
    from.connections.order < to.connections.order
      ? await from.connections.use((source) => to.connections.use((target) => run(source, target), use), use)
      : await to.connections.use((target) => from.connections.use((source) => run(source, target), use), use);
  if (options.preserveTime) {
    const at = await from.connections.use((session) => remoteModified(session, from.path), { signal });
    if (at) await setModified(to.connections, to.path, at, { signal });
  }
  job.reached(outcome.size);
  return {
    outcome: 'transferred',
    octets: outcome.size,
    size: outcome.size,
    resumedAt: 0,
    attempts: 1,
    milliseconds: job.milliseconds,
    verified: outcome.verified,
    dataPath: undefined,
    tls: undefined,
  };
}

class StraightCopy {
  readonly #source: ClientSession;
  readonly #target: ClientSession;
  readonly #from: string;
  readonly #to: string;

  constructor(source: ClientSession, target: ClientSession, from: string, to: string) {
    this.#source = source;
    this.#target = target;
    this.#from = from;
    this.#to = to;
  }

  async run(signal: AbortSignal): Promise<{ readonly size: number; readonly verified: 'size' | 'no' }> {
    const [source, target] = [this.#source, this.#target];
    if (source.protectsData || target.protectsData) {
      throw new FtpError('UNSUPPORTED', 'Two servers cannot both be the server of a TLS connection between them', {
        hint: 'Copy by relay, or with tls.clearData.',
      });
    }
    await setType(source, 'I');
    await setType(target, 'I');
    const size = await remoteSize(source, this.#from);
    const reply = await source.command('PASV', undefined, this.#from);
    const passive = endpointIn(reply, this.#from);
    if (passive.host !== source.serverHost) throw foreignEndpoint(passive.host);
    await target.command('PORT', formatHostPort(passive), this.#to);
    const abort = (): void => {
      const error = new FtpError('ABORTED', 'The copy was given up', { connectionUsable: false });
      source.fail(error);
      target.fail(error);
    };
    signal.addEventListener('abort', abort, { once: true });
    try {
      await this.#transfer();
    } finally {
      signal.removeEventListener('abort', abort);
    }
    const arrived = await remoteSize(target, this.#to);
    if (size !== undefined && arrived !== undefined && size !== arrived) {
      throw new FtpError('TRUNCATED', `${this.#to}: ${arrived} of ${size} octets arrived`, {
        phase: 'transfer',
        path: this.#to,
      });
    }
    return { size: arrived ?? size ?? 0, verified: size !== undefined && arrived !== undefined ? 'size' : 'no' };
  }

  /** STOR first: whoever connects should find the other one listening. A refusal of either leaves the other waiting: its session goes. */
  async #transfer(): Promise<void> {
    const store = this.#target.send('STOR', this.#to);
    const retrieve = this.#source.send('RETR', this.#from);
    const both = [
      { session: this.#target, other: this.#source, pending: store, verb: 'STOR', path: this.#to },
      { session: this.#source, other: this.#target, pending: retrieve, verb: 'RETR', path: this.#from },
    ];
    await Promise.all(
      both.map(async ({ other, pending, verb, path }) => {
        const reply = await pending.final;
        if (isCompletion(reply.code)) return;
        const error = replyError(verb, reply, path);
        if (!other.settled) other.expectWithin(other.core.settings.limits.abortMs);
        throw error;
      }),
    );
  }
}

/** What a server says of itself is passed on to another one only where it is true: anything else could be aimed at third parties (RFC 2577 §3). */
function foreignEndpoint(host: string): FtpError {
  return new FtpError('UNSUPPORTED', `The server announces ${host}, which is not where it is`, {
    hint: 'It is behind NAT, or up to no good: copy by relay.',
  });
}

function endpointIn(reply: Reply, path: string): Endpoint {
  try {
    return parsePasvReply(reply);
  } catch (cause) {
    throw transferError(cause, path);
  }
}
