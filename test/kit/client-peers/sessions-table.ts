import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Behaviour } from './behaviour.js';
import { isPassive } from './cell.js';
import { expectSame } from './context.js';

/** Sessions, commands of one's own, and many calls at once. */
export const SESSIONS: readonly Behaviour[] = [
  {
    name: 'keeps the control connection alive during transfers, every reply with its command',
    async run(context) {
      const bytes = randomBytes(30_000);
      await context.have('file', bytes);
      const shared = context.newClient({ limits: { keepaliveMs: 20 }, rateLimit: { down: 200_000, up: 200_000 } });
      const { client, watch } = shared;
      await context.onOneConnection(shared, async () => {
        for (let turn = 0; turn < 2; turn += 1) {
          expectSame(await client.bytes(context.at('file')), bytes);
          assert.equal((await client.stat(context.at('file'))).size, bytes.length);
          await client.put(bytes, context.at('copy'));
          await context.expectStored('copy', bytes);
          assert.equal(await client.exists(context.at('missing')), false);
        }
      });
      const sent = watch.commands.filter((line) => line === 'NOOP').length;
      assert.ok(sent >= 4, `${sent} NOOPs`);
      if (context.peer.can.answersDuringTransfers) assert.ok(sent >= 6, `${sent} NOOPs`);
      assert.deepEqual(
        watch.warnings.filter(({ code }) => code === 'STRAY_REPLY'),
        [],
      );
    },
  },
  {
    name: 'gives up transfers during which it keeps the connection alive',
    async run(context) {
      await context.have('file', randomBytes(3_000_000));
      await context.have('short', 'short');
      const shared = context.newClient({ limits: { keepaliveMs: 5 } });
      await context.onOneConnection(shared, async () => {
        const transfer = shared.client.get(context.at('file'), context.here('file'), { rateLimit: 2_000_000 });
        for await (const { octets } of transfer) {
          if (octets > 0 && shared.watch.commands.includes('NOOP')) break;
        }
        transfer.abort();
        await assert.rejects(transfer, { code: 'ABORTED' });
        for (let turn = 0; turn < 3; turn += 1) {
          assert.equal(await shared.client.text(context.at('short')), 'short');
          assert.equal((await shared.client.stat(context.at('short'))).size, 5);
        }
      });
    },
  },
  {
    name: 'sends commands of the caller',
    async run(context) {
      await context.have('file', '12345');
      const { client } = context;
      assert.equal((await client.command('NOOP')).code, 200);
      assert.deepEqual(await client.command(`SIZE ${context.at('file')}`), { code: 213, lines: ['5'] });
      assert.ok((await client.command('XYZZY')).code >= 500);
      assert.ok((await client.command(`LIST ${context.folder}`)).lines.some((line) => line.endsWith(' file')));
      await assert.rejects(client.command('STOR x'), { code: 'USAGE' });
      await assert.rejects(client.command('NOOP\r\nQUIT'), { code: 'USAGE' });
      assert.equal(await client.text(context.at('file')), '12345');
    },
  },
  {
    name: 'lends a session whose state does not leak into other calls',
    async run(context) {
      await context.haveFolder('sub');
      await context.have('file', 'a\nb\n');
      const { client } = context;
      const directory = await client.session(async (session) => {
        assert.equal(session.server.home, '/');
        assert.equal((await session.command('TYPE A')).code, 200);
        assert.equal((await session.command(`CWD ${context.at('sub')}`)).code, 250);
        return (await session.command('PWD')).lines[0];
      });
      assert.ok(directory?.includes(`"${context.at('sub')}"`), directory);
      assert.equal(await client.text(context.at('file')), 'a\nb\n');
      assert.deepEqual((await client.list(context.folder).toArray()).map(({ name }) => name).toSorted(), [
        'file',
        'sub',
      ]);
      assert.deepEqual(await client.list(context.at('sub')).toArray(), []);
      const reply = await client.session((session) => session.command('PWD'));
      assert.equal(reply.code, 257);
    },
  },
  {
    name: 'moves 20 files up and 20 down in a row on one connection',
    async run(context) {
      await context.onOneConnection(context, async () => {
        for (let index = 0; index < 20; index += 1) {
          const bytes = randomBytes(index * 1_000);
          await context.client.put(bytes, context.at(`file${index}`));
          await context.expectStored(`file${index}`, bytes);
          expectSame(await context.client.bytes(context.at(`file${index}`)), bytes);
        }
      });
      const data = context.watch.opened.slice(-40);
      if (context.cell.version !== undefined && context.peer.can.resumesSessions)
        assert.ok(data.every(({ tls }) => tls?.resumed === true));
    },
  },
  {
    name: 'takes calls of any number at the same time',
    async run(context) {
      const { client } = context;
      await context.have('file', 'x');
      await context.onOneConnection(context, async () => {
        const outcomes = await Promise.all([
          client.text(context.at('file')),
          client.put(Buffer.from('y'), context.at('other')),
          client.list(context.folder).toArray(),
          client.exists(context.at('missing')),
          client.stat(context.at('file')),
          client.text(context.at('file')),
        ]);
        assert.equal(outcomes[0], 'x');
        assert.equal(outcomes[5], 'x');
      });
      await context.expectStored('other', 'y');
    },
  },
  {
    name: 'serves 200 calls with a pool of 8',
    async run(context) {
      // pyftpdlib loses sight of connections when it opens data connections inside TLS for several sessions at once, ftplib's too.
      const { cell, peer } = context;
      const loses = peer.name === 'pyftpdlib' && cell.version !== undefined && !isPassive(cell);
      const { client, watch } = context.newClient({}, loses ? 1 : 8);
      const calls = Array.from({ length: 50 }, async (_, index) => {
        const name = context.at(`file${index}`);
        await client.put(Buffer.from(`content ${index}`), name);
        assert.equal(await client.text(name), `content ${index}`);
        assert.equal((await client.stat(name)).size, `content ${index}`.length);
        if (index % 2 === 0) await client.remove(name);
        else assert.ok(await client.exists(name));
      });
      await Promise.all(calls);
      assert.equal((await client.list(context.folder).toArray()).length, 25);
      assert.ok(watch.controls('open').length <= 8, `${watch.controls('open').length} connections`);
      assert.deepEqual(
        watch.warnings.filter(({ code }) => code !== 'TLS_NOT_RESUMED'),
        [],
      );
      await client.close();
      assert.equal(watch.controls('closed').length, watch.controls('open').length);
    },
  },
  {
    name: 'waits for what is under way when it is closed',
    async run(context) {
      const { client } = context.newClient();
      const put = client.put(Buffer.from('x'), context.at('file'));
      await client.info();
      await client.close();
      await put;
      await context.expectStored('file', 'x');
      await assert.rejects(client.info(), { code: 'ABORTED' });
    },
  },
];
