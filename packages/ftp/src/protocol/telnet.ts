/** Most bytes inside one Telnet subnegotiation; past it the rest is data again. FTP has no use for a longer one. */
export const MAX_SUBNEGOTIATION_LENGTH = 1024;

const LF = 0x0a;
const SE = 0xf0;
const DM = 0xf2;
const IP = 0xf4;
const SB = 0xfa;
const WILL = 0xfb;
const IAC = 0xff;

type State = 'data' | 'stray' | 'iac' | 'option' | 'subnegotiation' | 'subnegotiation-iac';

/**
 * Takes Telnet (RFC 854, RFC 959 §4.1.3) out of a control connection, at any split of its bytes. `interrupts` counts IP and DM.
 * Also mends a Synch whose urgent byte the socket layer has dropped: a lone IAC, F2 or F4 before a verb.
 */
export class TelnetFilter {
  #state: State = 'data';
  #lineStart = true;
  #stray = 0;
  #subnegotiated = 0;
  #interrupts = 0;
  #bytes = new Uint8Array(0);
  #length = 0;

  /** The data in the chunk. It is the chunk itself when there is nothing to strip, a fresh array otherwise. */
  push(chunk: Uint8Array): { bytes: Uint8Array; interrupts: number } {
    if (this.#passes(chunk)) {
      if (chunk.length > 0) this.#lineStart = chunk.at(-1) === LF;
      return { bytes: chunk, interrupts: 0 };
    }
    // One byte more than the chunk: an IAC or a stray byte held back from the chunk before.
    this.#bytes = new Uint8Array(chunk.length + 1);
    this.#length = 0;
    this.#interrupts = 0;
    for (const byte of chunk) this.#step(byte);
    return { bytes: this.#bytes.subarray(0, this.#length), interrupts: this.#interrupts };
  }

  #passes(chunk: Uint8Array): boolean {
    if (this.#state !== 'data') return false;
    let lineStart = this.#lineStart;
    for (const byte of chunk) {
      if (byte === IAC || (lineStart && isStray(byte))) return false;
      lineStart = byte === LF;
    }
    return true;
  }

  #step(byte: number): void {
    switch (this.#state) {
      case 'data':
        return this.#data(byte);
      case 'stray':
        return this.#afterStray(byte);
      case 'iac':
        return this.#afterIac(byte);
      case 'option':
        this.#state = 'data';
        return;
      case 'subnegotiation':
      case 'subnegotiation-iac':
        return this.#subnegotiation(byte);
    }
  }

  #data(byte: number): void {
    if (byte === IAC) this.#state = 'iac';
    else if (this.#lineStart && isStray(byte)) {
      this.#state = 'stray';
      this.#stray = byte;
    } else this.#emit(byte);
  }

  /** F2 and F4 also begin UTF-8 sequences, and those never go on with a letter. */
  #afterStray(byte: number): void {
    this.#state = 'data';
    if (!isLetter(byte) && !isStray(byte) && byte !== IAC) this.#emit(this.#stray);
    this.#data(byte);
  }

  #afterIac(byte: number): void {
    this.#state = 'data';
    if (byte === IAC) this.#emit(IAC);
    else if (byte >= WILL) this.#state = 'option';
    else if (byte === SB) {
      this.#state = 'subnegotiation';
      this.#subnegotiated = 0;
    } else if (byte >= SE) {
      if (byte === IP || byte === DM) this.#interrupts += 1;
    } else {
      // Before a verb, a Synch that lost its urgent DM. Inside a line, a name whose sender does not double 0xFF.
      if (!this.#lineStart) this.#emit(IAC);
      this.#data(byte);
    }
  }

  #subnegotiation(byte: number): void {
    this.#subnegotiated += 1;
    const ended = this.#state === 'subnegotiation-iac' && byte === SE;
    if (ended || this.#subnegotiated > MAX_SUBNEGOTIATION_LENGTH) this.#state = 'data';
    else if (this.#state === 'subnegotiation' && byte === IAC) this.#state = 'subnegotiation-iac';
    else this.#state = 'subnegotiation';
  }

  #emit(byte: number): void {
    this.#bytes[this.#length] = byte;
    this.#length += 1;
    this.#lineStart = byte === LF;
  }
}

/** Doubles each 0xFF, for sending (RFC 854). Returns the same array when there is none. */
export function escapeTelnet(bytes: Uint8Array): Uint8Array {
  if (!bytes.includes(IAC)) return bytes;
  const escaped = new Uint8Array(bytes.length * 2);
  let length = 0;
  for (const byte of bytes) {
    escaped[length] = byte;
    length += 1;
    if (byte !== IAC) continue;
    escaped[length] = IAC;
    length += 1;
  }
  return escaped.slice(0, length);
}

function isStray(byte: number): boolean {
  return byte === DM || byte === IP;
}

function isLetter(byte: number): boolean {
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}
