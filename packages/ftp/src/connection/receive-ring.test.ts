import assert from 'node:assert/strict';
import { once } from 'node:events';
import net, { type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { DataStream } from './data-stream.js';
import { dialDirectly } from './dial.js';
import { type Receiving, ReceiveRing } from './receive-ring.js';

const SIZE = 9 * 1024 * 1024 + 17;

/** Octets that tell where they are from. */
function contentOf(size: number): Buffer {
  const content = Buffer.allocUnsafe(size);
  for (let at = 0; at + 4 <= size; at += 4) content.writeUInt32BE(at, at);
  return content;
}

async function streamOf(
  t: TestContext,
  content: Buffer,
  receiving: Receiving,
  ring = new ReceiveRing(receiving),
): Promise<DataStream> {
  const server = net.createServer((socket) => socket.end(content)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const socket: Socket = await dialDirectly({ host: '127.0.0.1', port }, { timeoutMs: 5_000, ring });
  t.after(() => socket.destroy());
  return new DataStream(socket, { ring: () => ring });
}

for (const receiving of ['lend', 'give'] as const) {
  test(`${receiving}: a slow reader gets everything, in order, and the sender waits for it`, async (t) => {
    const content = contentOf(SIZE);
    const stream = await streamOf(t, content, receiving);
    let at = 0;
    for (let chunks = await stream.read(); chunks; chunks = await stream.read()) {
      await new Promise((resolve) => setImmediate(resolve));
      assert.ok(stream.delivered - at < SIZE, 'everything was taken in without being asked for');
      for (const chunk of chunks) {
        assert.equal(Buffer.compare(chunk, content.subarray(at, at + chunk.length)), 0, `octets from ${at} on`);
        at += chunk.length;
      }
    }
    assert.equal(at, SIZE);
  });
}

test('what is given stays as it was when more is received', async (t) => {
  const content = contentOf(SIZE);
  const all = await readAll(await streamOf(t, content, 'give'));
  assert.equal(Buffer.compare(Buffer.concat(all), content), 0);
});

async function readAll(stream: DataStream): Promise<readonly Uint8Array[]> {
  const all: Uint8Array[] = [];
  for (let chunks = await stream.read(); chunks; chunks = await stream.read()) all.push(...chunks);
  return all;
}

test('what is given stays as it was when later connections receive, whose buffers are lent', async (t) => {
  const content = contentOf(100_000);
  const ring = new ReceiveRing('give');
  const given = await readAll(await streamOf(t, content, 'give', ring));
  ring.dispose();
  const stream = await streamOf(t, Buffer.alloc(SIZE), 'lend');
  while (await stream.read());
  assert.equal(Buffer.compare(Buffer.concat(given), content), 0);
});
