import { decodeText } from '../../protocol/index.js';
import { CaptureFault } from './capture-fault.js';
import { type SourcedEvent, parseEventLine } from './event-line.js';

export interface EventsEnd {
  /** Of a last line that has no end. */
  readonly event: SourcedEvent | undefined;
  /** Why there is less in it than was written. Undefined: it is whole. */
  readonly flaw: string | undefined;
}

/** Octets of a line. No event comes near: a line of FTP has a few kibibytes. */
const MAX_LINE_LENGTH = 262_144;
const LF = 0x0a;

/** Reads the events of our own client and server out of a log, in pieces of any size; other lines are skipped. */
export class EventReader {
  #held: Uint8Array = new Uint8Array(0);
  #isTooLong = false;
  #hasEvents = false;

  /** The events whose lines end in this chunk. */
  push(chunk: Uint8Array): readonly SourcedEvent[] {
    const events: SourcedEvent[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
      this.#hold(chunk.subarray(start, end));
      start = end + 1;
      const event = this.#take();
      if (event) events.push(event);
    }
    this.#hold(chunk.subarray(start));
    return events;
  }

  /** Throws CaptureFault when there was no event at all. */
  end(): EventsEnd {
    const begun = decodeText(this.#held).startsWith('{');
    const event = this.#take();
    if (!this.#hasEvents)
      throw new CaptureFault(
        'no-events',
        'There is no connection event of Twinport in it, and it is no packet capture',
      );
    return { event, flaw: begun && !event ? 'the file ends inside a line: it was cut short' : undefined };
  }

  #hold(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#isTooLong ||= this.#held.length + bytes.length > MAX_LINE_LENGTH;
    const held = new Uint8Array(this.#isTooLong ? 0 : this.#held.length + bytes.length);
    if (!this.#isTooLong) {
      held.set(this.#held);
      held.set(bytes, this.#held.length);
    }
    this.#held = held;
  }

  #take(): SourcedEvent | undefined {
    const found = parseEventLine(decodeText(this.#held));
    this.#held = new Uint8Array(0);
    this.#isTooLong = false;
    this.#hasEvents ||= found !== undefined;
    return found;
  }
}
