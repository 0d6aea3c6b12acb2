import { type Line, LineSplitter } from './line.js';
import { SyntaxFault } from './syntax-fault.js';
import { decodeText, encodeText } from './text.js';

/** One reply (RFC 959 §4.2): a code of three digits and its lines of text, at least one, none holding CR, LF or NUL. */
export interface Reply {
  readonly code: number;
  readonly lines: readonly string[];
}

/** Bytes in one line of a reply. */
export const DEFAULT_MAX_REPLY_LINE_LENGTH = 16_384;
/** Lines in one reply; a STAT of a directory is the longest that servers send. */
export const DEFAULT_MAX_REPLY_LINES = 20_000;
/** Bytes in one reply. */
export const DEFAULT_MAX_REPLY_LENGTH = 2_097_152;

const LOWEST_CODE = 100;
/** RFC 2228 adds 6yz: 631 to 633 carry protected replies. */
const HIGHEST_CODE = 659;

/** A reply of one or more lines; CR, LF and NUL in them become `?`. Throws RangeError for a code outside 100 to 659. */
export function reply(code: number, ...lines: string[]): Reply {
  if (!isReplyCode(code)) throw new RangeError(`No reply code: ${code}`);
  return { code, lines: lines.length === 0 ? [''] : lines.map(cleanLine) };
}

/** The reply on the wire. Every line between first and last is indented by one space (RFC 959 §4.2, RFC 2389 §3.2). */
export function formatReply({ code, lines }: Reply): Uint8Array {
  const last = Math.max(lines.length - 1, 0);
  let text = '';
  for (let i = 0; i < last; i += 1) text += `${i === 0 ? `${code}-` : ' '}${cleanLine(lines[i] ?? '')}\r\n`;
  return encodeText(`${text}${code} ${cleanLine(lines[last] ?? '')}\r\n`);
}

/**
 * Reads replies from a stream of bytes, at any split. Tolerates LF alone, a code alone, `NNN-` on inner lines, and text
 * before the code, which becomes the reply's first lines. `push` throws SyntaxFault('reply') over a limit; the stream is
 * of no use after that.
 */
export class ReplyParser {
  readonly #splitter: LineSplitter;
  readonly #maxLines: number;
  readonly #maxReplyLength: number;
  #code: number | undefined;
  #lines: string[] = [];
  #length = 0;

  constructor(options: { maxLineLength?: number; maxLines?: number; maxReplyLength?: number } = {}) {
    this.#splitter = new LineSplitter({ maxLineLength: options.maxLineLength ?? DEFAULT_MAX_REPLY_LINE_LENGTH });
    this.#maxLines = options.maxLines ?? DEFAULT_MAX_REPLY_LINES;
    this.#maxReplyLength = options.maxReplyLength ?? DEFAULT_MAX_REPLY_LENGTH;
  }

  push(bytes: Uint8Array): readonly Reply[] {
    const replies: Reply[] = [];
    for (const line of this.#splitter.push(bytes)) {
      const complete = this.pushLine(line);
      if (complete !== undefined) replies.push(complete);
    }
    if (this.#splitter.overlong) throw lineTooLong();
    return replies;
  }

  /** The reply that this line completes; throws as `push` does. */
  pushLine(line: Line): Reply | undefined {
    if (line.kind === 'too-long') throw lineTooLong();
    return this.#take(cleanLine(decodeText(line.bytes)), line.bytes.length);
  }

  /** Forgets an unfinished reply, as after a TLS handshake. */
  reset(): void {
    this.#splitter.reset();
    this.#begin();
  }

  #begin(): void {
    this.#code = undefined;
    this.#lines = [];
    this.#length = 0;
  }

  #take(line: string, length: number): Reply | undefined {
    if (this.#code === undefined && line === '') return undefined;
    this.#length += length;
    if (this.#lines.length >= this.#maxLines || this.#length > this.#maxReplyLength) {
      throw new SyntaxFault('reply', 'A reply is over the limit of lines or bytes');
    }
    const head = parseHead(line);
    const ours = head !== undefined && (this.#code === undefined || this.#code === head.code);
    if (!ours) {
      // The one space that formatReply puts before an inner line. Before the first line there is nothing to undo.
      this.#lines.push(this.#code !== undefined && line.startsWith(' ') ? line.slice(1) : line);
      return undefined;
    }
    this.#lines.push(head.text);
    this.#code = head.code;
    if (head.continues) return undefined;
    const complete: Reply = { code: head.code, lines: this.#lines };
    this.#begin();
    return complete;
  }
}

/** 1yz: the action has begun, another reply follows. */
export function isPreliminary(code: number): boolean {
  return code >= 100 && code < 200;
}

/** 2yz: done. */
export function isCompletion(code: number): boolean {
  return code >= 200 && code < 300;
}

/** 3yz: another command is needed. */
export function isIntermediate(code: number): boolean {
  return code >= 300 && code < 400;
}

/** 4yz: failed, the same command may succeed later. */
export function isTransient(code: number): boolean {
  return code >= 400 && code < 500;
}

/** 5yz: failed, the same command will fail again. */
export function isPermanent(code: number): boolean {
  return code >= 500 && code < 600;
}

function isReplyCode(code: number): boolean {
  return Number.isInteger(code) && code >= LOWEST_CODE && code <= HIGHEST_CODE;
}

function cleanLine(line: string): string {
  return line.replaceAll(/[\0\r\n]/g, '?');
}

function parseHead(line: string): { code: number; continues: boolean; text: string } | undefined {
  if (!/^\d{3}(?:[ -]|$)/.test(line)) return undefined;
  const code = Number(line.slice(0, 3));
  return isReplyCode(code) ? { code, continues: line[3] === '-', text: line.slice(4) } : undefined;
}

function lineTooLong(): SyntaxFault {
  return new SyntaxFault('reply', 'A line of a reply is too long');
}
