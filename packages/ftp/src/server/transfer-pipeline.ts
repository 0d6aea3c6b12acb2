import { type DataConnection, ZlibTransform } from '../connection/index.js';
import {
  AsciiDecoder,
  AsciiEncoder,
  BlockDecoder,
  BlockEncoder,
  CompressedDecoder,
  CompressedEncoder,
  EBCDIC_NEWLINE,
  EbcdicDecoder,
  EbcdicEncoder,
  PageDecoder,
  PageEncoder,
  RecordDecoder,
  RecordEncoder,
  SyntaxFault,
  type Transform,
  chain,
} from '../protocol/index.js';
import type { Session } from './session.js';

const LF = 0x0a;

/** The type as far as octets go: I and L 8 leave them as they are. */
type TextType = 'A' | 'E' | 'I';

interface Format {
  readonly session: Session;
  readonly type: TextType;
}

function formatOf(session: Session): Format {
  const { type } = session.representation;
  return { session, type: type === 'L' ? 'I' : type };
}

const recordEnd = ({ type }: Format): number => (type === 'E' ? EBCDIC_NEWLINE : LF);
/** The filler of mode C (RFC 959 §3.4.3): a space in text, zero otherwise. */
const filler = ({ type }: Format): number => ({ A: 0x20, E: 0x40, I: 0 })[type];

/** In structure R the end of a record stands for the end of a line, so ASCII lines are not ended twice. */
function typeEncoder({ session, type }: Format): Transform[] {
  if (type === 'E') return [new EbcdicEncoder(session.codePage)];
  return type === 'A' && session.structure !== 'R' ? [new AsciiEncoder()] : [];
}

function typeDecoder({ session, type }: Format): Transform[] {
  if (type === 'E') return [new EbcdicDecoder(session.codePage)];
  return type === 'A' && session.structure !== 'R' ? [new AsciiDecoder()] : [];
}

/** A listing goes out as text whatever the type is. */
function formatOfLines(session: Session): Format {
  const format = formatOf(session);
  return format.type === 'I' ? { session, type: 'A' } : format;
}

/** How the lines of a listing end that {@link Sender} is given: where it would only put a CR before each LF, it need not look for them. */
export function lineEndOf(session: Session): '\n' | '\r\n' {
  return formatOfLines(session).type === 'A' && session.structure !== 'R' ? '\r\n' : '\n';
}

/** Octets as stored, into the session's representation, structure and mode, onto the data connection. */
export class Sender {
  /** Modes B and C mark the end of the file themselves: the connection is kept for the next one. */
  readonly keepsOpen: boolean;
  readonly #data: DataConnection;
  readonly #type: Transform;
  readonly #mode: BlockEncoder | CompressedEncoder | undefined;
  readonly #deflate: ZlibTransform | undefined;
  #skip: number;

  constructor(session: Session, data: DataConnection, options: { readonly skip: number; readonly lines: boolean }) {
    const format = options.lines ? formatOfLines(session) : formatOf(session);
    const { structure, mode } = session;
    const framed = mode === 'B' || mode === 'C';
    const record = { records: structure === 'R', recordEnd: recordEnd(format) };
    const stages = options.lines && lineEndOf(session) === '\r\n' ? [] : typeEncoder(format);
    if (structure === 'P') stages.push(new PageEncoder());
    if (structure === 'R' && !framed) stages.push(new RecordEncoder(record));
    this.#data = data;
    this.#type = chain(...stages);
    this.#mode =
      mode === 'B'
        ? new BlockEncoder(record)
        : mode === 'C'
          ? new CompressedEncoder({ ...record, filler: filler(format) })
          : undefined;
    this.#deflate = mode === 'Z' ? ZlibTransform.deflate(session.deflateLevel) : undefined;
    this.#skip = options.skip;
    this.keepsOpen = framed;
  }

  /** Resolves when `bytes` may be used again. */
  async send(bytes: Uint8Array): Promise<void> {
    await this.#write(this.#type.push(bytes));
  }

  /** A restart marker (RFC 959 §3.5), in the modes that have them. */
  async mark(text: string): Promise<void> {
    if (this.#mode) await this.#put(this.#mode.marker(text));
  }

  async end(): Promise<void> {
    await this.#write(this.#type.end());
    if (this.#skip > 0) throw new SyntaxFault('restart', 'the restart point is past the end of the file');
    if (this.#mode) await this.#put(this.#mode.end());
    await this.#deflate?.end((piece) => this.#put(piece));
  }

  close(): void {
    this.#deflate?.close();
  }

  async #write(encoded: Uint8Array): Promise<void> {
    const skipped = Math.min(this.#skip, encoded.length);
    this.#skip -= skipped;
    const bytes = skipped > 0 ? encoded.subarray(skipped) : encoded;
    if (bytes.length === 0) return;
    if (this.#deflate) await this.#deflate.push(bytes, (piece) => this.#put(piece));
    else await this.#put(this.#mode ? this.#mode.push(bytes) : bytes);
  }

  async #put(bytes: Uint8Array): Promise<void> {
    if (bytes.length > 0) await this.#data.stream.write(bytes);
  }
}

export interface ReceiverOptions {
  /** What comes before the first octet received, as if it had been received too. */
  readonly sentBefore: Uint8Array;
  /** Takes octets as they are to be stored. */
  readonly write: (chunks: readonly Uint8Array[]) => Promise<void>;
  /** A restart marker has come, and what was sent before it is written. */
  readonly onMarker: (text: string) => Promise<void>;
  /** Asked behind each write where octets are stored as they come: true when it has received the rest by itself. */
  readonly moveRest: () => Promise<boolean>;
}

/** From the data connection, out of the session's mode, structure and representation, to octets as stored. */
export class Receiver {
  readonly keepsOpen: boolean;
  /** What is sent says where the file ends; else only the end of the connection does. */
  readonly marksEnd: boolean;
  readonly #data: DataConnection;
  readonly #options: ReceiverOptions;
  readonly #inflate: ZlibTransform | undefined;
  readonly #mode: BlockDecoder | CompressedDecoder | undefined;
  readonly #type: Transform | undefined;
  /** Markers not yet answered, and how many octets came before each. */
  #markers: { readonly text: string; readonly position: number }[] = [];
  /** Octets that the mode has given. */
  #unframed = 0;

  constructor(session: Session, data: DataConnection, options: ReceiverOptions) {
    const format = formatOf(session);
    const { structure, mode } = session;
    const framed = mode === 'B' || mode === 'C';
    const record = { records: structure === 'R', recordEnd: recordEnd(format) };
    const onMarker = (text: string, position: number): void => {
      this.#markers.push({ text, position });
    };
    const stages: Transform[] = [];
    if (structure === 'R' && !framed) stages.push(new RecordDecoder(record));
    if (structure === 'P') stages.push(new PageDecoder());
    stages.push(...typeDecoder(format));
    this.#data = data;
    this.#options = options;
    this.#inflate = mode === 'Z' ? ZlibTransform.inflate() : undefined;
    this.#mode =
      mode === 'B'
        ? new BlockDecoder({ ...record, onMarker })
        : mode === 'C'
          ? new CompressedDecoder({ ...record, filler: filler(format), onMarker })
          : undefined;
    this.#type = stages.length > 0 ? chain(...stages) : undefined;
    this.keepsOpen = framed;
    this.marksEnd = mode !== 'S' || structure !== 'F';
  }

  /** Reads to the end of the file, or throws. */
  async receive(): Promise<void> {
    const { stream } = this.#data;
    if (this.#options.sentBefore.length > 0) await this.#store(this.#options.sentBefore);
    for (;;) {
      const chunks = await stream.read();
      if (!chunks) break;
      if (await this.#take(chunks)) break;
      if (this.#asIs && (await this.#options.moveRest())) break;
    }
    await this.#inflate?.end((piece) => this.#store(piece));
    if (this.#mode) await this.#store(this.#mode.end());
    if (this.#type) await this.#write([this.#type.end()]);
  }

  close(): void {
    this.#inflate?.close();
  }

  get #asIs(): boolean {
    return !this.#mode && !this.#type && !this.#inflate;
  }

  /** True when the mode has said that the file is over. */
  async #take(chunks: readonly Uint8Array[]): Promise<boolean> {
    if (this.#asIs) {
      await this.#write(chunks);
      return false;
    }
    for (const [index, chunk] of chunks.entries()) {
      if (this.#inflate) await this.#inflate.push(chunk, (piece) => this.#store(piece));
      else if (!this.#mode) await this.#store(chunk);
      else {
        await this.#storeMarked(this.#mode.push(chunk));
        if (this.#mode.ended) return this.#giveBack([this.#mode.rest, ...chunks.slice(index + 1)]);
      }
    }
    return false;
  }

  #giveBack(rest: readonly Uint8Array[]): true {
    for (const bytes of rest.toReversed()) this.#data.stream.unread(bytes);
    return true;
  }

  /** Answers each marker when what came before it, and nothing behind it, is written. */
  async #storeMarked(bytes: Uint8Array): Promise<void> {
    const markers = this.#markers;
    this.#markers = [];
    let from = 0;
    for (const { text, position } of markers) {
      const to = position - this.#unframed;
      await this.#store(bytes.subarray(from, to));
      await this.#options.onMarker(text);
      from = to;
    }
    await this.#store(bytes.subarray(from));
    this.#unframed += bytes.length;
  }

  async #store(bytes: Uint8Array): Promise<void> {
    await this.#write([this.#type ? this.#type.push(bytes) : bytes]);
  }

  async #write(chunks: readonly Uint8Array[]): Promise<void> {
    if (chunks.some((chunk) => chunk.length > 0)) await this.#options.write(chunks);
  }
}

/** Octets that a stored file has in the session's representation, counted by `feed`; see RFC 3659 §4. */
export function createCounter(session: Session): { feed(bytes: Uint8Array): number; end(): number } {
  const encoder = chain(...typeEncoder(formatOf(session)));
  return { feed: (bytes) => encoder.push(bytes).length, end: () => encoder.end().length };
}
