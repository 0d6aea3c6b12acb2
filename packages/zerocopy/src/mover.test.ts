import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once, setMaxListeners } from 'node:events';
import {
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import net, { type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import type { Worker } from 'node:worker_threads';
import type { MoveEnd, MoveWatch } from '@twinport/ftp/server';
import { createZeroCopy, zeroCopy } from './index.js';
import { libc } from './libc.js';
import { Outgoing } from './outgoing.js';

const MEBI = 1024 * 1024;
/** More than the kernel's buffers of both ends hold. */
const LARGE = 48 * MEBI;
const NO_DESCRIPTOR = 1_000_000;
const STALL_MS = 100;
const runLater = promisify(execFile);
const unwatched: MoveWatch = { signal: new AbortController().signal, stallMs: 0 };
setMaxListeners(0, unwatched.signal);

interface Pair {
  /** A socket that Node.js leaves alone, and its descriptor. */
  readonly near: Socket;
  readonly socket: number;
  readonly far: Socket;
}

async function connectedPair(context: TestContext): Promise<Pair> {
  const listener = net.createServer({ pauseOnConnect: true, allowHalfOpen: true });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  if (typeof address !== 'object' || !address) throw new Error('listens nowhere');
  const accepted = once(listener, 'connection') as Promise<[Socket]>;
  const far = net.connect({ port: address.port, host: '127.0.0.1', allowHalfOpen: true });
  const [near] = await accepted;
  far.pause();
  near.on('error', () => {});
  far.on('error', () => {});
  context.after(() => {
    near.destroy();
    far.destroy();
    listener.close();
  });
  return { near, far, socket: (near as unknown as { _handle: { fd: number } })._handle.fd };
}

interface TestFile {
  readonly path: string;
  readonly file: number;
}

function fileOf(context: TestContext, content: Uint8Array, flags = 'r+'): TestFile {
  const folder = mkdtempSync(join(tmpdir(), 'twinport-mover-'));
  const path = join(folder, 'file');
  writeFileSync(path, content);
  const file = openSync(path, flags);
  context.after(() => {
    closeSync(file);
    rmSync(folder, { recursive: true });
  });
  return { path, file };
}

const SIOCOUTQ = 0x5411;
function unacknowledged(socket: number): number {
  const octets = new Int32Array(1);
  libc.ioctl(socket, SIOCOUTQ, octets);
  return octets[0] ?? 0;
}

async function everythingOf(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Descriptors of this process that are of sockets, pipes and files, by what they name. */
function descriptors(): string[] {
  return readdirSync('/proc/self/fd')
    .flatMap((descriptor) => {
      try {
        return [readlinkSync(`/proc/self/fd/${descriptor}`)];
      } catch {
        return []; // the one that the folder was read by
      }
    })
    .toSorted();
}

/** The end of a move that must have been taken, and must not have left a descriptor behind. */
async function endOf(move: { readonly ended: Promise<MoveEnd> } | undefined): Promise<MoveEnd> {
  assert.ok(move);
  return await move.ended;
}

test('a part of a file is sent, and no more', async (context) => {
  const { near, far, socket } = await connectedPair(context);
  const content = randomBytes(5 * MEBI);
  const { file } = fileOf(context, content);
  const received = everythingOf(far);
  const move = zeroCopy.send({ socket, file, position: 1000, length: 4 * MEBI }, unwatched);
  assert.deepEqual(await endOf(move), { kind: 'complete' });
  assert.equal(move?.octets, 4 * MEBI);
  near.end();
  assert.ok((await received).equals(content.subarray(1000, 1000 + 4 * MEBI)));
});

test('what is received is in the file behind its position, the rest of it untouched', async (context) => {
  const { far, socket } = await connectedPair(context);
  const before = randomBytes(6 * MEBI);
  const { file, path } = fileOf(context, before);
  const sent = randomBytes(3 * MEBI + 77);
  far.end(sent);
  const move = zeroCopy.receive({ socket, file, position: 2 * MEBI, length: Infinity }, unwatched);
  assert.deepEqual(await endOf(move), { kind: 'complete' });
  assert.equal(move?.octets, sent.length);
  const expected = Buffer.from(before);
  expected.set(sent, 2 * MEBI);
  assert.ok(readFileSync(path).equals(expected));
});

test('a file that splice(2) does not write to is written to otherwise', async (context) => {
  const { far, socket } = await connectedPair(context);
  const { file, path } = fileOf(context, new Uint8Array(0), 'a');
  const sent = randomBytes(3 * MEBI + 77);
  far.end(sent);
  const move = zeroCopy.receive({ socket, file, position: 0, length: Infinity }, unwatched);
  assert.deepEqual(await endOf(move), { kind: 'complete' });
  assert.equal(move?.octets, sent.length);
  assert.ok(readFileSync(path).equals(sent));
});

for (const [sent, kind] of [
  [MEBI, 'complete'],
  [MEBI + 1, 'over-limit'],
  [3 * MEBI, 'over-limit'],
] as const) {
  test(`${sent} octets where ${MEBI} are allowed: ${kind}, and no more are in the file`, async (context) => {
    const own = createZeroCopy();
    const { far, socket } = await connectedPair(context);
    const { file, path } = fileOf(context, new Uint8Array(0));
    const content = randomBytes(sent);
    far.end(content);
    const move = own.receive({ socket, file, position: 0, length: MEBI }, unwatched);
    assert.deepEqual(await endOf(move), { kind });
    assert.equal(move?.octets, MEBI);
    assert.ok(readFileSync(path).equals(content.subarray(0, MEBI)));
  });
}

test('many files at once, both ways, are moved byte for byte', async (context) => {
  const own = createZeroCopy({ octetsPerTurn: 64 * 1024 });
  await Promise.all(
    Array.from({ length: 24 }, async (_, index) => {
      const content = randomBytes(MEBI + index);
      const { near, far, socket } = await connectedPair(context);
      if (index % 2 === 0) {
        const { file } = fileOf(context, content);
        const received = everythingOf(far);
        assert.deepEqual(await endOf(own.send({ socket, file, position: 0, length: content.length }, unwatched)), {
          kind: 'complete',
        });
        near.end();
        assert.ok((await received).equals(content));
      } else {
        const { file, path } = fileOf(context, new Uint8Array(0));
        far.end(content);
        assert.deepEqual(await endOf(own.receive({ socket, file, position: 0, length: Infinity }, unwatched)), {
          kind: 'complete',
        });
        assert.ok(readFileSync(path).equals(content));
      }
    }),
  );
});

test('a file that ends too early is told as that, with the octets sent', async (context) => {
  const { far, socket } = await connectedPair(context);
  const { file } = fileOf(context, randomBytes(LARGE));
  const move = zeroCopy.send({ socket, file, position: 0, length: LARGE }, unwatched);
  far.resume();
  await once(far, 'data');
  ftruncateSync(file, 0);
  assert.deepEqual(await endOf(move), { kind: 'file-ended' });
  assert.ok((move?.octets ?? 0) < LARGE);
});

test('a peer that resets fails the move both ways, and no other one', async (context) => {
  const out = await connectedPair(context);
  const into = await connectedPair(context);
  const other = await connectedPair(context);
  const content = randomBytes(LARGE);
  const { file } = fileOf(context, content);
  const { file: target } = fileOf(context, new Uint8Array(0));
  const what = { file, position: 0, length: LARGE };
  const moves = [
    zeroCopy.send({ ...what, socket: out.socket }, unwatched),
    zeroCopy.receive({ socket: into.socket, file: target, position: 0, length: Infinity }, unwatched),
  ];
  const untouched = zeroCopy.send({ ...what, socket: other.socket }, unwatched);
  out.far.resume();
  await once(out.far, 'data');
  out.far.resetAndDestroy();
  into.far.resetAndDestroy();
  for (const move of moves) assert.equal((await endOf(move)).kind, 'socket-failed');
  const received = everythingOf(other.far);
  assert.deepEqual(await endOf(untouched), { kind: 'complete' });
  other.near.end();
  assert.ok((await received).equals(content));
});

test('a peer that takes and sends nothing stalls', async (context) => {
  const silent = await connectedPair(context);
  const unread = await connectedPair(context);
  const { file } = fileOf(context, new Uint8Array(LARGE));
  const watch = { ...unwatched, stallMs: STALL_MS };
  assert.deepEqual(await endOf(zeroCopy.receive({ socket: silent.socket, file, position: 0, length: 10 }, watch)), {
    kind: 'stalled',
  });
  const move = zeroCopy.send({ socket: unread.socket, file, position: 0, length: LARGE }, watch);
  assert.deepEqual(await endOf(move), { kind: 'stalled' });
  assert.ok((move?.octets ?? 0) < LARGE);
});

test('a peer that has taken too little for there to be room has made progress all the same', async (context) => {
  const { far, socket } = await connectedPair(context);
  const { file } = fileOf(context, new Uint8Array(LARGE));
  const octets = new BigInt64Array(new SharedArrayBuffer(8));
  const request = { kind: 'move', id: 1, socket, file, pipe: undefined, position: 0, length: LARGE, octets } as const;
  const sending = new Outgoing({ ...request, stallMs: 1 }, LARGE);
  for (let before = -1n; before < (octets[0] ?? 0n);) {
    before = octets[0] ?? 0n;
    sending.turn();
  }
  const late = performance.now() + 60_000;
  assert.equal(sending.stalled(late), true);
  const queued = unacknowledged(socket);
  while (unacknowledged(socket) === queued) if (far.read() === null) await once(far, 'readable');
  assert.equal(sending.stalled(late), false);
});

test('a move is given up at once by its signal, before it begins or later', async (context) => {
  const out = await connectedPair(context);
  const into = await connectedPair(context);
  const { file } = fileOf(context, new Uint8Array(LARGE));
  const abort = new AbortController();
  const watch = { signal: abort.signal, stallMs: 0 };
  const moves = [
    zeroCopy.send({ socket: out.socket, file, position: 0, length: LARGE }, watch),
    zeroCopy.receive({ socket: into.socket, file, position: 0, length: Infinity }, watch),
  ];
  out.far.once('readable', () => abort.abort());
  for (const move of moves) assert.deepEqual(await endOf(move), { kind: 'aborted' });
  const late = zeroCopy.send({ socket: out.socket, file, position: 0, length: LARGE }, watch);
  assert.deepEqual(await endOf(late), { kind: 'aborted' });
});

test('as many as it takes, and no more', async (context) => {
  const own = createZeroCopy({ maxMoves: 1 });
  const first = await connectedPair(context);
  const second = await connectedPair(context);
  const { file } = fileOf(context, new Uint8Array(0));
  const what = { file, position: 0, length: Infinity };
  const move = own.receive({ ...what, socket: first.socket }, unwatched);
  assert.equal(own.receive({ ...what, socket: second.socket }, unwatched), undefined);
  first.far.end();
  await endOf(move);
  second.far.end();
  assert.deepEqual(await endOf(own.receive({ ...what, socket: second.socket }, unwatched)), { kind: 'complete' });
});

test('what cannot be moved this way is refused, nothing being lost', async (context) => {
  const { near, far, socket } = await connectedPair(context);
  const { file } = fileOf(context, new Uint8Array(MEBI));
  const folder = openSync(tmpdir(), 'r');
  const toFolder = zeroCopy.send({ socket, file: folder, position: 0, length: 10 }, unwatched);
  assert.equal((await endOf(toFolder)).kind, 'refused');
  closeSync(folder);
  const gone = zeroCopy.receive({ socket, file: NO_DESCRIPTOR, position: 0, length: 10 }, unwatched);
  assert.equal((await endOf(gone)).kind, 'refused');
  far.end('hello');
  near.setEncoding('utf8').resume();
  assert.deepEqual(await once(near, 'data'), ['hello']);
  assert.deepEqual(await endOf(zeroCopy.send({ socket, file, position: 0, length: 0 }, unwatched)), {
    kind: 'complete',
  });
});

test('descriptors may be closed while they are in use, and none is left afterwards', async (context) => {
  const warm = await connectedPair(context);
  const { file } = fileOf(context, new Uint8Array(LARGE));
  await endOf(zeroCopy.send({ socket: warm.socket, file, position: 0, length: 10 }, unwatched));
  const before = descriptors();
  const out = await connectedPair(context);
  const into = await connectedPair(context);
  const target = fileOf(context, new Uint8Array(0));
  const moves = [
    zeroCopy.send({ socket: out.socket, file, position: 0, length: LARGE }, unwatched),
    zeroCopy.receive({ socket: into.socket, file: target.file, position: 0, length: Infinity }, unwatched),
  ];
  for (const { near } of [out, into]) {
    near.destroy();
    await once(near, 'close');
  }
  const stranger = await connectedPair(context); // takes the numbers that have become free
  into.far.end('for the file');
  const received = everythingOf(out.far);
  for (const move of moves) assert.deepEqual(await endOf(move), { kind: 'complete' });
  assert.equal((await received).length, LARGE);
  assert.equal(readFileSync(target.path, 'utf8'), 'for the file');
  stranger.far.end();
  assert.deepEqual(await everythingOf(stranger.near), Buffer.alloc(0));
  for (const { near, far } of [out, into, stranger]) {
    near.destroy();
    far.destroy();
  }
  const held = new Set(before);
  while (descriptors().filter((name) => name.startsWith('pipe:') && !held.has(name)).length > 0) await nextTurn();
  assert.deepEqual(
    descriptors().filter((name) => name.includes('eventfd')),
    before.filter((name) => name.includes('eventfd')),
  );
});

test('when the thread dies its moves end as lost, and the next one has a new thread', async (context) => {
  const own = createZeroCopy();
  const started = once(process, 'worker') as Promise<[Worker]>;
  const first = await connectedPair(context);
  const second = await connectedPair(context);
  const { file } = fileOf(context, new Uint8Array(LARGE));
  const moves = [
    own.send({ socket: first.socket, file, position: 0, length: LARGE }, unwatched),
    own.receive({ socket: second.socket, file, position: 0, length: Infinity }, unwatched),
  ];
  const [thread] = await started;
  first.far.once('readable', () => void thread.terminate());
  for (const move of moves) assert.equal((await endOf(move)).kind, 'lost');
  const third = await connectedPair(context);
  third.far.end();
  const again = own.receive({ socket: third.socket, file, position: 0, length: Infinity }, unwatched);
  assert.deepEqual(await endOf(again), { kind: 'complete' });
});

for (const [what, ending] of [
  ['has nothing left to do', ''],
  ['exits in the middle of a move', 'far.once("readable", () => process.exit());'],
] as const) {
  test(`a process that ${what} is not kept alive`, async () => {
    const program = `
      import net from 'node:net';
      import { openSync } from 'node:fs';
      import { zeroCopy } from ${JSON.stringify(new URL('index.js', import.meta.url).href)};
      const listener = net.createServer({ pauseOnConnect: true }, (near) => {
        const file = openSync(process.execPath, 'r');
        const watch = { signal: new AbortController().signal, stallMs: 0 };
        const length = ${ending === '' ? 1000 : LARGE};
        zeroCopy.send({ socket: near._handle.fd, file, position: 0, length }, watch).ended.then(({ kind }) => {
          near.destroy();
          console.log(kind);
        });
      });
      listener.listen(0, '127.0.0.1', () => {
        const far = net.connect(listener.address().port, '127.0.0.1');
        far.pause();
        ${ending === '' ? 'far.resume().on("close", () => listener.close());' : ending}
      });`;
    const { stdout } = await runLater(process.execPath, ['--input-type=module', '-e', program]);
    assert.equal(stdout, ending === '' ? 'complete\n' : '');
  });
}
