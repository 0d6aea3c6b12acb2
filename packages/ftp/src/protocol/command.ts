import { SyntaxFault } from './syntax-fault.js';
import { decodeText, encodeText } from './text.js';

/** One command of the control connection (RFC 959 §4.1): the verb in upper case and what follows its space, untrimmed. */
export interface Command {
  readonly verb: string;
  /** `undefined` when no space follows the verb, `''` when nothing follows the space. */
  readonly argument: string | undefined;
}

const NUL = 0x00;
const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const verbPattern = /^[A-Z0-9]{1,12}$/i;
const secretVerbs: ReadonlySet<string> = new Set(['PASS', 'ACCT']);

/**
 * A line without its CR LF as a command. Leading spaces, tabs and line feeds are ignored; the verb is read in any case.
 * Throws SyntaxFault('command') when there is no verb of 1 to 12 letters and digits, or on CR, LF or NUL inside.
 */
export function parseCommand(line: Uint8Array): Command {
  let start = 0;
  while (start < line.length && isLeading(line[start])) start += 1;
  let end = start;
  while (end < line.length && !isSeparator(line[end])) end += 1;
  if (line.includes(NUL) || line.includes(CR) || line.includes(LF, start)) throw forbidden();
  const verb = decodeText(line.subarray(start, end));
  checkVerb(verb);
  return { verb: verb.toUpperCase(), argument: end < line.length ? decodeText(line.subarray(end + 1)) : undefined };
}

/** The command as one line with CR LF. Throws SyntaxFault('command') on what {@link parseCommand} would refuse. */
export function formatCommand(command: Command): Uint8Array {
  const { verb, argument } = command;
  checkVerb(verb);
  if (argument !== undefined && /[\0\r\n]/.test(argument)) throw forbidden();
  return encodeText(argument === undefined ? `${verb}\r\n` : `${verb} ${argument}\r\n`);
}

/** The command for logs: the arguments of PASS and ACCT as `***`, control characters escaped. */
export function maskCommand(command: Command): string {
  const verb = maskText(command.verb);
  if (command.argument === undefined) return verb;
  return `${verb} ${secretVerbs.has(command.verb.toUpperCase()) ? '***' : maskText(command.argument)}`;
}

/**
 * Text made safe for one line of a log or terminal: control characters and bytes that are not UTF-8 as `\xNN`,
 * line separators, direction overrides and other lone surrogates as `\uNNNN`.
 */
export function maskText(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, (unsafe) => {
    const code = unsafe.charCodeAt(0);
    const byte = code >= 0xdc80 && code <= 0xdcff ? code - 0xdc00 : code;
    return byte <= 0xff ? `\\x${byte.toString(16).padStart(2, '0')}` : `\\u${byte.toString(16).padStart(4, '0')}`;
  });
}

function isLeading(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB || byte === LF;
}

function isSeparator(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB;
}

function checkVerb(verb: string): void {
  if (!verbPattern.test(verb)) throw new SyntaxFault('command', 'A verb is 1 to 12 letters and digits');
}

function forbidden(): SyntaxFault {
  return new SyntaxFault('command', 'A command holds no CR, LF or NUL');
}
