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
  text: string;
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

/** In place of a line whose beginning was not captured: it may be the rest of a password. */
export const HIDDEN = '***';
const REPLY = /^\d{3}[ -]/;
/** RFC 959 §4.2.1: x3z is about logging in. */
const LOGIN_REPLY = /^\d3\d/;
/** After a gap these are taken for what they look like. */
const COMMANDS: ReadonlySet<string> = new Set(
  (
    'ABOR ACCT ALLO APPE AUTH CCC CDUP CLNT CWD DELE EPRT EPSV FEAT HASH HELP LANG LIST LPRT LPSV MDTM MFMT MKD MLSD MLST MODE NLST NOOP ' +
    'OPTS PASS PASV PBSZ PORT PROT PWD QUIT REIN REST RETR RMD RNFR RNTO SITE SIZE STAT STOR STOU STRU SYST TYPE USER XCUP XCWD XMKD XPWD XRMD'
  ).split(' '),
);

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
  /** A command that may be the rest of a password, until it is replied to. */
  #doubtful: SeenLine | undefined;
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
    const { stream, text } = this.#directions[towards];
    if (stream.next === undefined) text.begin();
    stream.begin(seq);
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
      for (const line of text.push(piece)) {
        const seen = seenLine(towards, at, line);
        this.#doubt(seen, line);
        this.keep(seen);
      }
      if (text.encrypted) this.#see(text, at);
    }
  }

  /** What was taken for a command was a password, where the reply says so. */
  #doubt(seen: SeenLine, { sure }: RawLine): void {
    if (seen.towards === 'server') {
      if (sure !== undefined) this.#doubtful ??= seen;
    } else if (this.#doubtful && REPLY.test(seen.text)) {
      if (LOGIN_REPLY.test(seen.text)) this.#doubtful.text = HIDDEN;
      this.#doubtful = undefined;
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

function seenLine(towards: Towards, at: number, line: RawLine): SeenLine {
  const { seq, end, bytes, whole } = line;
  const text = towards === 'server' ? commandText(line) : maskText(decodeText(bytes));
  return { at, towards, text: whole || text === HIDDEN ? text : `${text}…`, seq, end, times: 1, lastAt: at };
}

function commandText({ bytes, sure }: RawLine): string {
  if (sure === undefined || (sure === 0 && isKnownCommand(bytes))) return maskedText(bytes);
  return sure === 0 ? HIDDEN : maskedText(bytes.subarray(0, sure));
}

function isKnownCommand(bytes: Uint8Array): boolean {
  const [verb = ''] = /^\w*(?= |$)/.exec(decodeText(bytes)) ?? [];
  return COMMANDS.has(verb.toUpperCase());
}

function maskedText(bytes: Uint8Array): string {
  try {
    return maskCommand(parseCommand(bytes));
  } catch {
    // No command, but its sender may have meant one: what can be a password is not shown.
    const text = maskText(decodeText(bytes));
    return /^\W*(?:PASS|ACCT)\b/i.test(text) ? text.replace(/(PASS|ACCT).*/i, '$1 ***') : text;
  }
}
