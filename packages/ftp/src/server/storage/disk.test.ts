import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import * as fc from 'fast-check';
import { StorageFault, type Entry, type Storage, type StorageFaultCode } from './contract.js';
import { disk } from './disk.js';
import { dropFront } from './disk-handles.js';
import { Jail } from './disk-jail.js';
import type { Owners } from './disk-entry.js';
import { AttributeReader, scan } from './disk-list.js';

const onLinux = { skip: process.platform === 'linux' ? false : 'needs /proc/self/fd' };
const SECRET = 'secret';

interface Place {
  /** The folder that is served. */
  readonly root: string;
  /** One beside it, with the file `secret` and the directory `deep`. */
  readonly outside: string;
  readonly storage: Storage;
}

function place(context: TestContext): Place {
  const folder = fs.mkdtempSync(join(tmpdir(), 'twinport-'));
  context.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  const root = join(folder, 'root');
  // A name that starts like the root's must not pass for something below it.
  const outside = join(folder, 'root-outside');
  fs.mkdirSync(root);
  fs.mkdirSync(join(outside, 'deep'), { recursive: true });
  fs.writeFileSync(join(outside, SECRET), SECRET);
  return { root, outside, storage: disk(root) };
}

function fault(...codes: StorageFaultCode[]): (error: unknown) => boolean {
  return (error) => {
    assert(error instanceof StorageFault, String(error));
    assert(codes.includes(error.code), `${error.code}: ${error.message}`);
    return true;
  };
}

async function list(storage: Storage, path: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const some of storage.list(path)) entries.push(...some);
  return entries;
}

async function write(storage: Storage, path: string, text: string): Promise<void> {
  const handle = await storage.openWrite(path, { kind: 'replace' });
  try {
    await handle.write([Buffer.from(text)]);
  } finally {
    await handle.close();
  }
}

async function read(storage: Storage, path: string): Promise<string> {
  const handle = await storage.openRead(path, 0);
  try {
    const into = Buffer.alloc(handle.size);
    await handle.read(into);
    return into.toString();
  } finally {
    await handle.close();
  }
}

function openDescriptors(): number {
  return fs.readdirSync('/proc/self/fd').length;
}

/** Everything a peer can do with a path, each as one attempt. */
const ACTIONS: Readonly<Record<string, (storage: Storage, path: string) => Promise<unknown> | undefined>> = {
  stat: (storage, path) => storage.stat(path),
  list: (storage, path) => list(storage, path),
  openRead: (storage, path) => read(storage, path),
  replace: (storage, path) => write(storage, path, 'overwritten'),
  append: async (storage, path) => (await storage.openWrite(path, { kind: 'append' })).close(),
  truncate: async (storage, path) => (await storage.openWrite(path, { kind: 'truncate-at', offset: 0 })).close(),
  setTimes: (storage, path) => storage.setTimes?.(path, { modified: new Date(0) }),
  setMode: (storage, path) => storage.setMode?.(path, 0o777),
  space: (storage, path) => storage.space?.(path),
  totalSize: (storage, path) => storage.totalSize?.(path, new AbortController().signal),
  makeLink: (storage, path) => storage.makeLink?.('/made', path),
};

test('a link out of the root is denied for every action and changes nothing', onLinux, async (context) => {
  const { root, outside, storage } = place(context);
  fs.symlinkSync(join(outside, SECRET), join(root, 'file'));
  fs.symlinkSync(outside, join(root, 'absolute'));
  fs.symlinkSync('../root-outside', join(root, 'relative'));
  fs.symlinkSync('/proc/self/cwd', join(root, 'magic'));
  const before = fs.statSync(join(outside, SECRET));
  for (const [action, attempt] of Object.entries(ACTIONS)) {
    for (const path of ['/absolute', '/relative', '/magic', `/absolute/${SECRET}`, '/relative/deep']) {
      // Asked for as a directory, a file is refused before anyone looks where it is.
      const refusal = path.endsWith(SECRET) ? fault('denied', 'not-a-directory') : fault('denied');
      await assert.rejects(async () => attempt(storage, path), refusal, `${action} ${path}`);
    }
    await assert.rejects(async () => attempt(storage, '/file'), fault('denied', 'not-a-directory'), action);
  }
  assert.deepEqual(fs.statSync(join(outside, SECRET)).mtimeMs, before.mtimeMs);
  assert.equal(fs.statSync(join(outside, SECRET)).mode, before.mode);
  assert.equal(fs.readFileSync(join(outside, SECRET), 'utf8'), SECRET);
  assert.deepEqual(
    (await list(storage, '/')).map(({ type }) => type),
    Array<string>(4).fill('link'),
  );
});

test('names in a directory outside cannot be made, removed or renamed', onLinux, async (context) => {
  const { root, outside, storage } = place(context);
  fs.symlinkSync(outside, join(root, 'out'));
  await write(storage, '/f', 'inside');
  const attempts: readonly (() => Promise<unknown> | undefined)[] = [
    () => write(storage, '/out/new', 'x'),
    () => storage.openWrite('/out/new', { kind: 'create' }),
    () => storage.makeDirectory('/out/new'),
    () => storage.remove(`/out/${SECRET}`),
    () => storage.removeDirectory('/out/deep'),
    () => storage.rename(`/out/${SECRET}`, '/stolen'),
    () => storage.rename('/f', '/out/f'),
    () => storage.makeLink?.('/out/link', '/f'),
  ];
  for (const attempt of attempts) await assert.rejects(async () => attempt(), fault('denied'));
  assert.deepEqual(fs.readdirSync(outside), ['deep', SECRET]);
  assert.equal(await read(storage, '/f'), 'inside');
});

test('a link to outside can be removed and renamed as itself', onLinux, async (context) => {
  const { root, outside, storage } = place(context);
  fs.symlinkSync(join(outside, SECRET), join(root, 'l'));
  await storage.rename('/l', '/m');
  await storage.remove('/m');
  assert.equal(fs.readFileSync(join(outside, SECRET), 'utf8'), SECRET);
  assert.deepEqual(await list(storage, '/'), []);
});

test('a dangling link to outside is not created through', onLinux, async (context) => {
  const { root, outside, storage } = place(context);
  fs.symlinkSync(join(outside, 'new'), join(root, 'l'));
  for (const kind of ['replace', 'append'] as const) {
    await assert.rejects(storage.openWrite('/l', { kind }), fault('not-found'));
  }
  await assert.rejects(storage.openWrite('/l', { kind: 'create' }), fault('exists'));
  assert.deepEqual(fs.readdirSync(outside), ['deep', SECRET]);
});

test('a root that is a link works, also after the link is changed', onLinux, async (context) => {
  const { root, outside } = place(context);
  const current = join(root, 'current');
  fs.symlinkSync(outside, current);
  const storage = disk(current);
  assert.equal(await read(storage, `/${SECRET}`), SECRET);
  fs.unlinkSync(current);
  fs.symlinkSync(join(outside, 'deep'), current);
  await write(storage, '/new', 'x');
  assert.equal(fs.readFileSync(join(outside, 'deep', 'new'), 'utf8'), 'x');
});

test('the root of the file system can be served', onLinux, async (context) => {
  const { outside } = place(context);
  const storage = disk('/');
  assert.equal((await storage.stat('/')).name, '/');
  assert.equal(await read(storage, fs.realpathSync(join(outside, SECRET))), SECRET);
  await assert.rejects(storage.stat('/no-such-name'), fault('not-found'));
});

/**
 * Somebody with a shell in the folder. Each call swaps the directory `/d` for a link to outside, or back, at a moment when an
 * operation is under way.
 */
function swapper(root: string, outside: string): () => void {
  let swapped = false;
  return () => {
    if (swapped) {
      fs.unlinkSync(join(root, 'd'));
      fs.renameSync(join(root, 'real'), join(root, 'd'));
    } else {
      fs.renameSync(join(root, 'd'), join(root, 'real'));
      fs.symlinkSync(outside, join(root, 'd'));
    }
    swapped = !swapped;
  };
}

/** Swaps thousands of times, one swap or more in every turn of the event loop, until `work` has ended. */
async function whileSwapping(swap: () => void, work: Promise<unknown>): Promise<void> {
  let running = true;
  const ended = work.finally(() => {
    running = false;
  });
  while (running) {
    for (let i = 0; i < 3; i++) swap();
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
  await ended;
}

test('a directory swapped for a link to outside during an operation never leads outside', onLinux, async (context) => {
  const { root, outside, storage } = place(context);
  fs.mkdirSync(join(root, 'd'));
  fs.writeFileSync(join(root, 'd', SECRET), 'public');
  fs.mkdirSync(join(root, 'd', 'deep'));
  const before = fs.statSync(join(outside, SECRET));
  const allowed = fault('denied', 'not-found', 'exists', 'not-a-directory');
  const done = { succeeded: 0, refused: 0 };
  const attempt = async (action: () => Promise<unknown> | undefined): Promise<void> => {
    try {
      await action();
      done.succeeded++;
    } catch (error) {
      assert(allowed(error));
      done.refused++;
    }
  };
  const work = async (): Promise<void> => {
    for (let i = 0; i < 300; i++) {
      await attempt(async () => assert.notEqual(await read(storage, `/d/${SECRET}`), SECRET));
      await attempt(() => write(storage, `/d/${SECRET}`, 'public'));
      await attempt(() => write(storage, `/d/new${i}`, 'x'));
      await attempt(() => storage.makeDirectory(`/d/made${i}`));
      await attempt(() => storage.setMode?.(`/d/${SECRET}`, 0o600 + (i % 2)));
      await attempt(() => storage.rename(`/d/new${i}`, `/d/renamed${i}`));
      await attempt(() => storage.remove(`/d/renamed${i}`));
      await attempt(() => storage.removeDirectory('/d/deep'));
      await attempt(async () => {
        for (const { name } of await list(storage, '/d')) assert.notEqual(name, 'only-outside');
      });
    }
  };
  fs.writeFileSync(join(outside, 'only-outside'), '');
  await whileSwapping(swapper(root, outside), work());
  assert(done.succeeded > 0 && done.refused > 0, JSON.stringify(done));
  assert.deepEqual(fs.readdirSync(outside), ['deep', 'only-outside', SECRET]);
  assert.equal(fs.readFileSync(join(outside, SECRET), 'utf8'), SECRET);
  assert.deepEqual(fs.statSync(join(outside, SECRET)).ctimeMs, before.ctimeMs);
});

test('a file swapped for a link to outside is never opened through it', onLinux, async (context) => {
  const { root, outside, storage } = place(context);
  const inside = join(root, 'f');
  let linked = true;
  const swap = (): void => {
    const made = join(root, 'made');
    if (linked) fs.writeFileSync(made, 'public');
    else fs.symlinkSync(join(outside, SECRET), made);
    fs.renameSync(made, inside);
    linked = !linked;
  };
  const allowed = fault('denied', 'not-found');
  const work = async (): Promise<void> => {
    for (let i = 0; i < 300; i++) {
      await write(storage, '/f', 'public').catch(allowed);
      const text = await read(storage, '/f').catch(allowed);
      assert.notEqual(text, SECRET);
    }
  };
  await whileSwapping(swap, work());
  assert.equal(fs.readFileSync(join(outside, SECRET), 'utf8'), SECRET);
});

test('FIFOs and devices are listed as other and never opened', onLinux, async (context) => {
  const { root, storage } = place(context);
  execFileSync('mkfifo', [join(root, 'pipe')]);
  assert.equal((await storage.stat('/pipe')).type, 'other');
  await assert.rejects(storage.openRead('/pipe', 0), fault('not-a-file'));
  for (const kind of ['replace', 'append'] as const) {
    await assert.rejects(storage.openWrite('/pipe', { kind }), fault('not-a-file'));
  }
  await assert.rejects(storage.openWrite('/pipe', { kind: 'truncate-at', offset: 0 }), fault('not-a-file'));
  await assert.rejects(disk('/dev').openRead('/null', 0), fault('not-a-file'));
  await storage.remove('/pipe');
});

test('no descriptor stays open, whatever happened', onLinux, async (context) => {
  const { root, outside, storage } = place(context);
  fs.symlinkSync(outside, join(root, 'out'));
  fs.symlinkSync('nowhere', join(root, 'dangling'));
  execFileSync('mkfifo', [join(root, 'pipe')]);
  fs.mkdirSync(join(root, 'd'));
  fs.writeFileSync(join(root, 'f'), 'text');
  const before = openDescriptors();
  for (const path of ['/', '/d', '/f', '/out', '/dangling', '/pipe', '/f/x', '/no/x', '/out/deep', '/a\0', '/..']) {
    const other = path === '/f' ? '/d/f' : `${path}/y`;
    const attempts = [
      ...Object.values(ACTIONS).map((action) => () => action(storage, path)),
      () => storage.rename(path, other),
      () => storage.rename('/f', `${path}/z`),
      () => storage.makeDirectory(path),
      () => storage.removeDirectory(path),
      () => storage.remove(path),
    ];
    for (const attempt of attempts) await Promise.resolve(attempt()).catch(fault(...EVERY_CODE));
  }
  assert.equal(openDescriptors(), before);
});

const EVERY_CODE: readonly StorageFaultCode[] = [
  'not-found',
  'exists',
  'denied',
  'not-a-directory',
  'is-a-directory',
  'not-a-file',
  'not-empty',
  'busy',
  'invalid',
  'too-many-links',
  'unsupported',
];

const NOBODY: Owners = { users: new Map(), groups: new Map() };

test('a large directory is listed whole, in bounded steps, and can be abandoned', onLinux, async (context) => {
  const { root, storage } = place(context);
  const names = Array.from({ length: 20_000 }, (_, i) => `file${i}`);
  for (const name of names) fs.closeSync(fs.openSync(join(root, name), 'w'));
  const before = openDescriptors();
  const listed = (await list(storage, '/')).map(({ name }) => name);
  assert.equal(listed.length, names.length);
  assert.deepEqual(new Set(listed), new Set(names));
  for await (const [entry] of storage.list('/')) {
    assert.equal(entry?.type, 'file');
    break;
  }
  assert.equal(openDescriptors(), before);
});

test('other work gets its turn during a listing', onLinux, async (context) => {
  const { root } = place(context);
  for (let i = 0; i < 5000; i++) fs.closeSync(fs.openSync(join(root, `f${i}`), 'w'));
  let turns = 0;
  const turn = (): void => {
    turns++;
    next = setImmediate(turn);
  };
  let next = setImmediate(turn);
  const jail = new Jail(root);
  const held = await jail.hold('/', 'directory');
  const turnsAtSlice: number[] = [];
  for await (const slice of scan({ held, pace: jail.pace, owners: NOBODY })) {
    assert(slice.length > 0);
    turnsAtSlice.push(turns);
  }
  held.close();
  clearImmediate(next);
  assert(turnsAtSlice.length > 1);
  assert.equal(new Set(turnsAtSlice).size, turnsAtSlice.length, 'a turn between any two slices');
});

test('on a slow disk attributes are read in parallel, and vanished names are left out', onLinux, async (context) => {
  const { root } = place(context);
  const names = Array.from({ length: 150 }, (_, i) => `f${i}`);
  for (const name of names) fs.writeFileSync(join(root, name), '');
  fs.unlinkSync(join(root, 'f5'));
  const jail = new Jail(root);
  const held = await jail.hold('/', 'directory');
  const reader = new AttributeReader({ held, pace: jail.pace, owners: NOBODY }, -1);
  const found: string[] = [];
  const ends: number[] = [];
  for (let from = 0; from < names.length; from = ends.at(-1) ?? names.length) {
    const slice = await reader.read(names, from);
    found.push(...slice.found.map(({ name }) => name));
    ends.push(slice.next);
  }
  held.close();
  assert.deepEqual(ends, [1, 65, 129, 150]);
  assert.deepEqual(found, names.toSpliced(5, 1));
});

test('files that vanish during a listing are left out', onLinux, async (context) => {
  const { root, storage } = place(context);
  for (let i = 0; i < 3000; i++) fs.writeFileSync(join(root, `f${i}`), '');
  const listed: string[] = [];
  for await (const entries of storage.list('/')) {
    if (listed.length === 0) for (let i = 0; i < 3000; i++) fs.unlinkSync(join(root, `f${i}`));
    listed.push(...entries.map(({ name }) => name));
  }
  assert(listed.length > 0 && listed.length < 3000, `${listed.length} listed`);
});

test('new files and directories get the modes asked for', onLinux, async (context) => {
  const { root } = place(context);
  const storage = disk(root, { fileMode: 0o600, directoryMode: 0o700 });
  await write(storage, '/f', '');
  await storage.makeDirectory('/d');
  assert.equal((await storage.stat('/f')).mode, 0o600);
  assert.equal((await storage.stat('/d')).mode, 0o700);
});

test('a file is closed after what is being written, not before', onLinux, async (context) => {
  const { storage } = place(context);
  const handle = await storage.openWrite('/f', { kind: 'replace' });
  const order: string[] = [];
  const big = Buffer.alloc(16 * 1024 * 1024, 'x');
  const writing = handle.write([big]).then(() => order.push('written'));
  await handle.close();
  order.push('closed');
  await writing;
  assert.deepEqual(order, ['written', 'closed']);
  await assert.rejects(handle.write([Buffer.from('y')]), fault('failed'));
  assert.equal((await storage.stat('/f')).size, big.length);
});

test(
  'a made link leads to its target, also when its directory was reached through a link',
  onLinux,
  async (context) => {
    const { root, storage } = place(context);
    fs.mkdirSync(join(root, 'a', 'b', 'c'), { recursive: true });
    fs.symlinkSync('a/b/c', join(root, 'short'));
    await write(storage, '/target', 'x');
    await storage.makeLink?.('/short/link', '/target');
    assert.equal(fs.readlinkSync(join(root, 'a/b/c/link')), '../../../target');
    assert.equal(await read(storage, '/short/link'), 'x');
  },
);

test('dropFront drops exactly what was written, wherever a write stops', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 5 })), fc.nat(60), (chunks, count) => {
      const whole = Buffer.concat(chunks);
      assert.deepEqual(Buffer.concat(dropFront(chunks, count)), whole.subarray(count));
    }),
  );
});
