import { decodeText, maskCommand, maskText, parseCommand } from '../../protocol/index.js';
import { ControlText, type RawLine } from './control-text.js';
import { sequenceDistance } from './sequence.js';
import type { TlsSeen } from './session-summary.js';
import { type StreamPiece, TcpStream } from './tcp-stream.js';
import { readTlsHello } from './tls-hello.js';

export type Towards = 'client' | 'server';

/** A line as it was seen at one point. */
export interface SeenLine {
  readonly at: number;
  readonly towards: Towards;
  readonly text: string;
  /** Where it is in the stream; undefined for what events tell. */
  readonly seq?: number | undefined;
  readonly end?: number | undefined;
  /** How often it was sent. */
  times: number;
  /** When it was sent last. */
  lastAt: number;
}

export interface ControlSegment {
  readonly at: number;
  readonly towards: Towards;
  readonly seq: number;
  readonly ack: number | undefined;
  readonly payload: Uint8Array;
  readonly payloadLength: number;
}

interface Direction {
  readonly stream: TcpStream;
  readonly text: ControlText;
  acknowledged: number | undefined;
}

/** What is held beside a line's text, so that many short ones count. */
const LINE_OVERHEAD = 128;

/** How far back a line is looked for that is sent again. */
const LINES_BACK = 32;

/** What is said on a command connection, as seen at one point. */
export class Conversation {
  readonly lines: SeenLine[] = [];
  /** Octets that the lines take up; and whether more can be kept. */
  textBytes = 0;
  full = false;
  encrypted = false;
  tls: TlsSeen = {};
  /** When the first octet of TLS came. */
  encryptedAt: number | undefined;
  readonly #directions: Readonly<Record<Towards, Direction>>;

  constructor(limits: { readonly maxHeldBytes: number }) {
    const direction = (): Direction => ({
      stream: new TcpStream(limits),
      text: new ControlText(),
      acknowledged: undefined,
    });
    this.#directions = { client: direction(), server: direction() };
  }

  begin(towards: Towards, seq: number): void {
    this.#directions[towards].stream.begin(seq);
  }

  push(segment: ControlSegment): void {
    const { at, towards, seq, ack, payload, payloadLength } = segment;
    const own = this.#directions[towards];
    if (payloadLength > 1) this.#sentAgain(segment);
    this.#take(towards, at, own.stream.push(seq, payload, payloadLength));
    if (ack === undefined) return;
    const back: Towards = towards === 'client' ? 'server' : 'client';
    const other = this.#directions[back];
    if (other.acknowledged === undefined || sequenceDistance(ack, other.acknowledged) > 0) other.acknowledged = ack;
    this.#take(back, at, other.stream.acknowledge(ack));
  }

  /** Whether its receiver has said that it has it. */
  isAcknowledged({ towards, end }: SeenLine): boolean {
    const { acknowledged } = this.#directions[towards];
    return end !== undefined && acknowledged !== undefined && sequenceDistance(acknowledged, end) >= 0;
  }

  /** All lines, with those whose end has not come. */
  allLines(at: number): readonly SeenLine[] {
    const unfinished = (['client', 'server'] as const).flatMap((towards) => {
      const line = this.#directions[towards].text.unfinished();
      return line ? [seenLine(towards, at, line)] : [];
    });
    return [...this.lines, ...unfinished];
  }

  keep(line: SeenLine): void {
    if (this.full) return;
    this.lines.push(line);
    this.textBytes += line.text.length + LINE_OVERHEAD;
  }

  #take(towards: Towards, at: number, pieces: readonly StreamPiece[]): void {
    const { text } = this.#directions[towards];
    for (const piece of pieces) {
      for (const line of text.push(piece)) this.keep(seenLine(towards, at, line));
      if (text.encrypted) this.#see(text, at);
    }
  }

  #see(text: ControlText, at: number): void {
    this.encrypted = true;
    this.encryptedAt ??= at;
    const hello = text.takeHello();
    if (hello) this.tls = { ...this.tls, ...known(readTlsHello(hello)) };
  }

  #sentAgain({ at, towards, seq, payloadLength }: ControlSegment): void {
    const { next } = this.#directions[towards].stream;
    if (next === undefined || sequenceDistance(seq, next) >= 0) return;
    for (const line of this.lines.slice(-LINES_BACK)) {
      if (line.towards !== towards || line.seq === undefined) continue;
      const offset = sequenceDistance(line.seq, seq);
      if (offset < 0 || offset >= payloadLength) continue;
      line.times += 1;
      line.lastAt = at;
    }
  }
}

function known(tls: TlsSeen): TlsSeen {
  return Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined));
}

function seenLine(towards: Towards, at: number, { seq, end, bytes, whole }: RawLine): SeenLine {
  const text = towards === 'server' ? commandText(bytes) : maskText(decodeText(bytes));
  return { at, towards, text: whole ? text : `${text}…`, seq, end, times: 1, lastAt: at };
}

function commandText(bytes: Uint8Array): string {
  try {
    return maskCommand(parseCommand(bytes));
  } catch {
    // No command, but its sender may have meant one: what can be a password is not shown.
    const text = maskText(decodeText(bytes));
    return /^\W*(?:PASS|ACCT)\b/i.test(text) ? text.replace(/(PASS|ACCT).*/i, '$1 ***') : text;
  }
}
