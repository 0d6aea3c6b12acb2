import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Client, connect, createPool } from '@twinport/ftp/client';
import { memory } from '@twinport/ftp/server';
import { zeroCopy } from '@twinport/zerocopy';
import { inOneProcess as test } from './kit/in-one-process.js';
import { RawClient, readAll } from './kit/raw-client.js';
import { startServer } from './kit/server.js';
import { temporaryFolder } from './kit/temporary-folder.js';
import { untilMoved } from './kit/until-moved.js';

/** Around what a socket's buffers, one read and one write hold. */
const LENGTHS = [0, 1, 4_096, 65_535, 65_536, 65_537, 300_000, 8 * 1024 * 1024];
const contents = new Map(LENGTHS.map((length) => [`/${length}`, randomBytes(length)]));

async function serve(t: TestContext): ReturnType<typeof startServer> {
  return await startServer(t, { zeroCopy, storage: memory(Object.fromEntries(contents)) });
}

function descriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

for (const host of ['127.0.0.1', '::1']) {
  test(`${host}: files of every length arrive byte for byte, both ways`, async (t) => {
    const { port } = await serve(t);
    const client = await RawClient.login(port, { host });
    const before = descriptors();
    for (const [path, content] of contents) {
      assert.deepEqual(await client.download(`RETR ${path}`), content);
      await client.upload(`STOR ${path}.up`, content);
      assert.deepEqual(await client.download(`RETR ${path}.up`), content);
    }
    await client.command('NOOP', 200);
    assert.ok(descriptors() <= before + 1, `${descriptors()} descriptors, ${before} before`);
    await client.quit();
  });
}

test('a client that connects late, or sends little by little, is served as any other', async (t) => {
  const { port } = await serve(t);
  const client = await RawClient.login(port);
  for (let round = 0; round < 3; round += 1) {
    const { lines } = await client.command('EPSV', 229);
    const started = client.command('STOR slow', 150);
    await client.command('STAT', 211); // so the server waits for the connection by now
    const socket = net.connect(Number(/\|(\d+)\|/.exec(lines[0] ?? '')?.[1]), '127.0.0.1');
    await started;
    let sent = 0;
    for (const part of ['one ', 'two ', 'three']) {
      socket.write(part);
      sent += part.length;
      await untilMoved(client, sent);
    }
    socket.end();
    await client.expect(226);
    assert.equal((await client.download('RETR slow')).toString(), 'one two three');
  }
  await client.quit();
});

test('strangers who connect first do not keep the peer out, and see an end', async (t) => {
  const { port } = await serve(t);
  const client = await RawClient.login(port);
  const { lines } = await client.command('EPSV', 229);
  const target = { port: Number(/\|(\d+)\|/.exec(lines[0] ?? '')?.[1]), host: '127.0.0.1' };
  const strangers = Array.from({ length: 20 }, () => net.connect({ ...target, localAddress: '127.0.0.2' }));
  for (const stranger of strangers) stranger.on('error', () => {}); // those beyond the backlog may be refused
  const ended = Promise.all(
    strangers.map((stranger) => new Promise((resolve) => stranger.resume().once('close', resolve))),
  );
  const socket = net.connect(target);
  await once(socket, 'connect');
  await client.command('RETR /4096', 150);
  assert.deepEqual(await readAll(socket), contents.get('/4096'));
  await client.expect(226);
  await ended;
  await client.quit();
});

test('a port that nobody comes to is let go, with the session or the next PASV', async (t) => {
  const { port } = await serve(t);
  const client = await RawClient.login(port);
  const before = descriptors();
  for (let count = 0; count < 50; count += 1) await client.command('EPSV', 229);
  assert.equal(descriptors(), before + 1);
  await client.quit();
  while (descriptors() >= before) await nextTurn(); // both ends of the control connection go too
});

async function withClients(t: TestContext, port: number, use: (client: Client) => Promise<void>): Promise<void> {
  const options = { host: '127.0.0.1', port, user: 'user', password: 'secret', zeroCopy };
  for (const client of [await connect(options), createPool(options)]) {
    t.after(() => client.close());
    await use(client);
  }
}

test('our client moves files of every length directly, all at once', async (t) => {
  const { port } = await serve(t);
  const folder = await temporaryFolder(t);
  await withClients(t, port, async (client) => {
    const before = descriptors();
    await Promise.all(
      [...contents].map(async ([path, content]) => {
        const file = join(folder, path);
        await client.get(path, file);
        assert.deepEqual(await readFile(file), content);
        await writeFile(`${file}.out`, content);
        await client.put(`${file}.out`, `${path}.out`);
        assert.deepEqual(Buffer.from(await client.bytes(`${path}.out`)), content);
      }),
    );
    let entries = 0;
    for await (const _entry of client.list('/')) entries += 1;
    assert.ok(entries >= 2 * LENGTHS.length);
    assert.ok(descriptors() <= before + 16, `${descriptors()} descriptors, ${before} before`);
  });
});
