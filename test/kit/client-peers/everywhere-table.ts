import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { FtpError, connect } from '@twinport/ftp/client';
import type { Behaviour } from './behaviour.js';
import { isPassive } from './cell.js';
import { expectSame } from './context.js';

const SIZE = 400_000;

/** What is tried in every cell of the matrix. */
export const EVERYWHERE: readonly Behaviour[] = [
  {
    name: 'logs in and tells about the server',
    everywhere: true,
    async run({ options, peer, cell }) {
      await using client = await connect(options);
      const { home, features, remote, tls, greeting } = await client.info();
      assert.equal(home, '/');
      assert.ok(features.has('EPSV') && features.has('SIZE'), [...features.keys()].join(' '));
      assert.deepEqual(remote, { host: cell.host, port: peer.port });
      assert.equal(tls?.protocol, cell.version);
      assert.equal(greeting.code, 220);
    },
  },
  {
    name: 'moves bytes up and down, and tells which way they went',
    everywhere: true,
    async run({ client, watch, cell, peer, ...context }) {
      const bytes = randomBytes(SIZE);
      const folder = context.folder;
      const seen = watch.opened.length;
      const put = await client.put(bytes, `${folder}/up.bin`);
      const read = await client.bytes(`${folder}/up.bin`);
      expectSame(read, bytes);
      expectSame(await readFile(`${peer.root}${folder}/up.bin`), bytes);
      assert.equal(put.octets, SIZE);
      assert.equal(put.verified, 'size');
      const mode = isPassive(cell) ? 'passive' : 'active';
      assert.deepEqual(put.dataPath, { mode, command: cell.command });
      const opened = watch.opened.slice(seen);
      assert.equal(opened.length, 2);
      for (const { tls, ...event } of opened) {
        assert.deepEqual([event.mode, event.side, event.role], [mode, 'client', isPassive(cell) ? 'dial' : 'listen']);
        assert.equal(event.remote?.host, cell.host);
        assert.equal(tls?.protocol, cell.version);
        if (cell.version !== undefined && peer.can.resumesSessions) assert.equal(tls?.resumed, true);
      }
      assert.ok(watch.commands.some((line) => line.split(' ')[0] === cell.command));
      assert.deepEqual(
        watch.commands.filter((line) => /^(?:EPSV|PASV|EPRT|PORT)/.test(line) && !line.startsWith(cell.command)),
        [],
      );
    },
  },
  {
    name: 'lists what is there',
    everywhere: true,
    async run(context) {
      await context.have('a.txt', 'hello');
      await context.have('.hidden', '');
      await context.haveFolder('sub');
      const entries = await context.client.list(context.folder).toArray();
      assert.deepEqual(entries.map(({ name, type, path }) => `${type} ${name} ${path}`).toSorted(), [
        `directory sub ${context.at('sub')}`,
        `file .hidden ${context.at('.hidden')}`,
        `file a.txt ${context.at('a.txt')}`,
      ]);
      assert.equal(entries.find(({ name }) => name === 'a.txt')?.size, 5);
    },
  },
  {
    name: 'goes on with a download and an upload that were cut off',
    everywhere: true,
    async run(context) {
      const bytes = randomBytes(SIZE);
      await context.have('down.bin', bytes);
      await context.have('up.bin', bytes.subarray(0, 150_000));
      await writeFile(context.here('down.bin'), bytes.subarray(0, 250_000));
      await writeFile(context.here('up.bin'), bytes);
      const got = await context.client.get(context.at('down.bin'), context.here('down.bin'), { ifExists: 'resume' });
      const put = await context.client.put(context.here('up.bin'), context.at('up.bin'), { ifExists: 'resume' });
      assert.equal(got.resumedAt, 250_000);
      assert.equal(put.resumedAt, 150_000);
      assert.equal(put.octets, SIZE - 150_000);
      expectSame(await readFile(context.here('down.bin')), bytes);
      await context.expectStored('up.bin', bytes);
    },
  },
  {
    name: 'gives up a download in the middle and goes on with the session',
    everywhere: true,
    async run(context) {
      await context.have('long.bin', randomBytes(3_000_000));
      await context.have('short.txt', 'short');
      await context.onOneConnection(context, async () => {
        const stop = new AbortController();
        const target = context.here('long.bin');
        const transfer = context.client.get(context.at('long.bin'), target, {
          signal: stop.signal,
          rateLimit: 5_000_000,
          onProgress: () => stop.abort(),
        });
        await assert.rejects(transfer, { code: 'ABORTED' });
        assert.equal(await context.client.text(context.at('short.txt')), 'short');
        await assert.rejects(stat(target), { code: 'ENOENT' });
      });
    },
  },
  {
    name: 'gives up an upload in the middle and goes on with the session',
    everywhere: true,
    async run(context) {
      await context.onOneConnection(context, async () => {
        const source = Readable.from(endless());
        const transfer = context.client.put(source, context.at('long.bin'), { onProgress: () => transfer.abort() });
        await assert.rejects(transfer, (error) => error instanceof FtpError && error.code === 'ABORTED');
        await context.client.put(Buffer.from('short'), context.at('short.txt'));
        await context.expectStored('short.txt', 'short');
        if (!source.closed) await once(source, 'close');
      });
    },
  },
];

function* endless(): Generator<Buffer> {
  const chunk = randomBytes(65_536);
  for (;;) yield chunk;
}
