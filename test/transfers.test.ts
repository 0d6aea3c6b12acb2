import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { test } from 'node:test';
import type { Mode, Structure } from '@twinport/ftp/protocol';
import { type Storage, disk, memory } from '@twinport/ftp/server';
import { KeptData } from './kit/kept-data.js';
import { RawClient, readAll } from './kit/raw-client.js';
import { type Agreed, decodeUnframed, encode, modeDecoder } from './kit/representation.js';
import { startServer, testCertificate } from './kit/server.js';
import { contentOf } from './kit/stored.js';
import { temporaryFolder } from './kit/temporary-folder.js';

const STORAGES: readonly { name: string; make: (t: Parameters<typeof temporaryFolder>[0]) => Promise<Storage> }[] = [
  { name: 'disk', make: async (t) => disk(await temporaryFolder(t)) },
  { name: 'memory', make: async () => memory() },
];

const TEXT = Buffer.from(
  `${Array.from({ length: 3000 }, (_, line) => `${'x'.repeat(line % 90)} line ${line}`).join('\n')}\n\n\nno line end \xff\0 é`,
  'latin1',
);
const OCTETS = Buffer.concat([
  Buffer.from('\xff\xff\x01\r\n\n\r\0\r', 'latin1'),
  randomBytes(150_000),
  Buffer.alloc(70_000),
  Buffer.from('\n\n\xff'),
]);

async function agree(client: RawClient, { type, structure, mode }: Agreed): Promise<void> {
  for (const line of ['MODE S', 'STRU F', `TYPE ${type}`, `STRU ${structure}`, `MODE ${mode}`])
    await client.command(line, 200);
}

/** Uploads and downloads by the agreed way, over one data connection where the mode keeps it. */
async function thereAndBack(client: RawClient, agreed: Agreed, file: Uint8Array, path: string): Promise<Buffer> {
  if (agreed.mode === 'S' || agreed.mode === 'Z') {
    await client.upload(`STOR ${path}`, encode(agreed, file));
    return decodeUnframed(agreed, await client.download(`RETR ${path}`));
  }
  const data = await client.data('EPSV');
  const kept = new KeptData(await data.socket);
  await client.command(`STOR ${path}`, 150);
  kept.send(encode(agreed, file));
  await client.expect(226);
  await client.command(`RETR ${path}`, 125);
  const bytes = decodeUnframed(agreed, await kept.receive(modeDecoder(agreed)));
  await client.expect(226);
  kept.socket.destroy();
  return bytes;
}

for (const { name, make } of STORAGES) {
  for (const type of ['A', 'E', 'I', 'L 8'] as const) {
    test(`TYPE ${type} round-trips through ${name} in every structure and mode`, async (t) => {
      const storage = await make(t);
      const { port } = await startServer(t, { storage });
      const client = await RawClient.login(port);
      const file = type === 'A' || type === 'E' ? TEXT : OCTETS;
      for (const structure of ['F', 'R', 'P'] as Structure[]) {
        for (const mode of ['S', 'B', 'C', 'Z'] as Mode[]) {
          if (structure === 'P' && mode !== 'S') continue;
          const agreed: Agreed = { type, structure, mode };
          const words = `${type} ${structure} ${mode}`;
          await agree(client, agreed);
          for (const content of [file, Buffer.alloc(0)]) {
            assert.deepEqual(
              await thereAndBack(client, agreed, content, '/file'),
              content,
              `comes down as it went up: ${words}`,
            );
            assert.deepEqual(await contentOf(storage, '/file'), content, `is stored as it is: ${words}`);
          }
        }
      }
      await client.quit();
    });
  }
}

test('what a stream carries in TYPE A is CRLF, in TYPE E is EBCDIC', async (t) => {
  const { port } = await startServer(t, { storage: memory({ '/a': 'Aa\nB\n' }) });
  const client = await RawClient.login(port);
  await client.command('TYPE A', 200);
  assert.equal((await client.download('RETR a')).toString('latin1'), 'Aa\r\nB\r\n');
  await client.command('TYPE E', 200);
  assert.deepEqual(await client.download('RETR a'), Buffer.from([0xc1, 0x81, 0x15, 0xc2, 0x15]));
  await client.quit();
});

test('representations, structures and modes that do not go together are refused with 504', async (t) => {
  const { port } = await startServer(t);
  const client = await RawClient.login(port);
  const refused = ['TYPE L 7', 'TYPE L 36', 'TYPE A T', 'TYPE A C', 'TYPE E T'];
  for (const line of refused) await client.command(line, 504);
  for (const mode of ['B', 'C', 'Z']) {
    await client.command('STRU P', 200);
    await client.command(`MODE ${mode}`, 504);
    await client.command('STRU F', 200);
    await client.command(`MODE ${mode}`, 200);
    await client.command('STRU P', 504);
    await client.command('MODE S', 200);
  }
  await client.command('TYPE X', 501);
  await client.command('STRU X', 501);
  await client.command('MODE X', 501);
  await client.quit();
});

for (const mode of ['B', 'C'] as const) {
  for (const secure of [false, true]) {
    for (const way of ['EPSV', 'PORT'] as const) {
      test(`mode ${mode} moves 20 files both ways over one data connection by ${way} ${secure ? 'over TLS' : 'in clear'}`, async (t) => {
        const agreed: Agreed = { type: 'I', structure: 'F', mode };
        const { server, port } = await startServer(t, { tls: { ...(await testCertificate()), dataReuse: 'require' } });
        let opened = 0;
        let handshakes = 0;
        server.on('connection', (event) => {
          if (event.kind !== 'data' || event.state !== 'open') return;
          opened += 1;
          if (event.tls) handshakes += 1;
        });
        const client = await RawClient.login(port, { secure });
        await client.command(`MODE ${mode}`, 200);
        const data = await client.data(way);
        const files = Array.from({ length: 20 }, (_, index) => randomBytes(index * 5_000));
        let kept: KeptData | undefined;
        for (const [index, file] of files.entries()) {
          await client.command(`STOR ${index}`, index === 0 ? 150 : 125);
          kept ??= new KeptData(await data.socket);
          kept.send(encode(agreed, file));
          await client.expect(226);
          await client.command('RETR missing', 550);
          await client.command(`RETR ${index}`, 125);
          assert.deepEqual(await kept.receive(modeDecoder(agreed)), file);
          await client.expect(226);
        }
        assert.equal(opened, 1, 'one data connection');
        assert.equal(handshakes, secure ? 1 : 0, 'one TLS handshake on it');
        const listing = client.command('NLST', 125);
        assert.equal(
          (await kept?.receive(modeDecoder({ ...agreed, type: 'A' })))?.toString().split('\r\n').length,
          21,
          'a listing goes over it too',
        );
        await listing;
        await client.expect(226);
        await client.command('MODE S', 200);
        await kept?.closed();
        await client.command('RETR 1', 425);
        await client.quit();
      });
    }
  }
}

test('files sent back to back on a kept connection, before their commands, are kept apart', async (t) => {
  const agreed: Agreed = { type: 'I', structure: 'F', mode: 'B' };
  const storage = memory();
  const { port } = await startServer(t, { storage });
  const client = await RawClient.login(port);
  await client.command('MODE B', 200);
  const kept = new KeptData(await (await client.data('EPSV')).socket);
  const files = [randomBytes(70_000), Buffer.alloc(0), randomBytes(3), randomBytes(200_000)];
  kept.send(Buffer.concat(files.map((file) => encode(agreed, file))));
  client.write(files.map((_, index) => `STOR ${index}\r\n`).join(''));
  for (const [index, file] of files.entries()) {
    await client.expect(index === 0 ? 150 : 125);
    await client.expect(226);
    assert.deepEqual(await contentOf(storage, `/${index}`), file);
  }
  await client.quit();
});

test('a kept connection that the client has ended or reset is not used again: 425, and the file is left alone', async (t) => {
  const agreed: Agreed = { type: 'I', structure: 'F', mode: 'B' };
  const storage = memory();
  const { server, port } = await startServer(t, { storage });
  const client = await RawClient.login(port);
  await client.command('MODE B', 200);
  const kept = new KeptData(await (await client.data('EPSV')).socket);
  await client.command('STOR a', 150);
  kept.send(encode(agreed, Buffer.from('kept')));
  await client.expect(226);
  const failed = new Promise<void>((resolve) => {
    server.on('connection', (event) => event.kind === 'data' && event.state === 'failed' && resolve());
  });
  kept.socket.resetAndDestroy();
  await failed;
  await client.command('STOR a', 425);
  assert.equal((await contentOf(storage, '/a')).toString(), 'kept');
  await client.quit();
});

test('an upload whose file ends without the mark of its mode or structure is not complete', async (t) => {
  const { port } = await startServer(t);
  const client = await RawClient.login(port);
  const cases: readonly Agreed[] = [
    { type: 'I', structure: 'F', mode: 'B' },
    { type: 'I', structure: 'F', mode: 'C' },
    { type: 'I', structure: 'F', mode: 'Z' },
    { type: 'I', structure: 'R', mode: 'S' },
    { type: 'I', structure: 'P', mode: 'S' },
  ];
  for (const agreed of cases) {
    await agree(client, agreed);
    const data = await client.data('EPSV');
    await client.command('STOR a', 150);
    (await data.socket).end(encode(agreed, OCTETS).subarray(0, -1));
    await client.expect(451);
    await client.command('NOOP', 200);
  }
  await client.quit();
});

test('octets that are not in the agreed mode are refused with 451, and the session goes on', async (t) => {
  const { port } = await startServer(t);
  const client = await RawClient.login(port);
  const cases: readonly [Agreed, Buffer][] = [
    [{ type: 'I', structure: 'F', mode: 'B' }, Buffer.from([0x01, 0, 1, 65])],
    [{ type: 'I', structure: 'F', mode: 'C' }, Buffer.from([0x00, 0x01])],
    [{ type: 'I', structure: 'F', mode: 'Z' }, Buffer.from('not deflate at all')],
    [{ type: 'I', structure: 'R', mode: 'S' }, Buffer.from([0xff, 0x07])],
    [{ type: 'I', structure: 'P', mode: 'S' }, Buffer.from([1, 1, 1, 1])],
  ];
  for (const [agreed, bytes] of cases) {
    await agree(client, agreed);
    const data = await client.data('EPSV');
    await client.command('STOR a', 150);
    const socket = await data.socket;
    socket.on('error', () => {}); // the server resets it
    socket.write(bytes);
    await client.expect(451);
  }
  await client.quit();
});

test('APPE adds to the end, and makes the file when there is none', async (t) => {
  for (const { make } of STORAGES) {
    const storage = await make(t);
    const { port } = await startServer(t, { storage });
    const client = await RawClient.login(port);
    await client.upload('APPE log', Buffer.from('one\n'));
    await client.upload('APPE log', Buffer.from('two\n'));
    await client.command('TYPE A', 200);
    await client.upload('APPE log', Buffer.from('three\r\n'));
    assert.equal((await contentOf(storage, '/log')).toString(), 'one\ntwo\nthree\n');
    await client.command('REST 3', 350);
    await client.data('EPSV');
    await client.command('APPE log', 503);
    await client.quit();
  }
});

test('STOU names its file in the 150 reply, and never takes a name twice', async (t) => {
  for (const { make } of STORAGES) {
    const storage = await make(t);
    const { port } = await startServer(t, { storage });
    const client = await RawClient.login(port);
    const names = new Set<string>();
    for (const line of ['STOU', 'STOU', 'STOU wanted', 'STOU wanted']) {
      const data = await client.data('EPSV');
      const opening = await client.command(line, 150);
      const [, name = ''] = /^FILE: (\/\S+)$/.exec(opening.lines[0] ?? '') ?? [];
      (await data.socket).end(line + names.size);
      await client.expect(226);
      assert.equal((await contentOf(storage, name)).toString(), line + names.size);
      names.add(name);
    }
    assert.equal(names.size, 4);
    assert.ok(names.has('/wanted'));
    await client.quit();
  }
});

test('ALLO tells whether there is room', async (t) => {
  const { port } = await startServer(t, { storage: memory({ '/a': 'x'.repeat(400) }, { capacityBytes: 1000 }) });
  const client = await RawClient.login(port);
  await client.command('ALLO 600', 200);
  await client.command('ALLO 600 R 80', 200);
  await client.command('ALLO 601', 552);
  await client.command('ALLO much', 501);
  await client.quit();
});

test('a client that keeps its end of a download open until the reply is answered all the same', async (t) => {
  const { port } = await startServer(t, { storage: memory({ '/a': 'abc' }), limits: { dataCloseWaitMs: 20 } });
  const client = await RawClient.login(port);
  for (const _ of [1, 2, 3]) {
    const data = await client.data('EPSV');
    await client.command('RETR a', 150);
    const socket = await data.socket;
    socket.allowHalfOpen = true;
    socket.resume();
    await once(socket, 'end');
    await client.expect(226);
    assert.equal(socket.writableEnded, false, 'our end is still open');
    socket.destroy();
  }
  await client.quit();
});

test('of two data connections agreed on, the last one holds', async (t) => {
  const { port } = await startServer(t, { storage: memory({ '/a': 'abc' }) });
  const client = await RawClient.login(port);
  for (const way of ['EPSV', 'PASV', 'EPRT', 'PORT'] as const) {
    await client.command('EPSV', 229);
    const data = await client.data(way);
    await client.command('RETR a', 150);
    assert.equal((await readAll(await data.socket)).toString(), 'abc', way);
    await client.expect(226);
  }
  await client.quit();
});
