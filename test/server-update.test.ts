// Options that change while a server runs: what began before goes on, what begins later has the new ones.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net, { type Socket } from 'node:net';
import { test } from 'node:test';
import { TLSSocket } from 'node:tls';
import { parsePasvReply } from '@twinport/ftp/protocol';
import { OptionsFault, memory } from '@twinport/ftp/server';
import { generate } from 'selfsigned';
import { Observed } from './kit/observed.js';
import { RawClient, readAll } from './kit/raw-client.js';
import { allTold, startServer, testAccounts, testCertificate } from './kit/server.js';
import { contentOf, stored } from './kit/stored.js';
import { untilMoved } from './kit/until-moved.js';

/** More than the buffers of both sockets hold. */
const BIG = Buffer.alloc(32 * 1024 * 1024, 'abcdefg');
const PART = 8 * 1024 * 1024;

test('a download and an upload go on with the limits they began with, and what begins later has the new ones', async (t) => {
  const storage = stored({ '/big': BIG });
  const { server, port } = await startServer(t, { storage });
  const observed = new Observed(server);
  const [reader, writer] = [await RawClient.login(port), await RawClient.login(port)];
  const download = await begin(reader, 'RETR big');
  const upload = await begin(writer, 'STOR up');
  upload.write(BIG.subarray(0, PART));
  await untilMoved(writer, PART);

  server.update({ limits: { dataStallMs: 1, maxSessions: 3, transferBufferBytes: 1 } });
  await allTold(server);
  const third = await RawClient.login(port);
  await assert.rejects(RawClient.connect(port), /421/);
  await begin(third, 'RETR big');
  assert.match((await third.expect(426)).lines.join(), /stalled/);

  assert.equal((await readAll(download)).length, BIG.length);
  await reader.expect(226);
  upload.end(BIG.subarray(PART));
  await writer.expect(226);
  assert((await contentOf(storage, '/up')).equals(BIG));
  await allTold(server);
  assert.deepEqual(
    observed.done.map(({ path, octets }) => [path, octets]),
    [
      ['/big', BIG.length],
      ['/up', BIG.length],
    ],
  );
});

async function begin(client: RawClient, line: string): Promise<Socket> {
  const data = await client.data('EPSV');
  await client.command(line, 150);
  return await data.socket;
}

test('sessions in TLS keep the certificate they began with, new ones have the new one', async (t) => {
  const storage = memory({ '/a': 'abc' });
  const tls = { ...(await testCertificate()), dataReuse: 'require' } as const;
  const { server, port } = await startServer(t, { storage, tls });
  const before = await RawClient.login(port, { secure: true });
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'another' }], { keyType: 'ec' });
  server.update({ tls: { ...tls, key, cert } });
  const after = await RawClient.login(port, { secure: true });
  assert.deepEqual([before, after].map(commonName), ['CN=localhost', 'CN=another']);
  for (const client of [before, after]) assert.equal((await client.download('RETR a')).toString(), 'abc');
});

function commonName({ socket }: RawClient): string | undefined {
  assert(socket instanceof TLSSocket);
  return socket.getPeerX509Certificate()?.subject;
}

test('a session has the accounts and the greeting of its time, and passive connections the ports and the address of theirs', async (t) => {
  const { server, port } = await startServer(t, { storage: memory({ '/old': '' }) });
  const before = await RawClient.login(port);
  const passivePorts = { first: 41_000, last: 41_999 };
  const accounts = testAccounts(memory({ '/new': '' }));
  server.update({ accounts, passivePorts, publicAddress: '192.0.2.1', greeting: 'ready again' });
  await allTold(server);
  assert.equal(await greetingOf(port), '220 ready again\r\n');
  const after = await RawClient.login(port);
  assert.deepEqual([await names(before), await names(after)], ['old', 'new']);
  for (const client of [before, after]) {
    const endpoint = parsePasvReply(await client.command('PASV', 227));
    assert.equal(endpoint.host, '192.0.2.1');
    assert(endpoint.port >= passivePorts.first && endpoint.port <= passivePorts.last, String(endpoint.port));
  }
  server.update({ publicAddress: undefined });
  await allTold(server);
  assert.equal(parsePasvReply(await before.command('PASV', 227)).host, '127.0.0.1');
});

async function names(client: RawClient): Promise<string> {
  return (await client.download('NLST')).toString().trim();
}

/** Of a session that stays. */
async function greetingOf(port: number): Promise<string> {
  const socket = net.connect(port, '127.0.0.1');
  const [greeting] = (await once(socket, 'data')) as [Buffer];
  return greeting.toString();
}

const { key, cert } = await testCertificate();
const { private: otherKey } = await generate([], { keyType: 'ec' });
/** As no type would let them through, some of them. */
const WRONG: Readonly<Record<string, { readonly [option: string]: object | string | number | undefined }>> = {
  'a negative limit': { limits: { maxSessions: -1 } },
  'a limit that there is not': { limits: { maxSession: 1 } },
  'ports in the wrong order': { passivePorts: { first: 50_100, last: 50_000 } },
  'an address that is none': { publicAddress: 'detect' },
  'a certificate that is none': { tls: { key, cert: 'x' } },
  'the key of another certificate': { tls: { key: otherKey, cert } },
  'no certificate any more': { tls: undefined },
  'no accounts any more': { accounts: undefined },
  'another port': { port: 2121 },
};

for (const [what, wrong] of Object.entries(WRONG)) {
  test(`${what} changes nothing, nor does what comes with it`, async (t) => {
    const { server, port } = await startServer(t, { greeting: 'as ever', limits: { maxSessions: 1 } });
    const [options, limits] = [server.options, { ...server.limits }];
    const changes = { greeting: 'new', ...wrong, limits: { idleMs: 5, maxSessions: 2, ...Object(wrong['limits']) } };
    assert.throws(() => server.update(changes), wrong['tls'] ? Error : OptionsFault);
    assert.equal(server.options, options);
    assert.deepEqual(server.limits, limits);
    assert.equal(await greetingOf(port), '220 as ever\r\n');
    await assert.rejects(RawClient.connect(port), /421/);
  });
}

test('server.options and server.limits are those that hold', async (t) => {
  const { server } = await startServer(t, { limits: { maxSessions: 7 } });
  server.update({ limits: { idleMs: 1000 }, greeting: 'hello' });
  assert.deepEqual(server.options.limits, { maxSessions: 7, idleMs: 1000 });
  assert.deepEqual([server.limits.maxSessions, server.limits.idleMs], [7, 1000]);
  assert.equal(server.options.greeting, 'hello');
});
