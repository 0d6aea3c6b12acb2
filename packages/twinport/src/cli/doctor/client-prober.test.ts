import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAccounts, createServer, memory } from '@twinport/ftp/server';
import { ClientProber } from './client-prober.js';

test('an upload leaves what was there as it was, and nothing of its own', async (t) => {
  const before = `twinport-doctor-${process.pid}-ipv4`;
  const storage = memory({ [`/${before}`]: Buffer.from('precious') });
  const accounts = createAccounts({ storage, users: [{ name: 'user', password: 'secret' }] });
  const server = createServer({ accounts, host: '127.0.0.1', port: 0 });
  t.after(async () => server.destroy());
  await server.listen();
  const port = server.endpoints[0]?.port ?? 0;
  const prober = new ClientProber({
    connect: { host: '127.0.0.1', port, user: 'user', password: 'secret' },
    port,
    writeTo: '/',
    signal: new AbortController().signal,
    onClient: () => {},
  });
  const way = await prober.way('EPSV', 'ipv4', 'clear');
  const upload = await prober.transfer('upload', way);
  assert.deepEqual([upload?.failure, (upload?.octets ?? 0) > 0], [undefined, true]);
  const names: string[] = [];
  for await (const entries of storage.list('/')) names.push(...entries.map(({ name }) => name));
  assert.deepEqual(names, [before]);
});
