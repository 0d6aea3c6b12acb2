import assert from 'node:assert/strict';
import { once } from 'node:events';
import net, { type Socket } from 'node:net';
import { test } from 'node:test';
import { DataStream } from './data-stream.js';

test('an end that came before anybody listened is not waited for', async (t) => {
  const server = net.createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address);
  const accepted = once(server, 'connection');
  const peer = net.connect(address.port, '127.0.0.1').end();
  const [socket] = (await accepted) as [Socket];
  t.after(() => {
    peer.destroy();
    socket.destroy();
  });
  socket.resume();
  await once(socket, 'end');
  const stream = new DataStream(socket);
  assert.equal(stream.ended, true);
  assert.equal(await stream.read(), undefined);
});
