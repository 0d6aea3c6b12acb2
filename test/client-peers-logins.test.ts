import assert from 'node:assert/strict';
import { X509Certificate, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, describe, test } from 'node:test';
import { type ConnectOptions, connect } from '@twinport/ftp/client';
import { expectSame, watchedClient } from './kit/client-peers/context.js';
import {
  PEER_NAMES,
  type Peer,
  type PeerName,
  type PeerOptions,
  makeFile,
  startPeer,
} from './kit/client-peers/peer.js';
import { missingServer } from './kit/foreign-servers.js';

const TIMEOUT_MS = 20_000;

async function peerFor(t: TestContext, name: PeerName, options: PeerOptions): Promise<Peer> {
  const peer = await startPeer(name, options);
  t.after(() => peer.stop());
  return peer;
}

function loginOf({ host, port }: Peer, more: Partial<ConnectOptions> = {}): ConnectOptions {
  return { host, port, user: 'user', password: 'secret', ...more };
}

void describe('a login of our client', { concurrency: 3 }, () => {
  for (const name of PEER_NAMES) {
    const skip = name === 'twinport' ? false : missingServer(name);

    test(`${name}: a certificate is checked, pinned, or not looked at`, { skip, timeout: TIMEOUT_MS }, async (t) => {
      const peer = await peerFor(t, name, { tls: 'explicit' });
      await assert.rejects(connect(loginOf(peer, { tls: 'explicit' })), (error: { code: string; hint: string }) => {
        assert.equal(error.code, 'TLS');
        assert.match(error.hint, /\bca\b.*pins/);
        return true;
      });
      const { fingerprint256 } = new X509Certificate(peer.ca);
      await assert.rejects(connect(loginOf(peer, { tls: { pins: ['00'.repeat(32)] } })), { code: 'TLS' });
      for (const tls of [{ ca: peer.ca }, { pins: [fingerprint256] }, { insecure: true }]) {
        await using client = await connect(loginOf(peer, { tls }));
        const bytes = randomBytes(1_000);
        await client.put(bytes, 'file');
        expectSame(await client.bytes('file'), bytes);
        assert.ok((await client.info()).tls);
      }
    });

    test(`${name}: clear text where TLS is not offered, if that will do`, { skip, timeout: TIMEOUT_MS }, async (t) => {
      const peer = await peerFor(t, name, { tls: 'none' });
      const { client, watch } = watchedClient(loginOf(peer, { tls: 'if-offered' }));
      assert.equal((await client.info()).tls, undefined);
      assert.deepEqual(
        watch.warnings.map(({ code }) => code),
        ['TLS_NOT_OFFERED'],
      );
      await client.close();
      await assert.rejects(connect(loginOf(peer, { tls: 'explicit' })), { code: 'TLS' });
    });

    test(`${name}: says that TLS is required, or the password wrong`, { skip, timeout: TIMEOUT_MS }, async (t) => {
      const peer = await peerFor(t, name, { tls: 'explicit', requireTls: true });
      await assert.rejects(connect(loginOf(peer)), (error: { code: string; hint: string }) => {
        assert.equal(error.code, 'LOGIN');
        assert.match(error.hint, /TLS/);
        return true;
      });
      const wrong = loginOf(peer, { password: 'wrong', tls: { ca: peer.ca } });
      await assert.rejects(connect(wrong), (error: { code: string; hint: string }) => {
        assert.equal(error.code, 'LOGIN');
        assert.match(error.hint, /password/);
        return true;
      });
    });

    test(`${name}: a pool takes no more connections than the server`, { skip, timeout: TIMEOUT_MS }, async (t) => {
      const peer = await peerFor(t, name, { maxClients: 2 });
      await makeFile(peer, 'file', 'content');
      const { client, watch } = watchedClient(loginOf(peer), 5);
      const texts = await Promise.all(Array.from({ length: 20 }, () => client.text('/file')));
      assert.deepEqual(new Set(texts), new Set(['content']));
      assert.ok(watch.warnings.some(({ code }) => code === 'CONNECTION_LIMIT'));
      await client.close();
    });

    test(`${name}: files go to another server and come from there`, { skip, timeout: TIMEOUT_MS }, async (t) => {
      const peer = await peerFor(t, name, { tls: 'explicit' });
      const other = await peerFor(t, 'twinport', { tls: 'explicit' });
      const bytes = randomBytes(200_000);
      await makeFile(peer, 'file', bytes);
      for (const via of ['auto', 'relay'] as const) {
        for (const tls of [{ mode: 'off' }, { mode: 'explicit', insecure: true }] as const) {
          await using from = await connect(loginOf(peer, { tls }));
          await using to = await connect(loginOf(other, { tls }));
          await from.copyTo(to, '/file', '/there', { via });
          expectSame(await readFile(join(other.root, 'there')), bytes);
          await to.copyTo(from, '/there', '/back', { via });
          expectSame(await readFile(join(peer.root, 'back')), bytes);
          assert.equal((await from.stat('/back')).size, bytes.length);
        }
      }
    });
  }

  const skip = missingServer('vsftpd') || missingServer('proftpd');
  test(
    'vsftpd and proftpd send a file straight to each other: nothing of it comes by here',
    { skip, timeout: TIMEOUT_MS },
    async (t) => {
      const [one, other] = [await peerFor(t, 'vsftpd', { tls: 'none' }), await peerFor(t, 'proftpd', { tls: 'none' })];
      const bytes = randomBytes(200_000);
      await makeFile(one, 'file', bytes);
      await using from = await connect(loginOf(one, {}));
      await using to = await connect(loginOf(other, {}));
      const kinds: string[] = [];
      for (const client of [from, to]) client.on('connection', ({ kind }) => kinds.push(kind));
      const result = await from.copyTo(to, '/file', '/there', { via: 'fxp' });
      expectSame(await readFile(join(other.root, 'there')), bytes);
      await to.copyTo(from, '/there', '/back', { via: 'fxp' });
      expectSame(await readFile(join(one.root, 'back')), bytes);
      assert.deepEqual([result.size, result.verified], [bytes.length, 'size']);
      assert.ok(kinds.includes('line') && !kinds.includes('data'), kinds.join(' '));
    },
  );
});
