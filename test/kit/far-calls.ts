import type { Socket } from 'node:net';
import { deserialize, serialize } from 'node:v8';
import { AccountsBusy, StorageFault } from '@twinport/ftp/server';

/** A method of one of the objects that the other process has. */
export interface Call {
  readonly object: number;
  readonly method: string;
  readonly args: readonly unknown[];
}

/** What was thrown, as far as the other process can make use of it. */
interface Fault {
  readonly name: string;
  readonly message: string;
  readonly code: unknown;
}

type Frame = { readonly id: number } & (
  | { readonly call: Call }
  | { readonly value: unknown }
  | { readonly fault: Fault }
);

const LENGTH_OCTETS = 4;

/** Calls from one process to another, over a socket. */
export class FarCalls {
  readonly #socket: Socket;
  readonly #answer: (call: Call) => Promise<unknown>;
  readonly #waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #last = 0;
  #received: Buffer = Buffer.alloc(0);

  /** `answer` does what the other side calls. */
  constructor(socket: Socket, answer: (call: Call) => Promise<unknown>) {
    this.#socket = socket;
    this.#answer = answer;
  }

  start(): this {
    this.#socket.setNoDelay(true);
    this.#socket.on('data', (bytes) => this.#receive(bytes));
    this.#socket.on('error', () => {}); // the other process has been killed
    return this;
  }

  call(call: Call): Promise<unknown> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#send({ id, call });
    });
  }

  #send(frame: Frame): void {
    const bytes = serialize(frame);
    const length = Buffer.alloc(LENGTH_OCTETS);
    length.writeUInt32BE(bytes.length);
    this.#socket.cork();
    this.#socket.write(length);
    this.#socket.write(bytes);
    this.#socket.uncork();
  }

  #receive(bytes: Buffer): void {
    this.#received = Buffer.concat([this.#received, bytes]);
    while (this.#received.length >= LENGTH_OCTETS) {
      const end = LENGTH_OCTETS + this.#received.readUInt32BE();
      if (this.#received.length < end) return;
      this.#take(deserialize(this.#received.subarray(LENGTH_OCTETS, end)) as Frame);
      this.#received = this.#received.subarray(end);
    }
  }

  #take(frame: Frame): void {
    const { id } = frame;
    if ('call' in frame) {
      this.#answer(frame.call).then(
        (value) => this.#send({ id, value }),
        (error: unknown) => this.#send({ id, fault: faultOf(error) }),
      );
      return;
    }
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if ('fault' in frame) waiting?.reject(errorOf(frame.fault));
    else waiting?.resolve(frame.value);
  }
}

function faultOf(error: unknown): Fault {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), code: undefined };
  return { name: error.name, message: error.message, code: 'code' in error ? error.code : undefined };
}

function errorOf({ name, message, code }: Fault): Error {
  if (name === 'StorageFault') return new StorageFault(code as StorageFault['code'], message);
  if (name === 'AccountsBusy') return new AccountsBusy(message);
  return Object.assign(new Error(message), { code });
}
