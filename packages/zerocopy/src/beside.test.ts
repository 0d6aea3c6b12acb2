import { type DirectoryCalls, type Entry, StorageFault, type ZeroCopy, disk } from '@twinport/ftp/server';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readlinkSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Worker } from 'node:worker_threads';
import { DirectoryLoop } from './directory-loop.js';
import { PIECE, PIECES, PIECE_WORDS, type DirectoryReport } from './directory-messages.js';
import { DirectoryReading } from './directory-reading.js';
import { directories } from './directories.js';
import { createZeroCopy } from './index.js';

const runLater = promisify(execFile);
const SKIP = { skip: process.platform === 'linux' ? false : 'of Linux only' };
const MANY = 5_000;

function folder(context: TestContext, names: Iterable<string>): string {
  const path = mkdtempSync(join(tmpdir(), 'twinport-'));
  context.after(() => rmSync(path, { recursive: true }));
  for (const name of names) closeSync(openSync(join(path, name), 'w'));
  return path;
}

function* namesOf(count: number): Generator<string> {
  for (let index = 0; index < count; index += 1) yield `${index} ${'é'.repeat(index % 100)}`;
}

interface Beside {
  readonly zeroCopy: ZeroCopy;
  readonly calls: DirectoryCalls;
  readonly thread: Worker;
  /** Directories left to the thread so far. */
  readonly taken: () => number;
}

/** With a thread that takes directories. */
async function begun(): Promise<Beside> {
  const zeroCopy = createZeroCopy();
  const { directories: calls } = zeroCopy;
  assert.ok(calls);
  const worker = once(process, 'worker') as Promise<[Worker]>;
  assert.equal(calls.readBeside(-1, []), undefined);
  const [thread] = await worker;
  while (!calls.readBeside(-1, [])) await nextTurn();
  let taken = 0;
  const readBeside: DirectoryCalls['readBeside'] = (directory, names) => {
    taken += 1;
    return calls.readBeside(directory, names);
  };
  return { zeroCopy: { ...zeroCopy, directories: { ...calls, readBeside } }, calls, thread, taken: () => taken };
}

async function list(root: string, zeroCopy?: ZeroCopy): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const some of disk(root, { zeroCopy }).list('/')) entries.push(...some);
  return entries;
}

function plain(entries: readonly Entry[]): object[] {
  return entries
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((entry) => ({ ...entry, created: entry.created, unique: entry.unique }));
}

/** Descriptors of this process that name a folder. */
function held(root: string): number {
  return readdirSync('/proc/self/fd').filter((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`) === root;
    } catch {
      return false; // the one that the folder was read by
    }
  }).length;
}

async function letGo(root: string): Promise<void> {
  while (held(root) > 0) await nextTurn();
}

test('a large directory that a thread has read is the same as Node.js has it, and in order', SKIP, async (context) => {
  const { zeroCopy, taken } = await begun();
  const root = folder(context, namesOf(9_000));
  const direct = await list(root, zeroCopy);
  assert.equal(taken(), 1);
  assert.deepEqual(plain(direct), plain(await list(root)));
  const sorted = direct.slice(0, 4096).map(({ name }) => Buffer.from(name));
  assert.deepEqual(
    sorted,
    sorted.toSorted((a, b) => a.compare(b)),
  );
  await letGo(root);
});

test('small directories are left to no thread, and so start none', SKIP, async (context) => {
  const { zeroCopy, taken } = await begun();
  assert.equal((await list(folder(context, namesOf(1_400)), zeroCopy)).length, 1_400);
  assert.equal(taken(), 0);
});

test('many directories at once are each whole', SKIP, async (context) => {
  const { zeroCopy, taken } = await begun();
  const roots = [1_600, 2_500, 5_000].map((count) => folder(context, namesOf(count)));
  const listed = await Promise.all([...roots, ...roots].map((root) => list(root, zeroCopy)));
  assert.deepEqual(
    listed.map((entries) => new Set(entries.map(({ name }) => name)).size),
    [1_600, 2_500, 5_000, 1_600, 2_500, 5_000],
  );
  assert.equal(taken(), 6);
});

test('a listing that is given up leaves no descriptor', SKIP, async (context) => {
  const { zeroCopy, taken } = await begun();
  const root = folder(context, namesOf(MANY));
  for await (const some of disk(root, { zeroCopy }).list('/')) {
    assert.ok(some.length > 0);
    break;
  }
  assert.equal(taken(), 1);
  await letGo(root);
});

test('what vanishes meanwhile is left out', SKIP, async (context) => {
  const { zeroCopy } = await begun();
  const root = folder(context, namesOf(MANY));
  const found: string[] = [];
  for await (const some of disk(root, { zeroCopy }).list('/')) {
    if (found.length === 0) for (const name of readdirSync(root)) unlinkSync(join(root, name));
    found.push(...some.map(({ name }) => name));
  }
  assert.ok(found.length > 0 && found.length < MANY, `${found.length} listed`);
});

test('when the thread dies a listing fails, and the next one has a new thread', SKIP, async (context) => {
  const { zeroCopy, calls, thread } = await begun();
  const root = folder(context, namesOf(MANY));
  const listing = async (): Promise<void> => {
    for await (const some of disk(root, { zeroCopy }).list('/')) if (some.length > 0) await thread.terminate();
  };
  await assert.rejects(listing, (error) => error instanceof StorageFault && error.code === 'failed');
  await letGo(root);
  while (!calls.readBeside(-1, [])) await nextTurn();
  assert.equal((await list(root, zeroCopy)).length, MANY);
});

test('where no thread begins, everything is listed all the same', SKIP, async (context) => {
  const root = folder(context, namesOf(MANY));
  process.once('worker', (worker: Worker) => void worker.terminate());
  assert.equal((await list(root, createZeroCopy())).length, MANY);
});

test('a move ends while a listing is under way', SKIP, async (context) => {
  const { zeroCopy } = await begun();
  const root = folder(context, namesOf(MANY));
  const listing = disk(root, { zeroCopy }).list('/')[Symbol.asyncIterator]();
  assert.ok(((await listing.next()).value?.length ?? 0) > 0);
  const path = join(folder(context, []), 'file');
  writeFileSync(path, 'text');
  const file = openSync(path, 'r');
  const watch = { signal: new AbortController().signal, stallMs: 0 };
  assert.equal((await zeroCopy.send({ socket: file, file, position: 0, length: 0 }, watch)?.ended)?.kind, 'complete');
  closeSync(file);
  assert.ok(((await listing.next()).value?.length ?? 0) > 0);
  await listing.return?.();
});

test('errors of the thread are those of the system', SKIP, async () => {
  const { calls } = await begun();
  const file = openSync(process.execPath, 'r');
  await assert.rejects(async () => await calls.readBeside(file, [])?.next(), {
    code: 'ENOTDIR',
    syscall: 'getdents64',
  });
  closeSync(file);
  await assert.rejects(async () => await calls.readBeside(-1, [])?.next(), { code: 'EBADF', syscall: 'fcntl' });
});

test('so much is read ahead, and no more until it has been used', SKIP, (context) => {
  assert.ok(directories);
  const root = openSync(folder(context, namesOf(3 * PIECE * PIECES)), 'r');
  context.after(() => closeSync(root));
  const reports: DirectoryReport[] = [];
  const loop = new DirectoryLoop(directories, {
    nextRequest: () => undefined,
    report: (report) => reports.push(report),
  });
  const memory = new SharedArrayBuffer(PIECES * PIECE_WORDS * Uint32Array.BYTES_PER_ELEMENT);
  loop.take({ kind: 'read', id: 1, directory: root, names: [], memory });
  loop.run();
  assert.equal(reports.length, PIECES);
  loop.take({ kind: 'more', id: 1 });
  loop.run();
  assert.equal(reports.length, PIECES + 1);
  loop.take({ kind: 'stop', id: 1 });
  loop.run();
  assert.deepEqual(reports.slice(PIECES + 1), [{ kind: 'end', id: 1, failed: undefined }]);
});

test('where the disk is waited for, each entry is told of at once, and none is left to the other thread', SKIP, () => {
  const clock = new Int32Array(new SharedArrayBuffer(4));
  const calls = {
    readNames: () => undefined,
    readAttributes: () => Atomics.wait(clock, 0, 0, 3) === 'timed-out',
  };
  const memory = new SharedArrayBuffer(PIECES * PIECE_WORDS * Uint32Array.BYTES_PER_ELEMENT);
  const reading = new DirectoryReading({ kind: 'read', id: 1, directory: -1, names: ['b', 'a'], memory }, calls);
  const pieces = [reading.readPiece(), reading.readPiece(), reading.readPiece()];
  assert.deepEqual(pieces, [
    { names: 'a', known: 1 },
    { names: 'b', known: 1 },
    { names: '', known: 0 },
  ]);
});

test('a process is not kept alive by a thread that has read, nor by one in the middle of it', SKIP, async (context) => {
  const root = folder(context, namesOf(MANY));
  const program = `
    import { disk } from '@twinport/ftp/server';
    import { createZeroCopy } from ${JSON.stringify(new URL('index.js', import.meta.url).href)};
    const storage = disk(${JSON.stringify(root)}, { zeroCopy: createZeroCopy() });
    let entries = 0;
    for (let time = 0; time < 20; time += 1) for await (const some of storage.list('/')) entries += some.length;
    console.log(entries);
    for await (const some of storage.list('/')) break;
    if (process.argv[1] === 'exit') for await (const some of storage.list('/')) process.exit();`;
  for (const ending of ['', 'exit']) {
    const { stdout } = await runLater(process.execPath, ['--input-type=module', '-e', program, ending], {
      cwd: new URL('.', import.meta.url).pathname,
    });
    assert.equal(stdout, `${20 * MANY}\n`);
  }
});
