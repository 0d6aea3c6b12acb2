import net, { type Socket } from 'node:net';
import { fuzzedLine } from './line-fuzzer.js';
import type { Random } from './random.js';

/** A subnegotiation that was begun swallows at most so many octets. */
const RESYNC = `${'x'.repeat(1_100)}\r\n`;

const TAIL_LENGTH = 4_000;

export interface FuzzedSessionOptions {
  readonly port: number;
  readonly random: Random;
  readonly lines: number;
  /** Milliseconds until a session that has not ended is a hang. */
  readonly patienceMs: number;
}

/** What became of one session. */
export interface FuzzedSessionResult {
  /** Replies that came, preliminary ones too. */
  readonly replies: number;
  /** `answered`: it went on to the end; `ended`: the server has ended it; `hung`: neither. */
  readonly outcome: 'answered' | 'ended' | 'hung';
  readonly localPort: number;
  /** What was sent and what came last, to explain a hang. */
  readonly sent: Buffer;
  readonly tail: string;
}

/** Sends lines without waiting for replies, opens data connections at times, and at last asks whether the session goes on. */
export async function fuzzSession({
  port,
  random,
  lines,
  patienceMs,
}: FuzzedSessionOptions): Promise<FuzzedSessionResult> {
  const socket = net.connect({ host: '127.0.0.1', port });
  const marker = `ZZ${random.below(1_000_000_000)}`;
  const sent = sessionBytes(random, lines, marker);
  const reader = new RepliesReader(random, `500 Unknown command ${marker}\r\n200 Still here\r\n`);
  let localPort = 0;
  socket.on('connect', () => {
    localPort = socket.localPort ?? 0;
    sendInPieces(socket, sent, random);
  });
  socket.on('error', () => {}); // the server may hang up while lines are on their way
  const outcome = await new Promise<FuzzedSessionResult['outcome']>((resolve) => {
    const timer = setTimeout(() => resolve('hung'), patienceMs);
    socket.on('data', (chunk: Buffer) => reader.push(chunk) && resolve('answered'));
    socket.on('close', () => {
      clearTimeout(timer);
      resolve('ended');
    });
  });
  socket.destroy();
  reader.close();
  return { replies: reader.replies, outcome, localPort, sent, tail: reader.tail };
}

function sessionBytes(random: Random, lines: number, marker: string): Buffer {
  const login = random.chance(75) ? 'USER user\r\nPASS secret\r\n' : '';
  const fuzzed = Array.from({ length: lines }, () => fuzzedLine(random));
  return Buffer.concat([Buffer.from(login), ...fuzzed, Buffer.from(`${RESYNC}${marker}\r\nNOOP\r\n`)]);
}

/** Counts replies, and goes to the ports that they offer. */
class RepliesReader {
  replies = 0;
  /** What came last. */
  tail = '';
  readonly #random: Random;
  readonly #last: string;
  readonly #sockets = new Set<Socket>();

  constructor(random: Random, last: string) {
    this.#random = random;
    this.#last = last;
  }

  /** True when the last replies are there. */
  push(chunk: Buffer): boolean {
    const unfinished = this.tail.slice(this.tail.lastIndexOf('\n') + 1);
    const text = unfinished + chunk.toString('latin1');
    this.replies += text.match(/^\d{3} [^\n]*\n/gm)?.length ?? 0;
    for (const [, passive] of text.matchAll(/^229 .*\|\|\|(\d+)\|\)\r\n/gm)) {
      if (this.#random.chance(60)) openData(Number(passive), this.#random, this.#sockets);
    }
    this.tail = (this.tail + chunk.toString('latin1')).slice(-TAIL_LENGTH);
    return this.tail.includes(this.#last);
  }

  close(): void {
    for (const each of this.#sockets) each.destroy();
  }
}

/** In pieces of any length, so that lines are cut anywhere. */
function sendInPieces(socket: Socket, bytes: Buffer, random: Random): void {
  let at = 0;
  while (at < bytes.length && !socket.destroyed) {
    const length = 1 + random.below(4_000);
    const isFull = !socket.write(bytes.subarray(at, at + length));
    at += length;
    if (!isFull) continue;
    const rest = bytes.subarray(at);
    socket.once('drain', () => sendInPieces(socket, rest, random));
    return;
  }
}

/** Reads all, or writes something, or hangs up at once. */
function openData(port: number, random: Random, sockets: Set<Socket>): void {
  const socket = net.connect({ host: '127.0.0.1', port });
  sockets.add(socket);
  socket.on('error', () => {}); // the server may have given up on it
  socket.on('close', () => sockets.delete(socket));
  socket.resume();
  const what = random.below(4);
  if (what === 0) socket.end();
  else if (what === 1) socket.end(random.bytes(random.below(400)));
  else if (what === 2) socket.once('connect', () => socket.destroy());
}
