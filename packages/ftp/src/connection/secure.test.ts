import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { test } from 'node:test';
import tls from 'node:tls';
import { generate } from 'selfsigned';
import { type SecureSocket, secureAsClient } from './secure.js';
import { TlsSessions } from './tls-sessions.js';

for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
  test(`whoever was not trusted gives no session that would be resumed in trust, ${version}`, async (t) => {
    const pair = await generate([{ name: 'commonName', value: 'localhost' }]);
    const server = tls.createServer({ key: pair.private, cert: pair.cert, maxVersion: version }, (socket) =>
      socket.on('error', () => {}).write('hello'),
    );
    await once(server.listen(0, '127.0.0.1'), 'listening');
    t.after(() => server.close());
    const address = server.address();
    assert.ok(typeof address === 'object' && address);
    const sessions = new TlsSessions();
    const handshake = async (trusts: (stream: tls.TLSSocket) => boolean): Promise<SecureSocket> => {
      const socket = net.connect({ port: address.port, host: '127.0.0.1', allowHalfOpen: true });
      await once(socket, 'connect');
      t.after(() => socket.destroy());
      return await secureAsClient(socket, {
        secureContext: tls.createSecureContext(),
        host: 'localhost',
        servername: 'localhost',
        handshakeMs: 10_000,
        sessions,
        check: (stream) => (trusts(stream) ? undefined : new Error('not trusted')),
      });
    };
    for (let count = 0; count < 3; count += 1)
      await assert.rejects(
        handshake((stream) => stream.isSessionReused()),
        /not trusted/,
      );
    const { stream } = await handshake(() => true);
    await once(stream, 'data'); // TLS 1.3 gives its tickets before
    assert.equal((await handshake(() => true)).facts.resumed, true);
  });
}
