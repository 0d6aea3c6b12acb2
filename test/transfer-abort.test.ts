import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { Observed } from './kit/observed.js';
import { missing } from './kit/peers.js';
import { RawClient, readAll } from './kit/raw-client.js';
import { runProgram } from './kit/run-program.js';
import { startServer, testCertificate } from './kit/server.js';
import { contentOf, stored } from './kit/stored.js';
import { untilMoved } from './kit/until-moved.js';

/** More than both socket buffers hold, so that a download that nobody reads cannot end. */
const BIG = randomBytes(32 * 1024 * 1024);

/** A download that is under way and that nobody reads. */
async function stuckDownload(client: RawClient, way: 'EPSV' | 'PORT' = 'EPSV'): Promise<Socket> {
  const data = await client.data(way);
  await client.command('RETR big', 150);
  const socket = await data.socket;
  socket.on('error', () => {}); // the server resets it
  return socket;
}

/** An upload under way, of which `bytes` are in the file. */
async function startedUpload(client: RawClient, observed: Observed, bytes: Uint8Array): Promise<Socket> {
  const data = await client.data('EPSV');
  await client.command('STOR up', 150);
  const socket = await data.socket;
  socket.on('error', () => {}); // the server resets it
  socket.write(bytes);
  await untilMoved(client, bytes.length);
  assert.equal(observed.failed.length, 0);
  return socket;
}

const SIGNALS: readonly (readonly [name: string, before: Buffer])[] = [
  ['alone', Buffer.alloc(0)],
  ['behind IAC IP IAC DM', Buffer.from([0xff, 0xf4, 0xff, 0xf2])],
  ['behind IAC DM', Buffer.from([0xff, 0xf2])],
];

for (const [name, before] of SIGNALS) {
  for (const secure of [false, true]) {
    test(`ABOR ${name} drops a download ${secure ? 'over TLS' : 'in clear'} with 426 then 226`, async (t) => {
      const { server, port } = await startServer(t, {
        storage: stored({ '/big': BIG, '/a': 'abc' }),
        tls: await testCertificate(),
      });
      const observed = new Observed(server);
      const client = await RawClient.login(port, { secure });
      const socket = await stuckDownload(client);
      client.write(Buffer.concat([before, Buffer.from('ABOR\r\n')]));
      await client.expect(426);
      await client.expect(226);
      socket.resume();
      if (!socket.closed) await once(socket, 'close');
      assert.equal((await observed.untilFailed()).code, 426);
      assert.equal((await client.download('RETR a')).toString(), 'abc', 'the session goes on');
      await client.quit();
    });
  }

  test(`ABOR ${name} drops an upload, keeping what has come`, async (t) => {
    const storage = stored();
    const { server, port } = await startServer(t, { storage });
    const observed = new Observed(server);
    const client = await RawClient.login(port);
    const socket = await startedUpload(client, observed, BIG.subarray(0, 300_000));
    client.write(Buffer.concat([before, Buffer.from('ABOR\r\n')]));
    await client.expect(426);
    await client.expect(226);
    if (!socket.closed) await once(socket, 'close');
    assert.deepEqual(await contentOf(storage, '/up'), BIG.subarray(0, 300_000));
    assert.equal(observed.done.length, 0);
    await client.upload('STOR up', Buffer.from('again'));
    await client.quit();
  });
}

const URGENT = `
import re, socket, sys
control = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
replies = control.makefile('rb')
def expect(code):
    line = replies.readline()
    assert line.startswith(code), line
def say(line, code):
    control.sendall(line + b'\\r\\n')
    expect(code)
expect(b'220')
say(b'USER user', b'331')
say(b'PASS secret', b'230')
say(b'TYPE I', b'200')
control.sendall(b'EPSV\\r\\n')
port = int(re.search(rb'\\|\\|\\|(\\d+)\\|', replies.readline()).group(1))
data = socket.create_connection(('127.0.0.1', port))
say(b'RETR big', b'150')
control.sendall(b'\\xff\\xf4\\xff')
control.send(b'\\xf2', socket.MSG_OOB)
control.sendall(b'ABOR\\r\\n')
expect(b'426')
expect(b'226')
say(b'NOOP', b'200')
say(b'QUIT', b'221')
print('aborted')
`;

test('ABOR with Telnet Synch as TCP urgent data drops a download', { skip: missing('python3') }, async (t) => {
  const { port } = await startServer(t, { storage: stored({ '/big': BIG }) });
  assert.match((await runProgram('python3', ['-c', URGENT, String(port)])).toString(), /aborted/);
});

test('ABOR in the segment of the transfer command itself drops that transfer', async (t) => {
  const { port } = await startServer(t, { storage: stored({ '/big': BIG }) });
  const client = await RawClient.login(port);
  const data = await client.data('EPSV');
  const socket = await data.socket;
  socket.on('error', () => {}); // the server resets it
  client.write('RETR big\r\nABOR\r\n');
  await client.expect(150);
  await client.expect(426);
  await client.expect(226);
  await client.quit();
});

test('ABOR behind other verbs drops the transfer at once; all are answered in order', async (t) => {
  const { port } = await startServer(t, { storage: stored({ '/big': BIG }) });
  const client = await RawClient.login(port);
  await stuckDownload(client);
  client.write('PWD\r\nNOOP\r\nSIZE big\r\nABOR\r\nPWD\r\n');
  for (const code of [426, 257, 200, 213, 226, 257]) await client.expect(code);
  await client.quit();
});

test('ABOR before the data connection is made ends the wait for it', async (t) => {
  const { port } = await startServer(t, { storage: stored({ '/big': BIG }) });
  const client = await RawClient.login(port);
  for (const line of ['RETR big', 'STOR up']) {
    await client.command('EPSV', 229);
    await client.command(line, 150);
    client.write('ABOR\r\n');
    await client.expect(426);
    await client.expect(226);
  }
  await client.quit();
});

test('ABOR with nothing running is 226, and takes back what PASV offered', async (t) => {
  const { port } = await startServer(t, { storage: stored({ '/a': 'abc' }) });
  const client = await RawClient.login(port);
  await client.command('ABOR', 226);
  await client.command('EPSV', 229);
  await client.command('ABOR', 226);
  await client.command('RETR a', 425);
  await client.quit();
});

test('an aborted transfer of mode B costs the data connection, not the session', async (t) => {
  const { port } = await startServer(t, { storage: stored({ '/big': BIG, '/a': 'abc' }) });
  const client = await RawClient.login(port);
  await client.command('MODE B', 200);
  const socket = await stuckDownload(client);
  client.write('ABOR\r\n');
  await client.expect(426);
  await client.expect(226);
  socket.destroy();
  await client.command('RETR a', 425);
  await client.command('MODE S', 200);
  assert.equal((await client.download('RETR a')).toString(), 'abc');
  await client.quit();
});

test('NOOP and STAT are answered during a transfer, and STAT shows how far it is', async (t) => {
  const { server, port } = await startServer(t, { storage: stored({ '/big': BIG }) });
  const observed = new Observed(server);
  const client = await RawClient.login(port);
  const up = await startedUpload(client, observed, BIG.subarray(0, 100_000));
  await client.command('NOOP', 200);
  up.write(BIG.subarray(100_000, 700_000));
  await untilMoved(client, 700_000);
  up.end();
  await client.expect(226);
  const down = await stuckDownload(client);
  assert.match(
    (await client.command('STAT', 211)).lines.join('\n'),
    new RegExp(`RETR /big: \\d+ of ${BIG.length} bytes`),
  );
  assert.deepEqual(await readAll(down), BIG);
  await client.expect(226);
  assert.doesNotMatch((await client.command('STAT', 211)).lines.join('\n'), /RETR/);
  await client.quit();
});

test('other verbs wait for the end of the transfer, and QUIT too', async (t) => {
  const storage = stored();
  const { server, port } = await startServer(t, { storage });
  const client = await RawClient.login(port);
  const up = await startedUpload(client, new Observed(server), Buffer.from('first'));
  client.write('SIZE up\r\nDELE up\r\nPWD\r\nQUIT\r\n');
  up.end(' and last');
  const sizes: string[] = [];
  for (const code of [226, 213, 250, 257, 221]) sizes.push((await client.expect(code)).lines[0] ?? '');
  assert.equal(sizes[1], '14', 'SIZE is of the whole file');
  await client.ended();
});

test('a client may send more commands during a transfer than are read ahead', async (t) => {
  const { server, port } = await startServer(t, { limits: { maxPendingCommands: 8 } });
  const client = await RawClient.login(port);
  const up = await startedUpload(client, new Observed(server), Buffer.from('x'));
  client.write('PWD\r\n'.repeat(500));
  up.end();
  await client.expect(226);
  for (let answered = 0; answered < 500; answered += 1) await client.expect(257);
  await client.quit();
});
