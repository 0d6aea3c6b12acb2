import { CaptureReader, MAGIC_LENGTH, isCapture } from './capture-reader.js';
import { EventReader } from './event-reader.js';
import type { SourcedEvent } from './event-line.js';
import type { TraceBuilder } from './trace-builder.js';
import type { Vantage } from './vantage.js';

/** Reads a packet capture, or a log with events of our own client and server, into a trace: whichever it is. */
export class SourceReader {
  readonly #trace: TraceBuilder;
  readonly #vantage: Vantage;
  #front: Uint8Array = new Uint8Array(0);
  #reader: CaptureReader | EventReader | undefined;

  /** Events tell by themselves whose they are: of the vantage only its name is used, to tell their sessions from those of another file. */
  constructor(trace: TraceBuilder, vantage: Vantage) {
    this.#trace = trace;
    this.#vantage = vantage;
  }

  /** Throws CaptureFault. */
  push(chunk: Uint8Array): void {
    if (this.#reader) return this.#read(this.#reader, chunk);
    const front = new Uint8Array(this.#front.length + chunk.length);
    front.set(this.#front);
    front.set(chunk, this.#front.length);
    this.#front = front;
    if (front.length >= MAGIC_LENGTH) this.#begin();
  }

  /** Why there is less in it than there was, if so. Throws CaptureFault when it is neither. */
  end(): string | undefined {
    const reader = this.#reader ?? this.#begin();
    if (reader instanceof CaptureReader) return reader.end().flaw;
    const { event, flaw } = reader.end();
    if (event) this.#tell(event);
    return flaw;
  }

  #begin(): CaptureReader | EventReader {
    const reader = isCapture(this.#front) ? new CaptureReader() : new EventReader();
    this.#reader = reader;
    this.#read(reader, this.#front);
    return reader;
  }

  #read(reader: CaptureReader | EventReader, chunk: Uint8Array): void {
    if (reader instanceof CaptureReader)
      for (const packet of reader.push(chunk)) this.#trace.add(this.#vantage, packet);
    else for (const event of reader.push(chunk)) this.#tell(event);
  }

  #tell({ source: { side, session }, event }: SourcedEvent): void {
    this.#trace.addEvent({ side, session: `${this.#vantage.name} ${session}` }, event);
  }
}
