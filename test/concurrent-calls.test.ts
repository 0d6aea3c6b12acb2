import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { type TestContext, after, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type Client,
  type ClientWarningEvent,
  type ConnectOptions,
  FtpError,
  connect,
  createPool,
} from '@twinport/ftp/client';
import { type ServerOptions, disk } from '@twinport/ftp/server';
import { held, heldAtRest } from './kit/leftovers.js';
import { quickAccounts } from './kit/quick-accounts.js';
import { Random } from './kit/random.js';
import { startServer, testCertificate } from './kit/server.js';
import { temporaryFolder } from './kit/temporary-folder.js';

const CALLS = 200;
const CONTENT = new Random(7).bytes(40_009);
/** More than the kernel holds for a reader that does not read. */
const LARGE = Buffer.alloc(64 * 1024 * 1024);

const unhandled: unknown[] = [];
process.on('unhandledRejection', (reason) => unhandled.push(reason));
after(() => assert.deepEqual(unhandled, []));

interface Setting {
  readonly options: ConnectOptions;
  readonly root: string;
  /** Sessions the server had at once, at most. */
  readonly mostSessions: () => number;
}

async function settingOf(
  context: TestContext,
  { secure = false, limits = {}, ...more }: Partial<ConnectOptions> & { secure?: boolean } = {},
  serverLimits: ServerOptions['limits'] = {},
): Promise<Setting> {
  const root = await temporaryFolder(context);
  const certificate = await testCertificate();
  const { server, port } = await startServer(context, {
    host: '127.0.0.1',
    accounts: quickAccounts(() => disk(root)),
    activePort: 'any',
    limits: serverLimits,
    ...(secure && { tls: certificate }),
  });
  const sessions = new Set<number>();
  let most = 0;
  server.on('connection', (event) => {
    if (event.kind !== 'control') return;
    if (event.state === 'open') sessions.add(event.session);
    if (event.state === 'closed') sessions.delete(event.session);
    most = Math.max(most, sessions.size);
  });
  const options: ConnectOptions = {
    host: '127.0.0.1',
    port,
    user: 'user',
    password: 'secret',
    limits: { retryDelayMs: 1, abortMs: 500, ...limits },
    ...(secure && { tls: { mode: 'explicit', ca: certificate.cert } }),
    ...more,
  };
  return { options, root, mostSessions: () => most };
}

async function fill(root: string): Promise<void> {
  await writeFile(join(root, 'file'), CONTENT);
  await writeFile(join(root, 'long'), LARGE.subarray(0, 4_000_000));
  await writeFile(join(root, 'text'), 'what a day');
  await mkdir(join(root, 'folder'));
  await writeFile(join(root, 'folder', 'one'), '1');
  for (let index = 0; index < CALLS; index += 1) {
    await writeFile(join(root, `rename-${index}`), String(index));
    await writeFile(join(root, `remove-${index}`), '');
  }
}

/** What is called, and checked, in turn. */
const KINDS: readonly ((client: Client, index: number, setting: Setting, local: string) => Promise<void>)[] = [
  async (client, index, _, local) => {
    const result = await client.get('/file', join(local, `got-${index}`));
    assert.deepEqual([result.outcome, result.size, result.attempts], ['transferred', CONTENT.length, 1]);
    assert.ok(CONTENT.equals(await readFile(join(local, `got-${index}`))));
  },
  async (client, index, { root }) => {
    const bytes = CONTENT.subarray(index);
    assert.equal((await client.put(bytes, `/put-${index}`)).size, bytes.length);
    assert.ok(bytes.equals(await readFile(join(root, `put-${index}`))));
  },
  async (client) =>
    assert.deepEqual(
      (await client.list('/folder').toArray()).map(({ path }) => path),
      ['/folder/one'],
    ),
  async (client) => assert.equal((await client.stat('/file')).size, CONTENT.length),
  async (client, index, { root }) => {
    await client.makeDirectory(`/made-${index}`);
    assert.deepEqual(await readdir(join(root, `made-${index}`)), []);
  },
  async (client, index, { root }) => {
    await client.rename(`/rename-${index}`, `/renamed-${index}`);
    assert.equal(await readFile(join(root, `renamed-${index}`), 'utf8'), String(index));
  },
  async (client, index, { root }) => {
    await client.remove(`/remove-${index}`);
    await assert.rejects(readFile(join(root, `remove-${index}`)));
  },
  async (client) => assert.match((await client.hash('/file', 'SHA-256')).hex, /^[\da-f]{64}$/),
  async (client) => assert.equal(await client.text('/text'), 'what a day'),
  async (client, index) => {
    const bytes = await client.bytes('/file', { start: index, end: index + 1_000 });
    assert.ok(CONTENT.subarray(index, index + 1_000).equals(bytes));
  },
  async (client) => assert.equal((await client.command('NOOP')).code, 200),
];

async function isAborted(promise: PromiseLike<unknown>): Promise<void> {
  await assert.rejects(Promise.resolve(promise), { name: 'FtpError', code: 'ABORTED' });
}

async function fire(context: TestContext, client: Client, setting: Setting): Promise<void> {
  await fill(setting.root);
  const local = await temporaryFolder(context);
  const calls = Array.from({ length: CALLS }, async (_, index) =>
    KINDS[index % KINDS.length]?.(client, index, setting, local),
  );
  const aborts = [0, 1, 2, 3, 4].map(async (index) => {
    const aborting = new AbortController();
    const { signal } = aborting;
    const sink = new Writable({ write: (_chunk, _encoding, done) => (aborting.abort(), done()) });
    await isAborted(
      index % 2 === 0 ? client.get('/long', sink, { signal }) : client.stat('/file', { signal: AbortSignal.abort() }),
    );
  });
  await Promise.all([...calls, ...aborts]);
}

for (const secure of [false, true]) {
  for (const mode of ['passive', 'active'] as const) {
    const how = `${secure ? 'TLS' : 'plain'}, ${mode}`;
    test(`${CALLS} calls at once on one connection (${how})`, async (t) => {
      const setting = await settingOf(t, { secure, data: { mode } });
      const client = await connect(setting.options);
      await fire(t, client, setting);
      await client.close();
      assert.equal(setting.mostSessions(), 1);
    });
    test(`${CALLS} calls at once on a pool (${how})`, async (t) => {
      const setting = await settingOf(t, { secure, data: { mode } });
      const client = createPool(setting.options, { maxConnections: 8 });
      await fire(t, client, setting);
      await client.close();
      assert.equal(setting.mostSessions(), 8);
    });
  }
}

test('a pool larger than what the server allows becomes smaller, and every call succeeds', async (t) => {
  const setting = await settingOf(t, {}, { maxSessionsPerAddress: 3 });
  const client = createPool(setting.options, { maxConnections: 8 });
  const warnings: ClientWarningEvent[] = [];
  client.on('warning', (warning) => warnings.push(warning));
  await fire(t, client, setting);
  assert.ok(warnings.some(({ code }) => code === 'CONNECTION_LIMIT'));
  assert.ok(setting.mostSessions() <= 3);
  await client.close();
});

test('a call beyond limits.maxQueue fails at once, those before it do not', async (t) => {
  const { options, root } = await settingOf(t, { limits: { maxQueue: 2 } });
  await fill(root);
  const client = await connect(options);
  const calls = await Promise.allSettled([1, 2, 3, 4].map(() => client.stat('/file')));
  assert.deepEqual(
    calls.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'fulfilled', 'rejected'],
  );
  const [last] = calls.slice(-1);
  assert.ok(last?.status === 'rejected' && last.reason instanceof FtpError && last.reason.code === 'LIMIT');
  await client.close();
});

test('close waits for the calls under way, each in all its parts, and ends the client', async (t) => {
  const { options, root } = await settingOf(t);
  await fill(root);
  const client = createPool(options, { maxConnections: 2 });
  const calls = [
    client.put(CONTENT, '/deep/down/put', { makeDirectories: true, atomic: true, verify: 'hash' }),
    client.text('/text'),
    client.stat('/file'),
    client.bytes('/file'),
  ];
  await Promise.all([client.close(), client.close()]);
  const outcomes = await Promise.allSettled(calls);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    calls.map(() => 'fulfilled'),
  );
  assert.ok(CONTENT.equals(await readFile(join(root, 'deep/down/put'))));
  await isAborted(client.stat('/file'));
  await isAborted(client.get('/file', new Writable()));
});

for (const secure of [false, true]) {
  test(`destroy ends every call at once and leaves nothing (${secure ? 'TLS' : 'plain'})`, async (t) => {
    const { options, root } = await settingOf(t, { secure });
    await fill(root);
    await writeFile(join(root, 'large'), LARGE);
    const before = held();
    const client = createPool(options, { maxConnections: 3 });
    const begun = once(client, 'transfer');
    const unread = new Writable({ write: () => {} }); // never done
    const calls = [
      client.get('/large', unread),
      client.put(LARGE, '/put'),
      ...Array.from({ length: 20 }, () => client.stat('/file')),
      client.bytes('/large'),
    ];
    const ended = Promise.all(calls.slice(0, 1).map(isAborted));
    const others = Promise.allSettled(calls.slice(1));
    await begun;
    client.destroy();
    await ended;
    for (const outcome of await others) {
      if (outcome.status === 'rejected') assert.equal(outcome.reason.code, 'ABORTED');
    }
    await isAborted(client.stat('/file'));
    assert.deepEqual(await heldAtRest(before), before);
  });
}

test('a call that waits behind a stream nobody reads fails with BUSY, and the stream goes on', async (t) => {
  const { options, root } = await settingOf(t, { limits: { queueMs: 200, readAhead: 65_536, keepaliveMs: 20 } });
  await writeFile(join(root, 'large'), LARGE);
  const client = await connect(options);
  const stream = client.createReadStream('/large');
  await once(stream, 'readable');
  await assert.rejects(client.stat('/large'), (error: FtpError) => {
    assert.equal(error.code, 'BUSY');
    assert.match(error.hint ?? '', /Another call holds the connection/);
    return true;
  });
  let size = 0;
  for await (const chunk of stream) size += (chunk as Buffer).length;
  assert.equal(size, LARGE.length);
  assert.equal((await client.stat('/large')).size, LARGE.length);
  await client.close();
});

test('what is left of a download in segments that is given up has no gaps', async (t) => {
  const { options, root } = await settingOf(t);
  const content = Buffer.alloc(LARGE.length, 'x');
  await writeFile(join(root, 'large'), content);
  for (let round = 1; round < 6; round += 1) {
    const local = await temporaryFolder(t);
    const client = createPool(options);
    const got = client.get('/large', join(local, 'got'), { segments: 4 });
    const begun = new Promise<void>((resolve) => {
      client.on('transfer', ({ octets }) => octets > 0 && resolve());
    });
    const ended = Promise.allSettled([got]);
    await begun;
    for (let turn = 0; turn < 20 * round; turn += 1) await nextTurn();
    client.destroy();
    await ended;
    for (const name of await readdir(local)) {
      assert.match(name, /^got(?:\.part)?$/);
      const left = await readFile(join(local, name));
      assert.ok(content.subarray(0, left.length).equals(left), `${left.length} octets, a gap at ${left.indexOf(0)}`);
    }
  }
});

test('a folder that was renamed or removed over one connection is no folder for any other', async (t) => {
  const { options, root } = await settingOf(t);
  const client = createPool(options, { maxConnections: 2 });
  const make = (): Promise<void> => client.makeDirectory('/a', { recursive: true });
  for (const goes of [() => client.rename('/a', '/b'), () => client.remove('/a')]) {
    await Promise.all([make(), make()]);
    await Promise.all([make(), make()]);
    await goes();
    await Promise.all([make(), make()]);
    assert.ok((await readdir(root)).includes('a'));
  }
  await client.close();
});

test('a copy goes straight from server to server only where that does all that is asked for', async (t) => {
  const [one, other] = [await settingOf(t), await settingOf(t)];
  await writeFile(join(one.root, 'file'), CONTENT);
  const [from, to] = [await connect(one.options), await connect(other.options)];
  assert.equal((await from.copyTo(to, '/file', '/straight')).dataPath, undefined);
  const { verified, dataPath } = await from.copyTo(to, '/file', '/relayed', { verify: 'hash' });
  assert.deepEqual([verified, dataPath?.mode], ['hash', 'passive']);
  for (const name of ['straight', 'relayed']) assert.ok(CONTENT.equals(await readFile(join(other.root, name))));
  await assert.rejects(from.copyTo(from, '/file', '/same', { via: 'fxp' }), { name: 'FtpError', code: 'USAGE' });
  await Promise.all([from.close(), to.close()]);
});

for (const via of ['relay', 'auto'] as const) {
  test(`copies in both directions and within a server at once, one connection each (${via})`, async (t) => {
    // Less is read ahead than the file has: the one end waits for the other.
    const limits = { queueMs: 1_500, readAhead: 16_384 };
    const settings = [await settingOf(t, { limits }), await settingOf(t, { limits })];
    const clients = await Promise.all(settings.map(({ options }) => connect(options)));
    for (const { root } of settings) await writeFile(join(root, 'file'), CONTENT);
    const options = { via, ifExists: 'newer', verify: 'hash', atomic: true, preserveTime: true } as const;
    const copies = Array.from({ length: 6 }, (_, round) =>
      clients.flatMap((from, source) =>
        clients.map(async (to, target) => {
          await from.copyTo(to, '/file', `/${source}-${round}`, options);
          assert.ok(CONTENT.equals(await readFile(join(settings[target]?.root ?? '', `${source}-${round}`))));
        }),
      ),
    );
    await Promise.all(copies.flat());
    await Promise.all(clients.map((client) => client.close()));
  });
}

test('a copy that waits for others can be given up, and they go on', async (t) => {
  const [one, other] = [await settingOf(t), await settingOf(t)];
  await writeFile(join(one.root, 'file'), CONTENT);
  const [from, to] = [await connect(one.options), await connect(other.options)];
  const copies = ['/a', '/b', '/c'].map((path) => from.copyTo(to, '/file', path, { via: 'relay' }));
  copies[1]?.abort();
  const ends = await Promise.allSettled(copies);
  assert.deepEqual(
    ends.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  await Promise.all([from.close(), to.close()]);
});
