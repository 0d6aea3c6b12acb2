import assert from 'node:assert/strict';
import { once } from 'node:events';
import net, { type Socket } from 'node:net';
import { test } from 'node:test';
import { receiveInto } from './receive-into.js';

test('an accepted connection goes on, both ways, with buffers of our own, and is its listener’s no more', async (t) => {
  const listener = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  const client = net.connect(typeof address === 'object' && address ? address.port : 0, '127.0.0.1');
  t.after(() => client.destroy());
  const [accepted] = (await once(listener, 'connection')) as [Socket];
  client.write('before');
  const buffer = Buffer.alloc(16);
  const received: string[] = [];
  const socket = receiveInto(accepted, {
    buffer,
    callback: (size) => {
      received.push(buffer.toString('latin1', 0, size));
      if (received.length === 1) client.end('behind');
      return true;
    },
  });
  const closed = once(listener, 'close');
  listener.close();
  await closed;
  socket.resume();
  await once(socket, 'end');
  assert.deepEqual(received, ['before', 'behind']);
  socket.end('answer');
  const [answer] = (await once(client, 'data')) as [Buffer];
  assert.equal(answer.toString(), 'answer');
  assert.equal(accepted.destroyed, true);
});
