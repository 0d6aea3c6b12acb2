import { TelnetFilter } from '../../protocol/index.js';
import { advanceSequence } from './sequence.js';
import type { StreamPiece } from './tcp-stream.js';

/** A line of one direction of a command connection, without its line end, and where in the stream it is. */
export interface RawLine {
  readonly seq: number;
  /** Of the octet after it. */
  readonly end: number;
  readonly bytes: Uint8Array;
  /** Whether all of it is there, and its end was seen. */
  readonly whole: boolean;
  /** Octets before the first that is missing; 0 too where nobody knows what came before. Undefined when nothing is missing. */
  readonly sure: number | undefined;
}

const LF = 0x0a;
const CR = 0x0d;
/** Octets of a line that are kept. */
const MAX_LINE_LENGTH = 4_096;
/** change_cipher_spec to heartbeat; no text begins with them. */
const FIRST_RECORD = 0x14;
const LAST_RECORD = 0x18;
const HANDSHAKE = 0x16;
const TLS_MAJOR = 3;
const RECORD_HEADER = 5;
const MAX_HELLO_LENGTH = 16_384;

/** Cuts one direction of a command connection into lines, up to where TLS begins; of that only the first handshake record is kept. */
export class ControlText {
  /** Whether it is encrypted now. */
  encrypted = false;
  readonly #lines: RawLine[] = [];
  #line: number[] = [];
  #start: number | undefined;
  #whole = true;
  #sure: number | undefined = 0;
  /** Inside TLS: the header of a record, as far as it has come, and what is left of its content. */
  #header: number[] = [];
  #left = 0;
  #lost = false;
  #hello: number[] | 'taken' = [];

  /** What comes next is the beginning of a line. */
  begin(): void {
    this.#sure = undefined;
  }

  push(piece: StreamPiece): readonly RawLine[] {
    if (piece.kind === 'lost') this.#lose();
    else
      for (const [index, byte] of piece.bytes.entries()) {
        if (this.#lost) break;
        this.#byte(byte, advanceSequence(piece.seq, index));
      }
    return this.#lines.splice(0);
  }

  /** The first handshake record, once, when all of it is there. */
  takeHello(): Uint8Array | undefined {
    if (this.#hello === 'taken' || this.#hello.length === 0 || this.#left > 0) return undefined;
    const hello = Uint8Array.from(this.#hello);
    this.#hello = 'taken';
    return hello;
  }

  /** The beginning of a line whose end has not come. */
  unfinished(): RawLine | undefined {
    if (this.#start === undefined || this.encrypted) return undefined;
    const end = advanceSequence(this.#start, this.#line.length);
    return { seq: this.#start, end, ...this.#octets(), whole: false };
  }

  /** Where a record begins nobody can tell after a loss, so that the rest is not looked at. */
  #lose(): void {
    this.#whole = false;
    this.#sure ??= this.#line.length;
    this.#lost = this.encrypted;
  }

  #octets(): Pick<RawLine, 'bytes' | 'sure'> {
    const sure = this.#sure;
    return {
      bytes: stripped(this.#line),
      sure: sure === undefined ? undefined : stripped(this.#line.slice(0, sure)).length,
    };
  }

  #byte(byte: number, seq: number): void {
    if (this.encrypted) this.#record(byte, seq);
    else this.#text(byte, seq);
  }

  #text(byte: number, seq: number): void {
    this.#start ??= seq;
    if (byte === LF) {
      const end = advanceSequence(seq, 1);
      this.#lines.push({ seq: this.#start, end, ...this.#octets(), whole: this.#whole });
      this.#reset();
      return;
    }
    if (this.#line.length < MAX_LINE_LENGTH) this.#line.push(byte);
    else this.#whole = false;
    const [type = 0, major] = this.#line;
    if (this.#line.length === 2 && isRecord(type) && major === TLS_MAJOR) this.#encrypt(type, TLS_MAJOR);
  }

  #encrypt(...header: readonly number[]): void {
    this.encrypted = true;
    this.#header = [...header];
    this.#reset();
  }

  #reset(): void {
    this.#line = [];
    this.#start = undefined;
    this.#whole = true;
    this.#sure = undefined;
  }

  #record(byte: number, seq: number): void {
    if (this.#left > 0) {
      this.#left -= 1;
      if (this.#header[0] === HANDSHAKE && this.#hello !== 'taken' && this.#hello.length < MAX_HELLO_LENGTH)
        this.#hello.push(byte);
      if (this.#left === 0) this.#header = [];
      return;
    }
    // After CCC (RFC 4217 §12.3) there is text again.
    if (this.#header.length === 0 && !isRecord(byte)) {
      this.encrypted = false;
      this.#text(byte, seq);
      return;
    }
    this.#header.push(byte);
    if (this.#header.length < RECORD_HEADER) return;
    const [, , , high = 0, low = 0] = this.#header;
    this.#left = (high << 8) | low;
    if (this.#left === 0) this.#header = [];
  }
}

function isRecord(type: number): boolean {
  return type >= FIRST_RECORD && type <= LAST_RECORD;
}

function stripped(line: readonly number[]): Uint8Array {
  const bytes = Uint8Array.from(line.at(-1) === CR ? line.slice(0, -1) : line);
  return new TelnetFilter().push(bytes).bytes;
}
