import assert from 'node:assert/strict';
import { appendFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { open, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Client, type DownloadOptions, FtpError, createPool } from '@twinport/ftp/client';
import { disk } from '@twinport/ftp/server';
import { quickAccounts } from './kit/quick-accounts.js';
import { Random } from './kit/random.js';
import { startServer } from './kit/server.js';
import { temporaryFolder } from './kit/temporary-folder.js';

const CONTENT = new Random(3).bytes(4_000_000);
const SIZES = [1_000, CONTENT.length];

interface Setting {
  readonly client: Client;
  readonly root: string;
  readonly local: string;
}

async function settingOf(context: TestContext): Promise<Setting> {
  const root = await temporaryFolder(context);
  for (const size of SIZES) await writeFile(join(root, `${size}`), CONTENT.subarray(0, size));
  const { port } = await startServer(context, { host: '127.0.0.1', accounts: quickAccounts(() => disk(root)) });
  const client = createPool({ host: '127.0.0.1', port, user: 'user', password: 'secret' }, { maxConnections: 4 });
  context.after(() => client.close());
  return { client, root, local: await temporaryFolder(context) };
}

/** How each ended: 'transferred', or the code of the error. */
async function outcomesOf(...transfers: readonly PromiseLike<{ readonly outcome: string }>[]): Promise<string[]> {
  const ends = await Promise.allSettled(transfers);
  return ends.map((end) => (end.status === 'fulfilled' ? end.value.outcome : (end.reason as FtpError).code)).toSorted();
}

for (const options of [{}, { atomic: false }, { ifExists: 'resume' }, { segments: 3 }] satisfies DownloadOptions[]) {
  test(`of two downloads to one path the second is refused: ${JSON.stringify(options)}`, async (t) => {
    const { client, local } = await settingOf(t);
    for (const size of SIZES) {
      const path = join(local, `${size}`);
      const two = [client.get(`/${size}`, path, options), client.get(`/${size}`, `${local}/./${size}`, options)];
      assert.deepEqual(await outcomesOf(...two), ['IN_USE', 'transferred']);
      assert.ok(CONTENT.subarray(0, size).equals(await readFile(path)));
      await client.get(`/${size}`, path);
    }
    assert.deepEqual(await readdir(local), SIZES.map(String));
  });
}

test('of two atomic uploads to one path the second is refused', async (t) => {
  const { client, root } = await settingOf(t);
  const two = ['a', 'b'].map((text) => client.put(Buffer.alloc(1_000_000, text), '/up', { atomic: true }));
  assert.deepEqual(await outcomesOf(...two), ['IN_USE', 'transferred']);
  assert.ok(Buffer.alloc(1_000_000, 'a').equals(await readFile(join(root, 'up'))));
  await client.put(CONTENT, '/up', { atomic: true });
  assert.ok(CONTENT.equals(await readFile(join(root, 'up'))));
});

test('a temporary file that another program has open is not written to, nor is what it writes taken', async (t) => {
  const { client, local } = await settingOf(t);
  for (const [size, name, options] of [
    [1_000, '.part', {}],
    [CONTENT.length, '.part', {}],
    [CONTENT.length, '.pieces', { segments: 3 }],
  ] as const) {
    const path = join(local, `${size}`);
    const theirs = await open(`${path}${name}`, 'w+');
    await theirs.write('theirs');
    await client.get(`/${size}`, path, options);
    assert.equal((await theirs.stat()).size, 6);
    await theirs.write(Buffer.alloc(size, 'x'), 0, size, 0);
    await theirs.close();
    assert.ok(CONTENT.subarray(0, size).equals(await readFile(path)));
  }
});

test('a temporary file that another program has begun anew meanwhile is left to it', async (t) => {
  const { client, local } = await settingOf(t);
  const path = join(local, 'file');
  let isTaken = false;
  const takeAway = (): void => {
    if (isTaken || !existsSync(`${path}.part`)) return;
    isTaken = true;
    rmSync(`${path}.part`);
    writeFileSync(`${path}.part`, 'theirs');
  };
  const got = client.get(`/${CONTENT.length}`, path, { onProgress: takeAway });
  await assert.rejects(got, (error) => error instanceof FtpError && error.code === 'IN_USE' && error.retryable);
  assert.deepEqual(await readdir(local), ['file.part']);
  assert.equal(await readFile(`${path}.part`, 'utf8'), 'theirs');
});

test('what a dead process has left is gone on with, and what one that lives writes to is not', async (t) => {
  const { client, local } = await settingOf(t);
  const path = join(local, 'file');
  await writeFile(`${path}.part`, CONTENT.subarray(0, 1_000_000));
  const { resumedAt } = await client.get(`/${CONTENT.length}`, path, { ifExists: 'resume' });
  assert.equal(resumedAt, 1_000_000);
  assert.ok(CONTENT.equals(await readFile(path)));
  const other = join(local, 'other');
  await writeFile(`${other}.part`, CONTENT.subarray(0, 1_000_000));
  client.on('connection', (event) => {
    const looked = event.kind === 'line' && event.direction === 'in' && event.text.startsWith('213 ');
    if (looked) appendFileSync(`${other}.part`, 'more');
  });
  assert.deepEqual(await outcomesOf(client.get(`/${CONTENT.length}`, other, { ifExists: 'resume' })), ['IN_USE']);
  assert.equal((await readFile(`${other}.part`)).length, 1_000_004);
});
