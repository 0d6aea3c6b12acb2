import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { chmod, mkdir, truncate, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { StorageFault, createServer, disk, memory } from '@twinport/ftp/server';
import { alteredStorage, failingRead, failingWrite } from './kit/altered-storage.js';
import { Observed } from './kit/observed.js';
import { RawClient } from './kit/raw-client.js';
import { allTold, startServer, testAccounts, testCertificate } from './kit/server.js';
import { contentOf, stored } from './kit/stored.js';
import { temporaryFolder } from './kit/temporary-folder.js';
import { untilMoved } from './kit/until-moved.js';

/** More than both socket buffers hold. */
const BIG = randomBytes(32 * 1024 * 1024);

test('a data connection that is reset during a transfer is 426, and the session goes on', async (t) => {
  const { server, port } = await startServer(t, { storage: stored({ '/big': BIG }) });
  const observed = new Observed(server);
  const client = await RawClient.login(port);
  for (const way of ['EPSV', 'PORT'] as const) {
    for (const line of ['RETR big', 'STOR up']) {
      const data = await client.data(way);
      await client.command(line, 150);
      const socket = await data.socket;
      if (line === 'STOR up') socket.write('some');
      else socket.resume();
      await untilMoved(client, 1);
      socket.resetAndDestroy();
      await client.expect(426);
    }
  }
  assert.equal(observed.done.length, 0);
  await client.upload('STOR up', Buffer.from('whole'));
  assert.equal((await client.download('RETR up')).toString(), 'whole');
  await client.quit();
});

test('an upload that is reset as soon as its octets are sent is never complete', async (t) => {
  const { server, port } = await startServer(t);
  const observed = new Observed(server);
  const client = await RawClient.login(port);
  for (const way of ['EPSV', 'PORT'] as const) {
    for (const length of [0, 1, 65_535, 65_536, 65_537, 200_000]) {
      const data = await client.data(way);
      await client.command('STOR up', 150);
      const socket = await data.socket;
      if (length > 0) socket.write(BIG.subarray(0, length));
      socket.resetAndDestroy();
      const { code } = await client.reply();
      assert.ok(code === 425 || code === 426, `${way}, ${length} octets: ${code}`);
    }
  }
  assert.equal(observed.done.length, 0);
  await client.quit();
});

test('a client that goes away before it has read everything has not had a whole file', async (t) => {
  const { server, port } = await startServer(t, {
    storage: memory({ '/big': BIG }),
    tls: await testCertificate(),
    limits: { dataCloseWaitMs: 60_000 }, // a client that is slow to go is not to be trusted here
  });
  const observed = new Observed(server);
  for (const secure of [false, true]) {
    const client = await RawClient.login(port, { secure });
    for (const stopAt of [1, 100_000, BIG.length - 200_000]) {
      const data = await client.data('EPSV');
      await client.command('RETR big', 150);
      const socket = await data.socket;
      let read = 0;
      await new Promise<void>((resolve) => {
        socket.on('data', (chunk: Buffer) => {
          read += chunk.length;
          if (read >= stopAt) resolve();
        });
      });
      socket.pause();
      // Unread octets turn the close into a reset.
      socket.destroy();
      const { code } = await client.reply();
      assert.ok(code === 426 || read === BIG.length, `${code} after ${read} octets`);
    }
    await client.quit();
  }
  await allTold(server);
  assert.ok(observed.failed.length >= 4);
});

test('a full storage is 452, and what has been written is still there', async (t) => {
  const storage = memory({}, { capacityBytes: 1_000_000 });
  const { port } = await startServer(t, { storage });
  const client = await RawClient.login(port);
  await fillUp(client);
  const { length } = await contentOf(storage, '/big');
  assert.deepEqual(await contentOf(storage, '/big'), BIG.subarray(0, length));
  await client.command('DELE big', 250);
  await client.upload('STOR small', Buffer.from('fits'));
  await client.quit();
});

test('a full disk is 452, and what has been written is still there', async (t) => {
  const folder = await temporaryFolder(t);
  const mount = join(folder, 'small');
  await mkdir(mount);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', mount], { stdio: 'ignore' });
  } catch {
    t.skip('a small file system cannot be mounted here (needs root)');
    return;
  }
  try {
    const storage = disk(mount);
    const { port } = await startServer(t, { storage });
    const client = await RawClient.login(port);
    await fillUp(client);
    const { length } = await contentOf(storage, '/big');
    assert.equal(length, 1024 * 1024);
    assert.deepEqual(await contentOf(storage, '/big'), BIG.subarray(0, length));
    await client.command('DELE big', 250);
    await client.upload('STOR small', Buffer.from('fits'));
    await client.quit();
  } finally {
    execFileSync('umount', [mount]);
  }
});

/** An upload of more than there is room for. */
async function fillUp(client: RawClient): Promise<void> {
  const data = await client.data('EPSV');
  await client.command('STOR big', 150);
  const socket = await data.socket;
  socket.on('error', () => {}); // the server resets it
  socket.end(BIG);
  await client.expect(452);
  await client.command('NOOP', 200);
}

test('what cannot be opened is 550, without a data connection', async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'directory'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  const { port } = await startServer(t, { storage: disk(folder) });
  const client = await RawClient.login(port);
  for (const line of [
    'RETR directory',
    'RETR pipe',
    'RETR missing',
    'RETR directory/missing',
    'STOR directory',
    'STOR pipe',
    'APPE directory',
    'STOR missing/a',
  ]) {
    const data = await client.data('EPSV');
    const socket = await data.socket;
    socket.resume();
    await client.command(line, 550);
    if (!socket.closed) await once(socket, 'close');
  }
  await client.quit();
});

test(
  'a file that the server may not read is 550',
  { skip: process.getuid?.() === 0 ? 'root may read every file' : false },
  async (t) => {
    const folder = await temporaryFolder(t);
    await writeFile(join(folder, 'secret'), 'x');
    await chmod(join(folder, 'secret'), 0);
    const { port } = await startServer(t, { storage: disk(folder) });
    const client = await RawClient.login(port);
    await client.command('EPSV', 229);
    await client.command('RETR secret', 550);
    await client.quit();
  },
);

for (const octets of [0, 1, 65_536, 3_000_000]) {
  test(`a storage that fails after ${octets} octets is 451, whatever it throws, and the session goes on`, async (t) => {
    for (const error of [new StorageFault('failed', 'the disk is broken'), new Error('nobody foresaw this')]) {
      const storage = alteredStorage(stored({ '/big': BIG }), {
        read: (handle) => failingRead(handle, octets, error),
        write: (handle) => failingWrite(handle, octets, error),
      });
      const server = createServer({ accounts: testAccounts(storage), host: '127.0.0.1', port: 0 });
      const observed = new Observed(server);
      await server.listen();
      t.after(() => server.destroy());
      const client = await RawClient.login(server.endpoints[0]?.port ?? 0);
      const down = await client.data('EPSV');
      await client.command('RETR big', 150);
      const socket = await down.socket;
      socket.on('error', () => {}); // the server resets it
      socket.resume();
      const failure = await client.expect(451);
      assert.doesNotMatch(failure.lines.join(), /broken|foresaw/, 'the cause is not for the peer');
      const up = await client.data('EPSV');
      await client.command('STOR up', 150);
      const source = await up.socket;
      source.on('error', () => {}); // the server resets it
      source.end(BIG);
      await client.expect(451);
      assert.deepEqual(
        observed.failed.map(({ code }) => code),
        [451, 451],
      );
      assert.equal(
        observed.warnings.filter(({ code }) => code === 'INTERNAL').length,
        error instanceof StorageFault ? 0 : 2,
      );
      await client.quit();
    }
  });
}

test('a storage that fails while a client does not read fails the transfer, not the process', async (t) => {
  let octets = 0;
  const storage = alteredStorage(stored({ '/big': BIG }), {
    read: (handle) => failingRead(handle, octets, new StorageFault('failed', 'broken')),
  });
  const { port } = await startServer(t, { storage });
  const client = await RawClient.login(port);
  // Somewhere in here the octets in flight are as many as the kernel takes: then one read fails while the write before it waits.
  for (octets = 1_000_000; octets < 10_000_000; octets += 300_000) {
    const data = await client.data('EPSV');
    await client.command('RETR big', 150);
    const socket = await data.socket;
    socket.on('error', () => {}); // the server resets it
    if (await isStuck(client)) {
      socket.resume();
      await client.expect(451);
    }
    socket.destroy();
  }
  await client.quit();
});

/** Asks STAT until the transfer moves no more; false when it has failed by then, and that reply is taken. */
async function isStuck(client: RawClient): Promise<boolean> {
  for (let octets: string | undefined, before: string | undefined = 'none'; octets !== before;) {
    before = octets;
    const { code, lines } = await client.command('STAT');
    if (code === 451) {
      await client.expect(211);
      return false;
    }
    octets = /RETR \S+: (\d+)/.exec(lines.join('\n'))?.[1];
  }
  return true;
}

test('an upload whose file cannot be closed is not complete', async (t) => {
  const storage = alteredStorage(memory(), {
    write: (handle) => ({
      write: (chunks) => handle.write(chunks),
      close: () => Promise.reject(new StorageFault('full', 'told at close')),
    }),
  });
  const server = createServer({ accounts: testAccounts(storage), host: '127.0.0.1', port: 0 });
  const observed = new Observed(server);
  await server.listen();
  t.after(() => server.destroy());
  const client = await RawClient.login(server.endpoints[0]?.port ?? 0);
  const data = await client.data('EPSV');
  await client.command('STOR up', 150);
  (await data.socket).end('content');
  await client.expect(452);
  assert.deepEqual(observed.done, []);
  await client.quit();
});

test('a file that becomes shorter while it is sent is 451, never a shorter file', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'big'), BIG);
  const { port } = await startServer(t, { storage: disk(folder) });
  const client = await RawClient.login(port);
  const data = await client.data('EPSV');
  await client.command('RETR big', 150);
  const socket = await data.socket;
  socket.on('error', () => {}); // the server resets it
  await truncate(join(folder, 'big'), 1_000);
  socket.resume();
  await client.expect(451);
  await client.quit();
});

test('a passive data connection that never comes is 425', async (t) => {
  const { port } = await startServer(t, {
    storage: memory({ '/a': 'abc', '/kept': 'kept' }),
    limits: { dataWaitMs: 50 },
  });
  const client = await RawClient.login(port);
  for (const line of ['RETR a', 'STOR up', 'LIST']) {
    await client.command('EPSV', 229);
    const { code } = await client.command(line);
    if (code === 150) await client.expect(425);
    else assert.equal(code, 425);
  }
  await client.command('NOOP', 200);
  await client.quit();
});

test('an offer that has timed out is 425 at once, and the file is left alone', async (t) => {
  const storage = memory({ '/kept': 'kept' });
  const { server, port } = await startServer(t, { storage, limits: { dataWaitMs: 20 } });
  const client = await RawClient.login(port);
  const late = new Promise<void>((resolve) => {
    server.on('connection', (event) => event.kind === 'data' && event.state === 'failed' && resolve());
  });
  await client.command('EPSV', 229);
  await late;
  await client.command('STOR kept', 425);
  assert.equal((await contentOf(storage, '/kept')).toString(), 'kept');
  await client.quit();
});

test('an active data connection that is refused is 425', async (t) => {
  const { port } = await startServer(t, { storage: stored({ '/a': 'abc' }) });
  const client = await RawClient.login(port);
  const listener = net.createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  const free = typeof address === 'object' ? address?.port : undefined;
  listener.close();
  await once(listener, 'close');
  await client.command(`EPRT |1|127.0.0.1|${free}|`, 200);
  await client.command('RETR a', 150);
  await client.expect(425);
  assert.equal((await client.download('RETR a', 'EPRT')).toString(), 'abc');
  await client.quit();
});

for (const line of ['RETR a', 'STOR b']) {
  test(`a client that goes while the storage still opens the file of ${line} leaves nothing open`, async (t) => {
    const inner = stored({ '/a': 'a' });
    const storage = alteredStorage(inner, {});
    const gate = new EventEmitter();
    let closed = 0;
    const held = async <Handle extends { close(): Promise<void> }>(opened: Promise<Handle>): Promise<Handle> => {
      const released = once(gate, 'release');
      gate.emit('opening');
      await released;
      const handle = await opened;
      const close = handle.close.bind(handle);
      handle.close = async () => {
        closed += 1;
        await close();
      };
      return handle;
    };
    storage.openRead = (path, offset) => held(inner.openRead(path, offset));
    storage.openWrite = (path, intent) => held(inner.openWrite(path, intent));
    const { server, port } = await startServer(t, { storage });
    const ended = new Promise<void>((resolve) => {
      server.on('connection', (event) => {
        if (event.kind === 'control' && event.state === 'closed') resolve();
      });
    });
    const failed = once(server, 'transfer');
    const client = await RawClient.login(port);
    await client.data('EPSV');
    const opening = once(gate, 'opening');
    client.write(`${line}\r\n`);
    await opening;
    client.destroy();
    await ended;
    gate.emit('release');
    await failed;
    await server.close();
    assert.equal(closed, 1);
    assert.deepEqual(server.sessions, []);
  });
}

test('an upload without a data connection costs nothing of the file it would have replaced', async (t) => {
  const storage = memory({ '/a': 'content' });
  const { port } = await startServer(t, { storage, limits: { dataWaitMs: 50 } });
  const client = await RawClient.login(port);
  await client.command('EPSV', 229);
  await client.command('STOR a', 150);
  await client.expect(425);
  await client.command('SIZE a', 213);
  assert.equal((await client.download('RETR a')).toString(), 'content');
  await client.upload('STOR a', Buffer.alloc(0));
  assert.equal((await client.download('RETR a')).length, 0);
  await client.quit();
});

test('an upload in mode Z with anything behind its end is 451, and the session goes on', async (t) => {
  const { port } = await startServer(t, { storage: memory() });
  const client = await RawClient.login(port);
  await client.command('MODE Z', 200);
  const { socket } = await client.data('EPSV');
  await client.command('STOR a', 150);
  (await socket).end(Buffer.concat([deflateSync(Buffer.from('text')), Buffer.from('more')]));
  await client.expect(451);
  await client.command('NOOP', 200);
  await client.quit();
});
