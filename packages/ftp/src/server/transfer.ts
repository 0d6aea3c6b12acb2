import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import { ConnectionFault, type DataConnection, type Move } from '../connection/index.js';
import { type Reply, reply } from '../protocol/index.js';
import { openData } from './data-channel.js';
import { moveFile, moverFor } from './move-file.js';
import { LARGEST_BUFFER, ReadBuffers } from './read-buffers.js';
import { INTERNAL_ERROR, replyOf } from './replies.js';
import type { Session } from './session.js';
import { StorageFault } from './storage/contract.js';
import { Receiver, Sender } from './transfer-pipeline.js';
import {
  type ReceiveFile,
  type SendFile,
  type SendLines,
  type TransferOutcome,
  type TransferPlan,
  octetsToSend,
} from './transfer-plan.js';

const EMPTY = new Uint8Array(0);
/** In modes B and C a restart marker goes out after so many octets of the file. */
const MARKER_EVERY = 1024 * 1024;

/** One file or listing on a data connection. It ends with one final reply, whatever happens. */
export class Transfer {
  readonly plan: TransferPlan;
  readonly started = Date.now();
  readonly #session: Session;
  readonly #data: DataConnection;
  #phase: 'before' | 'during' = 'before';
  #aborted = false;
  #octets = 0;
  /** Beside the event loop, behind those octets. */
  #moved: Move | undefined;

  constructor(session: Session, data: DataConnection, plan: TransferPlan) {
    this.#session = session;
    this.#data = data;
    this.plan = plan;
  }

  /** Octets of the file moved so far. */
  get octets(): number {
    return this.#octets + (this.#moved?.octets ?? 0);
  }

  get aborted(): boolean {
    return this.#aborted;
  }

  /** Drops the data connection (ABOR, or the end of the session); `run` then ends with 426. */
  abort(): void {
    this.#aborted = true;
    this.#data.fail(new ConnectionFault('ABORTED', 'aborted'));
  }

  /** Never rejects. Whatever it ends with, the plan's handle is closed. */
  async run(): Promise<TransferOutcome> {
    try {
      await this.#session.send(this.#opening());
      await openData(this.#session, this.#data, this.plan.kind);
      this.#phase = 'during';
      await this.#move();
      await this.#closeHandle();
      if (this.#aborted) throw new ConnectionFault('ABORTED', 'aborted');
      return {
        reply: reply(226, this.plan.kind === 'lines' ? 'Listing sent' : `Transfer complete, ${this.octets} bytes`),
      };
    } catch (error) {
      return await this.#failed(error);
    }
  }

  #opening(): Reply {
    const { plan } = this;
    if (plan.kind === 'receive' && plan.opening !== undefined) return reply(150, plan.opening);
    const type = this.#session.textual || plan.kind === 'lines' ? 'ASCII' : 'BINARY';
    const size = plan.kind === 'send' ? ` (${octetsToSend(plan)} bytes)` : '';
    return this.#data.state === 'open'
      ? reply(125, `Data connection already open, ${type} transfer of ${plan.path} starting${size}`)
      : reply(150, `Opening ${type} mode data connection for ${plan.path}${size}`);
  }

  async #move(): Promise<void> {
    const { plan } = this;
    if (plan.kind === 'receive') return await this.#receive(plan);
    const sender = new Sender(this.#session, this.#data, {
      skip: plan.kind === 'send' ? plan.skip : 0,
      lines: plan.kind === 'lines',
    });
    try {
      await (plan.kind === 'send' ? this.#sendFile(plan, sender) : this.#sendLines(plan, sender));
      await sender.end();
    } finally {
      sender.close();
    }
    if (!sender.keepsOpen) await this.#finishSending();
  }

  async #sendMoved({ source: { fd }, offset, skip }: SendFile, length: number): Promise<boolean> {
    const mover = moverFor(this.#session, this.#data, length);
    if (!mover || fd === undefined || skip > 0) return false;
    const what = { file: fd, position: offset, length };
    return await moveFile(this.#session, this.#data, what, (move, watch) => (this.#moved = mover.send(move, watch)));
  }

  async #sendFile(plan: SendFile, sender: Sender): Promise<void> {
    const buffers = new ReadBuffers(this.#session.server.shareOfBuffers(LARGEST_BUFFER));
    let left = octetsToSend(plan);
    if (await this.#sendMoved(plan, left)) return;
    let untilMarker = MARKER_EVERY;
    let ahead = readInto(plan, buffers, left);
    try {
      while (left > 0) {
        const bytes = await ahead;
        if (bytes.length === 0) throw new StorageFault('failed', 'the file became shorter while it was sent');
        left -= bytes.length;
        ahead = readInto(plan, buffers, left);
        await sender.send(bytes);
        this.#octets += bytes.length;
        untilMarker -= bytes.length;
        if (untilMarker <= 0 && left > 0) {
          await sender.mark(String(plan.offset + this.octets));
          untilMarker = MARKER_EVERY;
        }
      }
    } finally {
      await ahead.catch(() => EMPTY); // the handle must not be closed under a read
    }
  }

  async #sendLines(plan: SendLines, sender: Sender): Promise<void> {
    for await (const bytes of plan.lines) {
      await sender.send(bytes);
      this.#octets += bytes.length;
    }
  }

  /** A client that resets has not read everything; one that has read everything ends its side, at once or after the reply. */
  async #finishSending(): Promise<void> {
    const session = this.#session;
    const finished = this.#data.stream.finish(session.closesLate ? 0 : session.server.limits.dataCloseWaitMs);
    // The file is not needed while the client takes its time.
    const [closed] = await Promise.all([finished, this.#closeHandle()]);
    if (!closed) session.closesLate = true;
    this.#data.close();
  }

  async #receive(plan: ReceiveFile): Promise<void> {
    await plan.sink.write([]); // from here on the old content is given up
    const write = async (chunks: readonly Uint8Array[]): Promise<void> => {
      const octets = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
      if (this.octets + octets > plan.limit) throw new StorageFault('invalid', 'more octets than the range has');
      await plan.sink.write(chunks);
      this.#octets += octets;
    };
    const receiver = new Receiver(this.#session, this.#data, {
      sentBefore: plan.sentBefore,
      write,
      moveRest: () => this.#receiveMoved(plan, write),
      onMarker: async (marker) => {
        await this.#session.send(reply(110, `MARK ${marker} = ${plan.offset + this.octets}`));
      },
    });
    try {
      await receiver.receive();
    } finally {
      receiver.close();
    }
    if (!receiver.keepsOpen) await this.#finishReceiving(plan, receiver);
  }

  async #receiveMoved(
    { sink: { fd }, offset, limit }: ReceiveFile,
    write: (chunks: readonly Uint8Array[]) => Promise<void>,
  ): Promise<boolean> {
    const mover = moverFor(this.#session, this.#data, this.#octets);
    const { stream } = this.#data;
    if (!mover || fd === undefined || stream.ended) return false;
    await write(stream.stop());
    const what = { file: fd, position: offset + this.#octets, length: limit - this.#octets };
    const moved = await moveFile(
      this.#session,
      this.#data,
      what,
      (move, watch) => (this.#moved = mover.receive(move, watch)),
    );
    if (moved) stream.markEnded();
    else stream.start();
    return moved;
  }

  /** The end of a stream is the end of the file only when the client meant it. */
  async #finishReceiving(plan: ReceiveFile, { marksEnd }: Receiver): Promise<void> {
    const { server, control } = this.#session;
    const { endedProperly, tls } = this.#data;
    if (!endedProperly) {
      server.warn(this.#session, 'TLS_TRUNCATED', `${plan.path}: the data connection ended without close_notify`);
      if (server.options.tls?.requireCloseNotify !== false)
        throw new ConnectionFault('TLS_TRUNCATED', 'no close_notify');
    }
    await this.#data.confirmEnd();
    if (this.#data.state === 'open') await this.#data.stream.finish(0).catch(() => false); // the file is here, whether or not the peer still hears our end
    this.#data.close();
    if (!marksEnd && !(tls && endedProperly)) await this.#watchControl();
    if (control.closed) throw new ConnectionFault('CLOSED', 'the control connection ended with the upload');
  }

  /** The octets of a client that was killed look like a whole file until the end of its control connection is seen too. */
  async #watchControl(): Promise<void> {
    const { ended, server } = this.#session;
    const milliseconds = Math.min(server.limits.uploadEndMs, Math.floor((Date.now() - this.started) / 4));
    // Rejects when the session ends, which the caller sees for itself.
    if (milliseconds > 0) await wait(milliseconds, undefined, { signal: ended.signal }).catch(() => undefined);
    else await nextTurn();
  }

  async #failed(error: unknown): Promise<TransferOutcome> {
    const { server } = this.#session;
    this.#data.fail(error instanceof ConnectionFault ? error : new ConnectionFault('CLOSED', 'the transfer failed'));
    const known = this.#aborted ? reply(426, 'Transfer aborted') : this.#replyOf(error);
    if (!known) server.warn(this.#session, 'INTERNAL', `${this.plan.verb} ${this.plan.path}`, error);
    await this.#closeHandle().catch((cause: unknown) =>
      server.warn(this.#session, 'INTERNAL', `closing ${this.plan.path}`, cause),
    );
    return {
      reply: known ?? INTERNAL_ERROR,
      reason: error instanceof Error ? error.message : String(error),
      ...(error instanceof ConnectionFault && { fault: error.code }),
    };
  }

  /** What the operator has to know reaches them by their users, too. */
  #replyOf(error: unknown): Reply | undefined {
    const known = replyOf(error, this.#phase);
    const { unreached } = this.#session;
    return known?.code === 425 && unreached !== undefined ? reply(425, `${known.lines[0]}: ${unreached}`) : known;
  }

  #closing: Promise<void> | undefined;

  #closeHandle(): Promise<void> {
    const { plan } = this;
    this.#closing ??=
      plan.kind === 'lines' ? Promise.resolve() : plan.kind === 'send' ? plan.source.close() : plan.sink.close();
    return this.#closing;
  }
}

function readInto(plan: SendFile, buffers: ReadBuffers, left: number): Promise<Uint8Array> {
  if (left <= 0) return Promise.resolve(EMPTY);
  const buffer = buffers.next(left);
  const bytes = plan.source.read(buffer).then((count) => buffer.subarray(0, count));
  bytes.catch(() => {}); // whoever awaits it is told, later than it may fail
  return bytes;
}
