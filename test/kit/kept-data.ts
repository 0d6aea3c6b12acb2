import { EventEmitter, once } from 'node:events';
import type { Socket } from 'node:net';
import type { BlockDecoder, CompressedDecoder } from '@twinport/ftp/protocol';

/** A data connection that is kept for file after file, in modes B and C. */
export class KeptData {
  readonly socket: Socket;
  readonly #arrived = new EventEmitter();
  #chunks: Uint8Array[] = [];
  #ended = false;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#arrived.emit('change');
    });
    socket.on('error', () => {}); // the test sees the end
    socket.on('close', () => {
      this.#ended = true;
      this.#arrived.emit('change');
    });
  }

  get ended(): boolean {
    return this.#ended;
  }

  send(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  /** One file, up to its end-of-file mark; what follows is kept for the next. */
  async receive(decoder: BlockDecoder | CompressedDecoder): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    while (!decoder.ended) {
      const chunk = this.#chunks.shift();
      if (chunk) pieces.push(Buffer.from(decoder.push(chunk)));
      else if (this.#ended) throw new Error('the data connection ended before the end of the file');
      else await once(this.#arrived, 'change');
    }
    if (decoder.rest.length > 0) this.#chunks.unshift(decoder.rest);
    return Buffer.concat(pieces);
  }

  /** Resolves when the server has ended it. */
  async closed(): Promise<void> {
    while (!this.#ended) await once(this.#arrived, 'change');
  }
}
