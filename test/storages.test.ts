import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { disk, memory, mount } from '@twinport/ftp/server';
import { createZeroCopy } from '@twinport/zerocopy';
import { RawClient } from './kit/raw-client.js';
import { startServer } from './kit/server.js';
import { contentOf } from './kit/stored.js';
import { temporaryFolder } from './kit/temporary-folder.js';

const MEBI = 1024 * 1024;

/** Zero copy that says how many files it received. */
function counting() {
  const calls = createZeroCopy({ moveFrom: 1 });
  const counts = { received: 0 };
  const receive: typeof calls.receive = (what, watch) => {
    counts.received++;
    return calls.receive(what, watch);
  };
  return {
    counts,
    zeroCopy: new Proxy(calls, { get: (of, key) => (key === 'receive' ? receive : Reflect.get(of, key, of)) }),
  };
}

test('what is mounted is listed, changed into, copied to and from, and not renamed across', async (t) => {
  const root = memory({ '/f': 'root' });
  const incoming = memory();
  const { port } = await startServer(t, { storage: mount(root, { '/incoming': incoming, '/archive/2024': memory() }) });
  const client = await RawClient.login(port);
  assert.match((await client.download('NLST')).toString(), /^archive\r\nf\r\nincoming\r\n$/);
  await client.command('CWD /archive', 250);
  await client.command('CWD 2024', 250);
  await client.command('CDUP', 250);
  await client.command('CWD ../incoming', 250);
  const { lines } = await client.command('RNFR /f', 350).then(() => client.command('RNTO f', 553));
  assert.match(lines.join(), /another storage/);
  await client.command('SITE COPY /f f', 200);
  assert.equal((await contentOf(incoming, '/f')).toString(), 'root');
  await client.command('RMD /incoming', 550);
  await client.command('RNFR /incoming', 350);
  await client.command('RNTO /other', 550);
  await client.data('EPSV');
  await client.command('STOR /archive/f', 550);
});

test('the kernel moves uploads to what is mounted', async (t) => {
  const folder = await temporaryFolder(t);
  const { counts, zeroCopy } = counting();
  const { port } = await startServer(t, { storage: mount(memory(), { '/in': disk(folder) }), zeroCopy });
  const client = await RawClient.login(port);
  const content = randomBytes(4 * MEBI);
  await client.upload('STOR /in/f', content);
  assert.ok((await readFile(join(folder, 'f'))).equals(content));
  assert.equal(counts.received, 1);
});
