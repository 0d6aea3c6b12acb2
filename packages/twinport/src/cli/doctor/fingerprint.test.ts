import assert from 'node:assert/strict';
import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { Endpoint } from '@twinport/ftp/protocol';
import { fingerprint } from './fingerprint.js';

async function listen(t: TestContext, onConnection: (socket: Socket) => void): Promise<Endpoint> {
  const server = net.createServer((socket) => onConnection(socket.on('error', () => {})));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { address, port } = server.address() as AddressInfo;
  return { host: address, port };
}

test('a server that resets what it has greeted answers nothing, and ends nothing else', async (t) => {
  const server = await listen(t, (socket) => socket.write('220 hello\r\n', () => socket.resetAndDestroy()));
  const seen = await fingerprint(server, new AbortController().signal);
  assert.deepEqual(
    seen.map(({ plain, asked }) => [plain, asked]),
    [
      [false, false],
      [false, false],
      [false, false],
    ],
  );
});

test('behind Ctrl-C no odd line is sent any more', async (t) => {
  const stopped = new AbortController();
  let received = '';
  const server = await listen(t, (socket) => {
    socket.write('220 hello\r\n');
    socket.setEncoding('latin1').on('data', (text: string) => {
      received += text;
      stopped.abort();
      socket.write('200 fine\r\n');
    });
  });
  await fingerprint(server, stopped.signal);
  assert.match(received, /^(?:NOOP\r\n)+$/);
});
