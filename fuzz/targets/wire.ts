import assert from 'node:assert/strict';
import {
  addressBytes,
  canonicalAddress,
  decodeText,
  encodeText,
  type Endpoint,
  escapeTelnet,
  formatAddress,
  formatCommand,
  formatEprt,
  formatEpsvReply,
  formatHostPort,
  formatLongHostPort,
  formatReply,
  formatTime,
  LineSplitter,
  maskCommand,
  parseCommand,
  parseEprt,
  parseEpsvArgument,
  parseEpsvReply,
  parseHostPort,
  parseLongHostPort,
  parseLpsvReply,
  parseOctets,
  parsePasvReply,
  parseTime,
  type Reply,
  reply,
  ReplyParser,
  SyntaxFault,
  TelnetFilter,
} from '@twinport/ftp/protocol';

const maxLineLength = 32;

/** One function a parser of the control connection: it takes arbitrary bytes and throws when it finds a defect. */
export const wireTargets: Record<string, (bytes: Uint8Array) => void> = {
  text(bytes) {
    assert.deepEqual(encodeText(decodeText(bytes)), Uint8Array.from(bytes));
  },

  telnet(bytes) {
    assert.deepEqual(filter(halves(bytes)), filter([bytes]));
    const argument = bytes.filter((byte) => byte !== 0x0a);
    const line = Uint8Array.of(0x43, 0x20, ...argument.subarray(0, 4096));
    assert.deepEqual(filter([escapeTelnet(line)]), { bytes: [...line], interrupts: 0 });
  },

  line(bytes) {
    const whole = splitLines([bytes]);
    assert.deepEqual(splitLines(halves(bytes)), whole);
    for (const line of whole) assert.ok(line.kind === 'too-long' || line.bytes.length <= maxLineLength);
  },

  command(bytes) {
    const command = tolerate(() => parseCommand(bytes));
    if (command === undefined) return;
    assert.deepEqual(parseCommand(formatCommand(command).slice(0, -2)), command);
    assert.doesNotMatch(maskCommand(command), /[\p{Cc}\p{Cs}]/u);
  },

  reply(bytes) {
    const replies = tolerate(() => parseReplies([bytes]));
    if (replies === undefined) return;
    assert.deepEqual(parseReplies(halves(bytes)), replies);
    for (const given of replies) assert.deepEqual(parseReplies([formatReply(given)]), [given]);
  },

  replyLimits(bytes) {
    const parser = new ReplyParser({ maxLineLength: 64, maxLines: 4, maxReplyLength: 128 });
    for (const given of tolerate(() => parser.push(bytes)) ?? []) {
      assert.ok(given.lines.length <= 4 && given.lines.every((line) => line.length <= 64));
    }
  },

  address(bytes) {
    const text = decodeText(bytes);
    const canonical = tolerate(() => canonicalAddress(text));
    assert.equal(canonical === undefined, addressBytes(text) === undefined);
    if (canonical !== undefined) assert.equal(canonicalAddress(canonical), canonical);
    if (bytes.length === 4 || bytes.length === 16) {
      assert.deepEqual(addressBytes(formatAddress(bytes)), isMapped(bytes) ? bytes.slice(12) : Uint8Array.from(bytes));
    }
  },

  hostPort: (bytes) => checkEndpoint(decodeText(bytes), parseHostPort, formatHostPort),
  eprt: (bytes) => checkEndpoint(decodeText(bytes), (text) => parseEprt(text).endpoint, formatEprt),
  longHostPort: (bytes) => checkEndpoint(decodeText(bytes), parseLongHostPort, formatLongHostPort),
  pasvReply: (bytes) => checkEndpoint(decodeText(bytes), (text) => parsePasvReply(reply(227, text)), formatHostPort),
  lpsvReply: (bytes) =>
    checkEndpoint(decodeText(bytes), (text) => parseLpsvReply(reply(228, text)), formatLongHostPort),

  epsvReply(bytes) {
    const port = tolerate(() => parseEpsvReply(reply(229, decodeText(bytes))));
    if (port !== undefined) assert.equal(parseEpsvReply(formatEpsvReply(port)), port);
  },

  epsvArgument(bytes) {
    tolerate(() => parseEpsvArgument(decodeText(bytes)));
  },

  time(bytes) {
    const date = tolerate(() => parseTime(decodeText(bytes)));
    if (date !== undefined) assert.equal(parseTime(formatTime(date)).getTime(), date.getTime());
  },

  octets(bytes) {
    const value = tolerate(() => parseOctets(decodeText(bytes)));
    if (value === undefined) return;
    assert.ok(Number.isSafeInteger(value) && value >= 0);
    assert.equal(parseOctets(String(value)), value);
  },
};

/** A SyntaxFault is the right answer to bad input; whatever else is thrown is a finding. */
function tolerate<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof SyntaxFault) return undefined;
    throw error;
  }
}

/** The bytes cut in two at a place that depends on them, so that a finding can be repeated. */
function halves(bytes: Uint8Array): readonly Uint8Array[] {
  const at = bytes.reduce((sum, byte) => sum + byte, 0) % (bytes.length + 1);
  return [bytes.subarray(0, at), bytes.subarray(at)];
}

function filter(chunks: readonly Uint8Array[]): { bytes: number[]; interrupts: number } {
  const telnet = new TelnetFilter();
  const stripped = chunks.map((chunk) => telnet.push(chunk));
  return {
    bytes: stripped.flatMap((part) => Array.from(part.bytes)),
    interrupts: stripped.reduce((sum, part) => sum + part.interrupts, 0),
  };
}

function splitLines(chunks: readonly Uint8Array[]): ReturnType<LineSplitter['push']> {
  const splitter = new LineSplitter({ maxLineLength });
  return chunks.flatMap((chunk) => splitter.push(chunk));
}

/** The limits leave room for the code that formatReply puts before each line. */
function parseReplies(chunks: readonly Uint8Array[]): readonly Reply[] {
  const parser = new ReplyParser({ maxLineLength: 1_000_000, maxLines: 1_000_000, maxReplyLength: 100_000_000 });
  return chunks.flatMap((chunk) => parser.push(chunk));
}

function checkEndpoint(text: string, parse: (text: string) => Endpoint, format: (endpoint: Endpoint) => string): void {
  const endpoint = tolerate(() => parse(text));
  if (endpoint === undefined) return;
  assert.equal(canonicalAddress(endpoint.host), endpoint.host);
  assert.ok(endpoint.port >= 0 && endpoint.port <= 65_535);
  const written = format(endpoint);
  const read = [parseHostPort, parseLongHostPort, (again: string) => parseEprt(again).endpoint]
    .map((reader) => tolerate(() => reader(written)))
    .find((again) => again !== undefined);
  assert.deepEqual(read, endpoint);
}

function isMapped(bytes: Uint8Array): boolean {
  return bytes.length === 16 && bytes.every((byte, i) => i >= 12 || byte === (i < 10 ? 0 : 0xff));
}
