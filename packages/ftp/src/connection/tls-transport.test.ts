import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import net, { type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { Duplex } from 'node:stream';
import tls from 'node:tls';
import { generate } from 'selfsigned';
import { receiveInto } from './receive-into.js';
import { ReceiveRing } from './receive-ring.js';
import { secureAsServer } from './secure.js';

const pair = await generate([{ name: 'commonName', value: 'localhost' }], { keyType: 'ec' });
const secureContext = tls.createSecureContext({ key: pair.private, cert: pair.cert });

/** A secured server's end, which may receive into a ring, the client's TLS socket and the TCP socket under it. */
async function connect(
  t: TestContext,
  version: 'TLSv1.2' | 'TLSv1.3',
  ring?: ReceiveRing,
): Promise<{
  server: Awaited<ReturnType<typeof secureAsServer>>;
  client: tls.TLSSocket;
  raw: Socket;
  accepted: Socket;
}> {
  const listener = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  const raw = net.connect({
    port: typeof address === 'object' && address ? address.port : 0,
    host: '127.0.0.1',
    allowHalfOpen: true,
  });
  const [incoming] = (await once(listener, 'connection')) as [Socket];
  const accepted = ring ? receiveInto(incoming, ring.onread) : incoming;
  const client = tls.connect({ socket: raw, rejectUnauthorized: false, minVersion: version, maxVersion: version });
  const [server] = await Promise.all([
    secureAsServer(accepted, { secureContext, alpn: ['ftp'], handshakeMs: 5_000, ring }),
    once(client, 'secureConnect'),
  ]);
  t.after(() => {
    listener.close();
    raw.destroy();
    accepted.destroy();
  });
  return { server, client, raw, accepted };
}

async function received(stream: Socket): Promise<number> {
  let octets = 0;
  stream.on('data', (chunk: Buffer) => {
    octets += chunk.length;
  });
  await once(stream, 'end');
  return octets;
}

for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
  for (const size of [0, 1, 2, 3, 17, 16_384, 300_000]) {
    test(`${version}: an end after ${size} octets is proper with close_notify`, async (t) => {
      const { server, client } = await connect(t, version, new ReceiveRing('lend'));
      client.end(Buffer.alloc(size, 1));
      const octets = await received(server.stream);
      assert.equal(octets, size);
      assert.equal(server.transport.closeNotified(octets), true);
    });

    test(`${version}: an end after ${size} octets is not proper without close_notify`, async (t) => {
      const { server, client, raw } = await connect(t, version);
      const ended = received(server.stream);
      if (size > 0) await new Promise((resolve) => client.write(Buffer.alloc(size, 1), resolve));
      raw.end();
      const octets = await ended;
      assert.equal(octets, size);
      assert.equal(server.transport.closeNotified(octets), false);
    });
  }

  test(`${version}: what a ring has received arrives whole, however slowly it is read`, async (t) => {
    const content = randomBytes(3_000_000);
    const { server, client } = await connect(t, version, new ReceiveRing('lend'));
    client.end(content);
    const chunks: Buffer[] = [];
    for await (const chunk of server.stream) {
      chunks.push(chunk as Buffer);
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal(Buffer.compare(Buffer.concat(chunks), content), 0);
    assert.equal(server.transport.closeNotified(content.length), true);
  });

  test(`${version}: clear text after close_notify is handed over whole, at every split`, async (t) => {
    const { server, client, raw } = await connect(t, version);
    const clear = new Promise<string>((resolve) => {
      let text = '';
      server.transport.expectClearText((bytes) => {
        text += bytes.toString();
        server.transport.socket.on('data', (more: Buffer) => {
          text += more.toString();
          if (text.endsWith('\n')) resolve(text);
        });
        if (text.endsWith('\n')) resolve(text);
        server.transport.socket.resume();
      });
    });
    server.stream.resume();
    server.stream.end();
    client.on('error', () => {}); // the client's TLS layer sees the end of TLS only
    await new Promise((resolve) => client.write('last words in TLS\r\n', resolve));
    for (const byte of 'NOOP\r\n') raw.write(byte);
    assert.equal(await clear, 'NOOP\r\n');
  });
}

for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
  test(`${version}: an end in the middle of a record is not proper`, async (t) => {
    const { server, client, raw } = await connect(t, version);
    const ended = received(server.stream);
    await new Promise((resolve) => client.write(Buffer.alloc(100, 1), resolve));
    raw.end(Buffer.from([23, 3, 3, 0, 200, 1, 2, 3]));
    const octets = await ended;
    assert.equal(octets, 100);
    assert.equal(server.transport.closeNotified(octets), false);
  });
}

/** The client's end of a socket that holds back everything but the ClientHello until the client ends: then one write carries it all. */
function hoarding(socket: Socket): Duplex {
  const held: Buffer[] = [];
  let first = true;
  socket.on('data', (chunk: Buffer) => stream.push(chunk));
  const stream = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      if (first) socket.write(chunk);
      else held.push(chunk);
      first = false;
      done();
    },
    final(done) {
      socket.end(Buffer.concat(held), done);
    },
  });
  return stream;
}

for (const size of [0, 1, 40, 20_000]) {
  test(`TLSv1.3: ${size} octets and close_notify in one packet with the handshake's end are all noticed`, async (t) => {
    const listener = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const address = listener.address();
    const raw = net.connect(typeof address === 'object' && address ? address.port : 0, '127.0.0.1');
    const [accepted] = (await once(listener, 'connection')) as [Socket];
    t.after(() => {
      listener.close();
      raw.destroy();
      accepted.destroy();
    });
    const client = tls.connect({ socket: hoarding(raw), rejectUnauthorized: false, minVersion: 'TLSv1.3' });
    client.on('error', () => {}); // the server's tickets come after its end
    client.once('secureConnect', () => client.end(Buffer.alloc(size, 1)));
    const server = await secureAsServer(accepted, { secureContext, alpn: ['ftp'], handshakeMs: 5_000 });
    const octets = server.stream.readableEnded ? 0 : await received(server.stream);
    assert.equal(octets, size);
    assert.equal(server.transport.closeNotified(octets), true);
  });
}

test('a client that offers another protocol only is refused', async (t) => {
  const listener = net.createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  t.after(() => listener.close());
  const address = listener.address();
  const client = tls.connect({
    port: typeof address === 'object' && address ? address.port : 0,
    host: '127.0.0.1',
    rejectUnauthorized: false,
    ALPNProtocols: ['http/1.1'],
  });
  const [accepted] = (await once(listener, 'connection')) as [Socket];
  const failed = once(client, 'error');
  await assert.rejects(secureAsServer(accepted, { secureContext, alpn: ['ftp'], handshakeMs: 5_000 }), {
    code: 'TLS_HANDSHAKE',
  });
  await failed;
  assert.equal(accepted.destroyed, true);
});

test('a handshake that never comes ends within its limit', async (t) => {
  const listener = net.createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  t.after(() => listener.close());
  const address = listener.address();
  const client = net.connect(typeof address === 'object' && address ? address.port : 0, '127.0.0.1');
  const [accepted] = (await once(listener, 'connection')) as [Socket];
  const closed = once(client.resume(), 'close');
  await assert.rejects(secureAsServer(accepted, { secureContext, alpn: ['ftp'], handshakeMs: 50 }), {
    code: 'TLS_HANDSHAKE',
  });
  await closed;
});

for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
  for (const type of [21, 23]) {
    test(`${version}: a forged record of type ${type} is no proper end, and ends the connection`, async (t) => {
      const { server, client, raw } = await connect(t, version);
      const failed = assert.rejects(once(server.stream, 'close'), { code: 'RESET' });
      server.stream.resume();
      await new Promise((resolve) => client.write(Buffer.alloc(100, 1), resolve));
      raw.end(Buffer.from([type, 3, 3, 0, 26, ...Buffer.alloc(26, 7)]));
      await failed;
      assert.equal(server.transport.closeNotified(100), false);
    });
  }
}
