import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { test } from 'node:test';
import { RawClient } from './kit/raw-client.js';
import { startServer, testCertificate } from './kit/server.js';
import { stored } from './kit/stored.js';

test('a client that never reads is ended all the same, and does not keep the server from closing', async (t) => {
  const { server, port } = await startServer(t, { limits: { maxCommandsBeforeLogin: 1_000_000 } });
  const client = net.connect(port, '127.0.0.1');
  await once(client, 'connect');
  client.pause();
  client.on('error', () => {}); // it is reset in the end
  const stuck = once(client, 'drain').catch(() => undefined);
  while (client.write('HELP\r\n'.repeat(10_000)));
  await Promise.race([stuck, new Promise((resolve) => setImmediate(resolve))]);
  await server.destroy();
  assert.deepEqual(server.sessions, []);
  client.destroy();
});

test('bytes that make no command do not keep a session from being idle', async (t) => {
  const { port } = await startServer(t, { limits: { idleMs: 300 } });
  // It does not log in: that might take longer than may be idle.
  const client = await RawClient.connect(port);
  let closed = false;
  const ended = client.ended().then(() => {
    closed = true;
  });
  while (!closed) {
    client.write('x');
    await new Promise((resolve) => setImmediate(resolve));
  }
  await ended;
  assert.equal((await client.reply()).code, 421);
});

test('Telnet sequences begun in clear end with it: nothing inside TLS is taken for part of one', async (t) => {
  const { port } = await startServer(t, { storage: stored(), tls: await testCertificate() });
  const client = await RawClient.connect(port);
  client.write(Buffer.concat([Buffer.from('AUTH TLS\r\n'), Buffer.from([0xff, 0xfa])]));
  await client.expect(234);
  await client.startTls();
  await client.command('NOOP', 200);
  client.destroy();
});

test('a transfer that is running when the server is destroyed does not outlive it, whatever its client does', async (t) => {
  const { server, port } = await startServer(t, { storage: stored({ '/big': new Uint8Array(32 * 1024 * 1024) }) });
  const client = await RawClient.login(port);
  const { socket } = await client.data('EPSV');
  await client.command('RETR big', 150);
  (await socket).pause();
  await server.destroy();
  assert.deepEqual(server.sessions, []);
  client.destroy();
});

test('close waits for transfers no longer than drainMs', async (t) => {
  const { server, port } = await startServer(t, {
    storage: stored({ '/big': new Uint8Array(32 * 1024 * 1024) }),
    limits: { drainMs: 50 },
  });
  const client = await RawClient.login(port);
  const { socket } = await client.data('EPSV');
  await client.command('RETR big', 150);
  (await socket).pause();
  await server.close();
  assert.deepEqual(server.sessions, []);
  client.destroy();
});
