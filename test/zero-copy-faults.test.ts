import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, rename, truncate, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { type Limits, type ZeroCopy, disk } from '@twinport/ftp/server';
import { createZeroCopy, zeroCopy } from '@twinport/zerocopy';
import { inOneProcess as test } from './kit/in-one-process.js';
import { held, heldAtRest } from './kit/leftovers.js';
import { Observed } from './kit/observed.js';
import { type DataWay, RawClient, readAll } from './kit/raw-client.js';
import { startServer } from './kit/server.js';
import { temporaryFolder } from './kit/temporary-folder.js';
import { untilMoved } from './kit/until-moved.js';

/** More than the buffers of both sockets hold. */
const BIG = randomBytes(48 * 1024 * 1024);
const STALL_MS = 2_000;
/** Of an upload that is then spoilt. */
const UPLOADED = 8 * 1024 * 1024;

interface Scene {
  readonly client: RawClient;
  readonly observed: Observed;
  /** The folder that is served; `big` in it holds BIG. */
  readonly folder: string;
  readonly server: { readonly destroy: () => Promise<void> };
}

async function stage(t: TestContext, calls: ZeroCopy, limits: Partial<Limits> = {}): Promise<Scene & { port: number }> {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'big'), BIG);
  await writeFile(join(folder, 'other'), BIG);
  const { server, port } = await startServer(t, { storage: disk(folder), zeroCopy: calls, limits });
  return { client: await RawClient.login(port), observed: new Observed(server), folder, port, server };
}

async function begin(client: RawClient, line: string, way: DataWay = 'EPSV'): Promise<Socket> {
  const data = await client.data(way);
  await client.command(line, 150);
  const socket = await data.socket;
  socket.on('error', () => {}); // the server, or the test, may reset it
  return socket;
}

/** Sends a part that is large enough to be moved, and sees it stored. */
async function beginUpload(client: RawClient): Promise<Socket> {
  const socket = await begin(client, 'STOR up');
  socket.write(BIG.subarray(0, UPLOADED));
  await untilMoved(client, UPLOADED);
  return socket;
}

interface Fault {
  readonly name: string;
  readonly code: number;
  readonly limits?: Partial<Limits>;
  /** Octets that its event must tell, where they are certain. */
  readonly octets?: number;
  /** Begins a transfer, which it spoils, and returns its socket. */
  readonly act: (scene: Scene) => Promise<Socket>;
}

const FAULTS: readonly Fault[] = [
  {
    name: 'a file that becomes shorter while it is sent',
    code: 451,
    async act({ client, folder }) {
      const socket = await begin(client, 'RETR big');
      await once(socket, 'readable');
      await truncate(join(folder, 'big'), 1000);
      socket.resume();
      return socket;
    },
  },
  ...(['EPSV', 'PORT'] as const).map((way) => ({
    name: `a client that resets a download (${way})`,
    code: 426,
    async act({ client }: Scene) {
      const socket = await begin(client, 'RETR big', way);
      await once(socket, 'readable');
      socket.resetAndDestroy();
      return socket;
    },
  })),
  {
    name: 'a client that closes a download without having read it',
    code: 426,
    async act({ client }) {
      const socket = await begin(client, 'RETR big');
      await once(socket, 'readable');
      socket.destroy();
      return socket;
    },
  },
  {
    name: 'a client that resets an upload',
    code: 426,
    octets: UPLOADED,
    async act({ client }) {
      const socket = await beginUpload(client);
      socket.resetAndDestroy();
      return socket;
    },
  },
  {
    name: 'ABOR of a download',
    code: 426,
    async act({ client }) {
      const socket = await begin(client, 'RETR big');
      await once(socket, 'readable');
      client.write('ABOR\r\n');
      return socket;
    },
  },
  {
    name: 'ABOR of an upload',
    code: 426,
    octets: UPLOADED,
    async act({ client }) {
      const socket = await beginUpload(client);
      client.write('ABOR\r\n');
      return socket;
    },
  },
  {
    name: 'a client that reads nothing',
    code: 426,
    limits: { dataStallMs: STALL_MS },
    async act({ client }) {
      const socket = await begin(client, 'RETR big');
      await once(socket, 'readable');
      return socket;
    },
  },
  {
    name: 'a client that sends nothing',
    code: 426,
    limits: { dataStallMs: STALL_MS },
    octets: UPLOADED,
    async act({ client }) {
      return await beginUpload(client);
    },
  },
  {
    name: 'more octets than RANG allows',
    code: 451,
    octets: 4 * 1024 * 1024,
    async act({ client }) {
      await client.command(`RANG 0 ${4 * 1024 * 1024 - 1}`, 350);
      const socket = await begin(client, 'STOR big');
      socket.end(BIG);
      return socket;
    },
  },
];

for (const { name, code, octets, limits = {}, act } of FAULTS) {
  test(`${name}: ${code}, nothing is left, and a transfer beside it is whole`, async (t) => {
    const scene = await stage(t, zeroCopy, limits);
    const { client, observed, port } = scene;
    await client.download('RETR other'); // by now the thread is there
    const beside = await RawClient.login(port);
    const before = held();
    const other = await begin(beside, 'RETR other');
    const reading = limits.dataStallMs ? readAll(other) : undefined;
    const spoilt = await act(scene);
    await client.expect(code);
    if (name.startsWith('ABOR')) await client.expect(226);
    spoilt.destroy();
    const failed = observed.failed.at(-1);
    assert.equal(failed?.code, code);
    if (octets !== undefined) assert.equal(failed?.octets, octets);
    assert.ok((await (reading ?? readAll(other))).equals(BIG));
    await beside.expect(226);
    assert.deepEqual(await heldAtRest(before), before);
    await client.upload('STOR up', BIG);
    assert.ok((await client.download('RETR up')).equals(BIG), 'the session goes on');
    await client.quit();
    await beside.quit();
  });
}

test('a file that is replaced while it is sent is sent as it was', async (t) => {
  const { client, folder } = await stage(t, zeroCopy);
  const socket = await begin(client, 'RETR big');
  await once(socket, 'readable');
  await writeFile(join(folder, 'new'), 'the next version');
  await rename(join(folder, 'new'), join(folder, 'big'));
  assert.ok((await readAll(socket)).equals(BIG));
  await client.expect(226);
  assert.equal((await client.download('RETR big')).toString(), 'the next version');
  await client.quit();
});

test('a full disk is 452, what there was room for is stored and told, and a transfer beside it is whole', async (t) => {
  const folder = await temporaryFolder(t);
  const mount = join(folder, 'small');
  await mkdir(mount);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', mount], { stdio: 'ignore' });
  } catch {
    t.skip('a small file system cannot be mounted here (needs root)');
    return;
  }
  try {
    await writeFile(join(folder, 'other'), BIG);
    const { server, port } = await startServer(t, { storage: disk(folder), zeroCopy });
    const observed = new Observed(server);
    const [client, beside] = [await RawClient.login(port), await RawClient.login(port)];
    const other = await begin(beside, 'RETR other');
    (await begin(client, 'STOR small/up')).end(BIG);
    await client.expect(452);
    const room = 8 * 1024 * 1024;
    assert.equal(observed.failed.at(-1)?.octets, room);
    assert.ok((await readFile(join(mount, 'up'))).equals(BIG.subarray(0, room)));
    assert.ok((await readAll(other)).equals(BIG));
    await beside.expect(226);
    await client.command('DELE small/up', 250);
    await client.upload('STOR small/up', BIG.subarray(0, room));
    await client.quit();
  } finally {
    execFileSync('umount', [mount]);
  }
});

test('a thread that dies fails the transfers in it with 451; their sessions go on, with a new thread', async (t) => {
  const started = once(process, 'worker') as Promise<[Worker]>;
  const { client, observed, port } = await stage(t, createZeroCopy());
  const other = await RawClient.login(port);
  await once(await begin(client, 'RETR big'), 'readable');
  const before = held();
  await beginUpload(other);
  const [thread] = await started;
  await thread.terminate();
  for (const each of [client, other]) await each.expect(451);
  assert.deepEqual(
    observed.failed.map(({ code }) => code),
    [451, 451],
  );
  await heldAtRest(before);
  for (const each of [client, other]) {
    await each.upload('STOR up', BIG);
    assert.ok((await each.download('RETR up')).equals(BIG));
    await each.quit();
  }
});

test('a server that is destroyed ends what is being moved, and leaves nothing', async (t) => {
  const before = held();
  const { client, server } = await stage(t, zeroCopy);
  const upload = await beginUpload(client);
  await server.destroy();
  client.destroy();
  upload.destroy();
  assert.deepEqual(await heldAtRest(before), before);
});

test('a client that vanishes in the middle of an upload has not sent a whole file', async (t) => {
  const { client, observed } = await stage(t, zeroCopy);
  const upload = await beginUpload(client);
  client.destroy();
  upload.destroy();
  while (observed.failed.length === 0) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(observed.done.length, 0);
});

test('where the system refuses, files go through the event loop, and the server says so once', async (t) => {
  const refused = {
    octets: 0,
    ended: Promise.resolve({ kind: 'refused' as const, error: new Error('sendfile ENOSYS') }),
  };
  const { client, observed } = await stage(t, { ...zeroCopy, send: () => refused, receive: () => refused });
  await client.upload('STOR up', BIG);
  assert.ok((await client.download('RETR up')).equals(BIG));
  const up = await begin(client, 'STOR slow');
  for (let part = 0; part < 4; part += 1) {
    up.write(BIG.subarray(part * 2_000_000, (part + 1) * 2_000_000));
    await untilMoved(client, (part + 1) * 2_000_000);
  }
  up.end();
  await client.expect(226);
  assert.ok((await client.download('RETR slow')).equals(BIG.subarray(0, 8_000_000)));
  assert.deepEqual(
    observed.warnings.map(({ code }) => code),
    ['ZERO_COPY'],
  );
  await client.quit();
});
