import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { appendFile, mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { type Server, createServer } from 'node:http';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { type Client, FtpError, connect } from '@twinport/ftp/client';
import { disk } from '@twinport/ftp/server';
import { quickAccounts } from './kit/quick-accounts.js';
import { startServer } from './kit/server.js';
import { temporaryFolder } from './kit/temporary-folder.js';

async function clientOf(context: TestContext): Promise<{ readonly client: Client; readonly root: string }> {
  const root = await temporaryFolder(context);
  const { port } = await startServer(context, { host: '127.0.0.1', accounts: quickAccounts(() => disk(root)) });
  const client = await connect({ host: '127.0.0.1', port, user: 'user', password: 'secret' });
  context.after(() => client.close());
  await writeFile(join(root, 'file'), 'hello');
  return { client, root };
}

function isFtpError(code: string): (error: unknown) => boolean {
  return (error) => error instanceof FtpError && error.code === code;
}

test('a download is done when its stream is: what fails as that ends is its failure', async (t) => {
  const { client } = await clientOf(t);
  const broken = new Writable({
    write: (_chunk, _encoding, done) => done(),
    final: (done) => void setImmediate(done, new Error('no room for the last block')),
  });
  await assert.rejects(client.get('/file', broken), /no room for the last block/);
  const destroyed: Writable = new Writable({
    write: (_chunk, _encoding, done) => done(),
    final: () => void setImmediate(() => destroyed.destroy()),
  });
  await assert.rejects(client.get('/file', destroyed), isFtpError('LOCAL'));
  assert.equal(await client.text('/file'), 'hello');
});

test('a response of node:http can be downloaded to', async (t) => {
  const { client } = await clientOf(t);
  const web: Server = createServer((_, response) => void client.get('/file', response));
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  t.after(() => web.close());
  const address = web.address();
  assert.ok(typeof address === 'object' && address);
  assert.equal(await (await fetch(`http://127.0.0.1:${address.port}/`)).text(), 'hello');
});

test('a stream that fails before its turn has come fails its upload, not the process', async (t) => {
  const { client, root } = await clientOf(t);
  await assert.rejects(client.put(createReadStream(join(root, 'missing')), '/new'), isFtpError('NOT_FOUND'));
  const unread = createReadStream(join(root, 'file'));
  await assert.rejects(client.put(unread, '/new', { append: true, atomic: true }), isFtpError('USAGE'));
  assert.ok(unread.destroyed, 'what is not read is closed');
});

test('what is written to a stream whose upload is skipped is dropped', async (t) => {
  const { client, root } = await clientOf(t);
  const large = Buffer.alloc(200_000);
  await pipeline(Readable.from([large, large]), client.createWriteStream('/file', { ifExists: 'skip' }));
  assert.equal(await readFile(join(root, 'file'), 'utf8'), 'hello');
});

test('a file that grows while it is sent is sent as long as it was', async (t) => {
  const { client, root } = await clientOf(t);
  const log = join(root, 'log');
  await mkdir(join(root, 'there'));
  await writeFile(log, Buffer.alloc(600_000));
  const grow = client.put(log, '/there/log', { onProgress: () => void appendFile(log, 'one more line\n') });
  await appendFile(log, 'one more line\n');
  const { size, verified, attempts } = await grow;
  assert.ok(size === 600_000 || size === 600_014, `${size}`);
  assert.deepEqual([verified, attempts], ['size', 1]);
});

test('an upload goes on behind what is its beginning, and begins anew over what is not', async (t) => {
  const { client, root } = await clientOf(t);
  const content = Buffer.alloc(300_000, 'abc');
  const began: number[] = [];
  for (const there of [content.subarray(0, 100_000), Buffer.alloc(100_000, 'z')]) {
    await writeFile(join(root, 'up'), there);
    began.push((await client.put(content, '/up', { ifExists: 'resume' })).resumedAt);
    assert.ok(content.equals(await readFile(join(root, 'up'))));
  }
  assert.deepEqual(began, [100_000, 0]);
});

test('a pipe that says nothing yet holds up nothing but its own upload', async (t) => {
  const { client, root } = await clientOf(t);
  const pipe = join(await temporaryFolder(t), 'pipe');
  await promisify(execFile)('mkfifo', [pipe]);
  const upload = client.put(pipe, '/from-pipe');
  const writer = await open(pipe, 'w');
  await writer.write('first ');
  for await (const { octets } of upload) if (octets > 0) break;
  await writer.write('second');
  await writer.close();
  assert.equal((await upload).octets, 12);
  assert.equal(await readFile(join(root, 'from-pipe'), 'utf8'), 'first second');
});

test(
  'a pipe that somebody waits to write to is opened once: opened and closed again it would end the writer',
  { timeout: 60_000 },
  async (t) => {
    const { client, root } = await clientOf(t);
    const pipe = join(await temporaryFolder(t), 'pipe');
    await promisify(execFile)('mkfifo', [pipe]);
    for (let times = 0; times < 20; times += 1) {
      const writer = spawn('sh', ['-c', 'echo here; echo content > "$0"', pipe], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      t.after(() => writer.kill('SIGKILL'));
      const ended = once(writer, 'close');
      await once(writer.stdout, 'data');
      await client.list('/').toArray(); // meanwhile it has come to wait
      await client.put(pipe, '/from-pipe');
      assert.deepEqual(await ended, [0, null]);
      assert.equal(await readFile(join(root, 'from-pipe'), 'utf8'), 'content\n');
    }
  },
);

test('a rate that is none is a usage error of every transfer', async (t) => {
  const { client, root } = await clientOf(t);
  for (const rateLimit of [NaN, -1, '1M' as never]) {
    for (const transfer of [
      client.get('/file', join(root, 'got'), { rateLimit }),
      client.put(Buffer.from('x'), '/put', { rateLimit }),
      client.copyTo(client, '/file', '/copy', { rateLimit }),
    ]) {
      await assert.rejects(transfer, (error) => isFtpError('USAGE')(error) && /rateLimit/.test(String(error)));
    }
  }
});

test('a transfer that is held to a rate tells of its progress', async (t) => {
  const { client, root } = await clientOf(t);
  const content = Buffer.alloc(40_000, 'x');
  const told: number[] = [];
  const options = {
    rateLimit: 100_000,
    onProgress: ({ octets }: { readonly octets: number }) => void told.push(octets),
  };
  await client.put(content, '/paced', options);
  assert.deepEqual([told.shift(), told.splice(0).at(-1)], [25_000, 40_000]);
  await client.get('/paced', join(root, 'got'), options);
  assert.deepEqual([told.at(0), told.at(-1)], [25_000, 40_000]);
  assert.ok(content.equals(await readFile(join(root, 'got'))));
});

test('a stream keeps no listener of the transfer that wrote to it', async (t) => {
  const { client } = await clientOf(t);
  for (const path of ['/file', '/missing']) {
    const target = new Writable({ write: (_chunk, _encoding, done) => done() });
    const errors: unknown[] = [];
    target.on('error', (error) => errors.push(error));
    const closed = new Promise((resolve) => void target.once('close', resolve));
    await client.get(path, target).catch(() => {}); // told by the stream too
    await closed;
    assert.deepEqual([target.listenerCount('error'), errors.length], [1, path === '/file' ? 0 : 1]);
  }
  const silent = new Writable({ destroy: (_error, done) => void setImmediate(done), emitClose: false });
  await assert.rejects(client.get('/missing', silent), isFtpError('NOT_FOUND'));
});
