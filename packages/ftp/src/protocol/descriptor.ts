import type { ByteSink } from './byte-sink.js';
import { SyntaxFault } from './syntax-fault.js';

const LF = 0x0a;

/** RFC 959 §3.4.2: descriptor codes of a block, and of an escape sequence in compressed mode. Several may be set at once. */
export const Descriptor = { endOfRecord: 128, endOfFile: 64, suspect: 32, marker: 16 } as const;
const DEFINED = Descriptor.endOfRecord | Descriptor.endOfFile | Descriptor.suspect | Descriptor.marker;

/** RFC 959 §3.5, §5.3.2: a marker is one or more printable characters, codes 33 to 126. It is echoed in a 110 reply. */
const MARKER = /^[!-~]+$/;
const DEFAULT_MAX_MARKER_LENGTH = 255;

export interface ModeDecoderOptions {
  /** STRU R: a record end gives `recordEnd`. Otherwise record ends are ignored. */
  readonly records?: boolean;
  /** The byte written at the end of a record; default LF. NL (0x15) when EBCDIC text is yet to be translated. */
  readonly recordEnd?: number;
  /** A restart marker was read, after `position` decoded octets. */
  readonly onMarker?: (text: string, position: number) => void;
  /** The sender suspects errors in the data that follow. */
  readonly onSuspect?: () => void;
  /** Octets; default 255. A longer marker is a SyntaxFault. */
  readonly maxMarkerLength?: number;
}

/** The bytes of a marker. Throws SyntaxFault('marker') unless it is 1 to `limit` printable ASCII characters. */
export function encodeMarker(text: string, limit: number): Uint8Array {
  if (!MARKER.test(text) || text.length > limit) {
    throw new SyntaxFault('marker', `A restart marker is 1 to ${limit} printable ASCII characters`);
  }
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** What the descriptors seen so far mean, the same in block and compressed mode. */
export class DescriptorReader {
  readonly #part: string;
  readonly #options: ModeDecoderOptions;
  #ended = false;

  constructor(part: string, options: ModeDecoderOptions) {
    this.#part = part;
    this.#options = options;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Before the data a descriptor applies to. */
  begin(descriptor: number): void {
    if (descriptor & ~DEFINED) throw new SyntaxFault(this.#part, `Descriptor ${descriptor} has undefined bits`);
    if (descriptor & Descriptor.suspect) this.#options.onSuspect?.();
  }

  /** Throws on a marker of `length` octets that is over the limit, before any of it is kept. */
  beginMarker(length: number): void {
    const limit = this.#options.maxMarkerLength ?? DEFAULT_MAX_MARKER_LENGTH;
    if (length > limit) throw new SyntaxFault(this.#part, `Restart marker of ${length} octets: ${limit} at most`);
  }

  endMarker(marker: Uint8Array, position: number): void {
    const text = String.fromCharCode(...marker);
    if (!MARKER.test(text)) throw new SyntaxFault(this.#part, 'A restart marker is one or more printable characters');
    this.#options.onMarker?.(text, position);
  }

  /** After the data a descriptor applies to. */
  finish(descriptor: number, out: ByteSink): void {
    if (descriptor & Descriptor.endOfRecord && this.#options.records) out.put(this.#options.recordEnd ?? LF);
    if (descriptor & Descriptor.endOfFile) this.#ended = true;
  }
}
