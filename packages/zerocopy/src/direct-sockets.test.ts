import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { type TestContext, test } from 'node:test';
import { zeroCopy } from './index.js';

const SKIP = { skip: process.platform === 'linux' ? false : 'of Linux only' };

/** Both ends of a connection on this machine, closed with the test. */
function pair(t: TestContext, host: string): { client: number; server: number } {
  const listener = zeroCopy.listen({ host, port: 0 }, 1);
  const client = zeroCopy.connect({ host, port: listener.port });
  const peer = zeroCopy.accept(listener.descriptor);
  zeroCopy.close(listener.descriptor);
  assert.ok(client !== undefined && peer);
  assert.equal(peer.remote.host, host);
  t.after(() => {
    zeroCopy.close(client);
    zeroCopy.close(peer.descriptor);
  });
  return { client, server: peer.descriptor };
}

for (const host of ['127.0.0.1', '::1']) {
  test(`${host}: what one end writes the other reads, up to its end`, SKIP, (t) => {
    const { client, server } = pair(t, host);
    const into = Buffer.alloc(16);
    assert.equal(zeroCopy.read(client, into), undefined);
    assert.equal(zeroCopy.write(server, Buffer.from('some octets')), 11);
    assert.equal(zeroCopy.read(client, into), 11);
    assert.equal(into.toString('latin1', 0, 11), 'some octets');
    zeroCopy.shutdown(server);
    assert.equal(zeroCopy.read(client, into), 0);
  });

  test(`${host}: nobody is there yet, nobody listens, the port is taken`, SKIP, () => {
    const listener = zeroCopy.listen({ host, port: 0 }, 1);
    const at = { host, port: listener.port };
    assert.equal(zeroCopy.accept(listener.descriptor), undefined);
    assert.throws(() => zeroCopy.listen(at, 1), { code: 'EADDRINUSE' });
    zeroCopy.close(listener.descriptor);
    assert.throws(() => zeroCopy.connect(at), { code: 'ECONNREFUSED' });
  });
}

test('a full socket takes what fits, and says so', SKIP, (t) => {
  const { server } = pair(t, '127.0.0.1');
  const large = Buffer.alloc(64 * 1024 * 1024);
  const taken = zeroCopy.write(server, large);
  assert.ok(taken > 0 && taken < large.length, String(taken));
  while (zeroCopy.write(server, large) > 0);
  assert.equal(zeroCopy.write(server, large), 0);
});

test('a reset is one at the other end', SKIP, async () => {
  const listener = net.createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  assert.ok(typeof address === 'object' && address);
  const arrived = once(listener, 'connection');
  const descriptor = zeroCopy.connect({ host: '127.0.0.1', port: address.port });
  assert.ok(descriptor !== undefined);
  const [socket] = await arrived;
  listener.close();
  assert.ok(socket instanceof net.Socket);
  const failed = once(socket, 'error');
  socket.resume();
  zeroCopy.reset(descriptor);
  assert.equal(Object.getOwnPropertyDescriptor((await failed)[0], 'code')?.value, 'ECONNRESET');
});
