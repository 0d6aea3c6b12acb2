import assert from 'node:assert/strict';
import { on } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { type Server, createAccounts, memory } from '@twinport/ftp/server';
import { accountsOf } from '../accounts.js';
import type { ServeUser } from '../serve-options.js';
import { startServer } from '../start.js';

const user = (password: string): ServeUser => ({ name: 'ann', password, readOnly: true });

async function started(t: TestContext): Promise<{ server: Server; directory: string }> {
  const directory = mkdtempSync(join(tmpdir(), 'twinport-test-'));
  const { server } = await startServer(
    { directory, host: '127.0.0.1', port: 0, workers: 2, users: [user('first')], greeting: 'one' },
    () => {},
  );
  t.after(async () => {
    await server.destroy();
    rmSync(directory, { recursive: true });
  });
  return { server, directory };
}

/** The greeting of a session, and the codes that these lines are answered with. */
async function said(port: number, lines: readonly string[]): Promise<string[]> {
  const socket = net.connect(port, '127.0.0.1');
  const replies = createInterface(socket)[Symbol.asyncIterator]();
  const next = async (): Promise<string> => String((await replies.next()).value);
  const told = [await next()];
  for (const line of lines) {
    socket.write(`${line}\r\n`);
    told.push((await next()).slice(0, 3));
  }
  socket.end();
  return told;
}

const login = (password: string): string[] => ['USER ann', `PASS ${password}`];

test('all workers have what the server is given while it runs, those that are started later too', async (t) => {
  const { server, directory } = await started(t);
  const port = server.endpoints[0]?.port ?? 0;
  assert.deepEqual(await said(port, login('first')), ['220 one', '331', '230']);
  const accounts = await accountsOf({ directory, users: [user('second')] }, undefined);
  server.update({ accounts, greeting: 'two', limits: { maxLoginFailures: 1 } });
  for (let worker = 1; worker <= 2; worker += 1) {
    assert.deepEqual(await said(port, login('second')), ['220 two', '331', '230']);
    assert.deepEqual(await said(port, login('first')), ['220 two', '331', '421']);
  }
  const pids = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ').map(Number);
  const again = on(server, 'warning');
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  let missing = pids.length;
  for await (const [{ code }] of again) if (code === 'WORKER_STARTED' && --missing === 0) break;
  assert.deepEqual(await said(port, login('second')), ['220 two', '331', '230']);
});

test('accounts that cannot be sent to workers change nothing', async (t) => {
  const { server } = await started(t);
  const port = server.endpoints[0]?.port ?? 0;
  const accounts = createAccounts({ storage: memory(), users: [user('second')] });
  assert.throws(() => server.update({ accounts, greeting: 'two' }), TypeError);
  assert.equal(server.options.greeting, 'one');
  assert.deepEqual(await said(port, login('first')), ['220 one', '331', '230']);
});
