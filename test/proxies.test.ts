import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { on, once } from 'node:events';
import net, { type Socket } from 'node:net';
import { type TestContext, describe, test } from 'node:test';
import {
  type Client,
  type ConnectOptions,
  type Dial,
  FtpError,
  type FtpProxyStyle,
  connect,
  httpConnectDial,
  parseProxy,
  socksDial,
} from '@twinport/ftp/client';
import { type Endpoint, type Reply, formatCommand, parsePasvReply } from '@twinport/ftp/protocol';
import { memory } from '@twinport/ftp/server';
import { dialledSockets } from './kit/dialled-sockets.js';
import { startFtpProxy } from './kit/ftp-proxy.js';
import { Observed } from './kit/observed.js';
import { missing } from './kit/peers.js';
import {
  type ProxyLogin,
  type RunningProxy,
  startDanted,
  startMicrosocks,
  startSuseProxy,
  startTinyproxy,
} from './kit/proxies.js';
import { RawClient, readAll } from './kit/raw-client.js';
import { startServer, testCertificate } from './kit/server.js';

// The client's own steps, which are no part of what it exports.
const inClient = (file: string): string => new URL(`../../packages/ftp/dist/client/${file}`, import.meta.url).href;
const { proxyLogin } = (await import(
  inClient('proxy-login.js')
)) as typeof import('../packages/ftp/src/client/proxy-login.js');
const { afterLoginReply } = (await import(
  inClient('login-steps.js')
)) as typeof import('../packages/ftp/src/client/login-steps.js');

const LOGIN = { user: 'px', password: 'key42' } as const;
const OPTIONS = { timeoutMs: 10_000 } as const;
const MIB = 1024 * 1024;

interface Tunnel {
  readonly program: string;
  readonly scheme: string;
  start(test: TestContext, login?: ProxyLogin): Promise<RunningProxy>;
}

const TUNNELS: readonly Tunnel[] = [
  { program: 'microsocks', scheme: 'socks5', start: startMicrosocks },
  { program: 'tinyproxy', scheme: 'http', start: (t, login) => startTinyproxy(t, login ? { login } : {}) },
];

function dialOf(scheme: string, { host, port }: RunningProxy, login?: ProxyLogin): Dial {
  const userinfo = login ? `${login.user}:${encodeURIComponent(login.password)}@` : '';
  const proxy = parseProxy(`${scheme}://${userinfo}${host}:${port}`);
  if (proxy.kind !== 'tunnel') throw new Error('no tunnel');
  return proxy.dial;
}

async function listenOn(t: TestContext, host: string, serve: (socket: Socket) => void): Promise<number> {
  const listener = net.createServer({ allowHalfOpen: true }, (socket) => {
    t.after(() => socket.destroy());
    serve(socket);
  });
  listener.listen({ host, port: 0 });
  await once(listener, 'listening');
  t.after(() => listener.close());
  const address = listener.address();
  return typeof address === 'object' && address ? address.port : 0;
}

/** A port that nobody listens on. */
async function closedPort(): Promise<number> {
  const listener = net.createServer().listen({ host: '127.0.0.1', port: 0 });
  await once(listener, 'listening');
  const address = listener.address();
  listener.close();
  await once(listener, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

/** As many octets; none of these proxies keeps one direction open when the other has ended. */
async function readSome(socket: Socket, length: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const [chunk] of on(socket.resume(), 'data', { close: ['end', 'close'] }) as AsyncIterable<[Buffer]>) {
    chunks.push(chunk);
    if (chunks.reduce((sum, each) => sum + each.length, 0) >= length) break;
  }
  return Buffer.concat(chunks);
}

/** It changes its user. */
function notRoot(): string | false {
  return process.getuid?.() === 0 ? false : 'needs root';
}

for (const tunnel of TUNNELS) {
  const { program, scheme } = tunnel;
  void describe(`${scheme}:// by way of ${program}`, { skip: missing(program) }, () => {
    for (const host of ['127.0.0.1', '::1', 'localhost']) {
      test(`a target called ${host} speaks first, and a mebibyte there and back is the same`, async (t) => {
        const port = await listenOn(t, host, (socket) => {
          socket.write('first');
          socket.pipe(socket);
        });
        const socket = await dialOf(scheme, await tunnel.start(t))({ host, port }, OPTIONS);
        const expected = Buffer.concat([Buffer.from('first'), randomBytes(MIB)]);
        socket.write(expected.subarray('first'.length));
        assert.deepEqual(await readSome(socket, expected.length), expected);
        socket.destroy();
      });
    }

    for (const login of [undefined, LOGIN]) {
      const how = login ? 'with a login at the proxy' : 'without a login';
      test(`an FTP session has both its connections through it, ${how}`, async (t) => {
        const proxy = await tunnel.start(t, login);
        const { server, port } = await startServer(t, { storage: memory() });
        const seen = new Observed(server);
        const sockets = dialledSockets(dialOf(scheme, proxy, login), '127.0.0.1');
        const client = await RawClient.login(port, { sockets });
        const bytes = randomBytes(MIB);
        await client.upload('STOR /a', bytes, 'EPSV');
        assert.deepEqual(await client.download('RETR /a', 'PASV'), bytes);
        await client.quit();
        assert.equal(seen.done.length, 2);
      });
    }

    test('a login that is wrong, and one that is missing, are told apart', async (t) => {
      const proxy = await tunnel.start(t, LOGIN);
      const target = { host: '127.0.0.1', port: 21 };
      const wrong = dialOf(scheme, proxy, { ...LOGIN, password: 'wrong' });
      await assert.rejects(wrong(target, OPTIONS), { code: 'PROXY', message: /does not accept this user name/ });
      const none = dialOf(scheme, proxy);
      await assert.rejects(none(target, OPTIONS), { code: 'PROXY', message: /asks for a user name and password/ });
    });

    test('a target that refuses and a name that nobody has are faults of the proxy, which name the target', async (t) => {
      const dial = dialOf(scheme, await tunnel.start(t));
      const port = await closedPort();
      await assert.rejects(dial({ host: '127.0.0.1', port }, OPTIONS), {
        code: 'PROXY',
        message: new RegExp(`no connection to 127\\.0\\.0\\.1 port ${port}: `),
      });
      await assert.rejects(dial({ host: 'nobody.invalid', port: 21 }, OPTIONS), {
        code: 'PROXY',
        message: /no connection to nobody\.invalid port 21: /,
      });
    });
  });
}

void describe('socks5:// by way of danted', { skip: missing('danted') || notRoot() }, () => {
  test('an FTP session has both its connections through it', async (t) => {
    const dial = dialOf('socks5', await startDanted(t));
    const { server, port } = await startServer(t, { storage: memory() });
    const seen = new Observed(server);
    const client = await RawClient.login(port, { sockets: dialledSockets(dial, '127.0.0.1') });
    const bytes = randomBytes(MIB);
    await client.upload('STOR /a', bytes, 'EPSV');
    assert.deepEqual(await client.download('RETR /a', 'PASV'), bytes);
    await client.quit();
    assert.equal(seen.done.length, 2);
  });

  test('what its rules forbid is told from what the target refuses', async (t) => {
    const dial = dialOf('socks5', await startDanted(t));
    await assert.rejects(dial({ host: '127.0.0.1', port: 21 }, OPTIONS), {
      code: 'PROXY',
      message: /no connection to 127\.0\.0\.1 port 21: the rules of the proxy do not allow it/,
    });
    await assert.rejects(dial({ host: 'localhost', port: await closedPort() }, OPTIONS), {
      code: 'PROXY',
      message: /no connection to localhost port \d+: the host refuses the connection/,
    });
  });
});

void describe('proxies that are not what the URL says', () => {
  const skip = missing('microsocks') || missing('tinyproxy');

  test(
    'tinyproxy, which waits for the end of a line, is given up; microsocks hangs up, which is told',
    { skip },
    async (t) => {
      const target = { host: '127.0.0.1', port: 21 };
      const [http, socks] = await Promise.all([startTinyproxy(t), startMicrosocks(t)]);
      await assert.rejects(dialOf('socks5', http)(target, { timeoutMs: 200 }), { code: 'TIMEOUT' });
      await assert.rejects(dialOf('http', socks)(target, OPTIONS), { code: 'PROXY' });
    },
  );

  test('a tinyproxy that allows CONNECT to other ports only says so', { skip }, async (t) => {
    const proxy = await startTinyproxy(t, { connectPorts: [443] });
    await assert.rejects(dialOf('http', proxy)({ host: '127.0.0.1', port: 21 }, OPTIONS), {
      code: 'PROXY',
      message: /does not allow CONNECT to this host and port; FTP needs it for port 21/,
    });
  });

  test('a proxy may be behind a proxy', { skip }, async (t) => {
    const [http, socks] = await Promise.all([startTinyproxy(t), startMicrosocks(t, LOGIN)]);
    const port = await listenOn(t, '127.0.0.1', (socket) => socket.end('hello'));
    for (const dial of [
      socksDial({ ...socks, ...LOGIN }, httpConnectDial(http)),
      httpConnectDial(http, socksDial({ ...socks, ...LOGIN })),
    ]) {
      const socket = await dial({ host: '127.0.0.1', port }, OPTIONS);
      const heard = readAll(socket);
      socket.resume();
      assert.equal((await heard).toString(), 'hello');
    }
  });
});

/** Logs in by the client's own steps; returns the last reply, and how it ended. */
async function logIn(
  client: RawClient,
  style: FtpProxyStyle,
  port: number,
  login?: ProxyLogin,
  password = 'secret',
): Promise<{ readonly reply: Reply; readonly end: string; readonly at: string }> {
  const via = { host: 'proxy', port: 21 };
  const target = { host: '127.0.0.1', port, user: 'user', password };
  const steps = proxyLogin({ kind: 'ftp', style, via, ...login }, target);
  for (let index = 0; ;) {
    const step = steps[index];
    if (!step) throw new Error('no step');
    const reply = await client.command(Buffer.from(formatCommand(step.command)).toString().trimEnd());
    const turn = afterLoginReply(steps, index, reply.code);
    if (turn.kind !== 'send') return { reply, end: turn.kind, at: step.at };
    index = turn.index;
  }
}

/** Data goes past the proxy: to the address that the server itself has announced. */
async function downloadPast(client: RawClient, line: string): Promise<Buffer> {
  const socket = net.connect(parsePasvReply(await client.command('PASV', 227)));
  await client.command(line, 150);
  const bytes = await readAll(socket);
  await client.expect(226);
  return bytes;
}

const CONVENTIONS: readonly (readonly [FtpProxyStyle, ProxyLogin | undefined])[] = [
  ['user', undefined],
  ['user', LOGIN],
  ['site', undefined],
  ['site', LOGIN],
  ['open', undefined],
  ['open', LOGIN],
  ['login', LOGIN],
];

/** A whole client goes there and back by way of the proxy, and warns of no more than this. */
async function throughClient(
  t: TestContext,
  { proxy, ...options }: Partial<Omit<ConnectOptions, 'proxy'>> & { readonly proxy: string | undefined },
  expectedWarnings: readonly string[] = [],
): Promise<Client> {
  const client = await connect({
    host: '127.0.0.1',
    user: 'user',
    password: 'secret',
    ...(proxy !== undefined && { proxy }),
    ...options,
  });
  t.after(() => client.close());
  const warnings: string[] = [];
  client.on('warning', ({ code }) => warnings.push(code));
  const bytes = randomBytes(MIB);
  await client.put(bytes, '/folder/a', { makeDirectories: true });
  assert.deepEqual(Buffer.from(await client.bytes('/folder/a')), bytes);
  assert.deepEqual(
    (await client.list('/folder').toArray()).map(({ name }) => name),
    ['a'],
  );
  assert.deepEqual(warnings, expectedWarnings);
  return client;
}

const urlOf = (scheme: string, { host, port }: Endpoint, login?: ProxyLogin): string =>
  `${scheme}://${login ? `${login.user}:${login.password}@` : ''}${host}:${port}`;

void describe('the client', () => {
  for (const tunnel of TUNNELS) {
    const { program, scheme } = tunnel;
    const skip = missing(program);
    for (const host of ['127.0.0.1', 'localhost', '::1']) {
      for (const tls of ['off', { mode: 'explicit', insecure: true }] as const) {
        test(`${scheme}:// to ${host}, ${tls === 'off' ? 'in clear' : 'in TLS'}`, { skip }, async (t) => {
          const proxy = await tunnel.start(t, LOGIN);
          const { server, port } = await startServer(t, { tls: await testCertificate() });
          const seen = new Observed(server);
          const client = await throughClient(t, { host, port, tls, proxy: urlOf(scheme, proxy, LOGIN) });
          assert.equal((await client.info()).dataPath?.mode, 'passive');
          assert.equal(seen.failed.length, 0);
        });
      }
    }

    test(`${scheme}:// by PASV alone`, { skip }, async (t) => {
      const { port } = await startServer(t);
      const proxy = urlOf(scheme, await tunnel.start(t));
      const client = await throughClient(t, { host: 'localhost', port, proxy, data: { extended: false } });
      assert.deepEqual((await client.info()).dataPath, { mode: 'passive', command: 'PASV' });
    });

    test(`${scheme}:// that does not let in is an error PROXY`, { skip }, async (t) => {
      const proxy = urlOf(scheme, await tunnel.start(t, LOGIN));
      await assert.rejects(connect({ host: '127.0.0.1', proxy }), { name: 'FtpError', code: 'PROXY' });
    });
  }

  for (const [style, login] of CONVENTIONS) {
    test(`ftp-${style}://${login ? ' with a login at the proxy' : ''}`, async (t) => {
      const proxy = await startFtpProxy(t, { convention: style, ...(login && { login }) });
      const { port } = await startServer(t);
      const client = await throughClient(t, { port, proxy: urlOf(`ftp-${style}`, proxy, login) });
      assert.deepEqual((await client.info()).dataPath, { mode: 'passive', command: 'PASV' });
    });
  }

  test('what works directly is not what is tried first by way of a proxy', async (t) => {
    const { port } = await startServer(t);
    const direct = await throughClient(t, { port, proxy: undefined });
    assert.deepEqual((await direct.info()).dataPath, { mode: 'passive', command: 'EPSV' });
    const proxy = await startFtpProxy(t, { convention: 'user' });
    await throughClient(t, { port, proxy: urlOf('ftp-user', proxy) });
  });

  for (const mode of ['passive', 'active'] as const) {
    test(`ftp-user:// of SuSE in ${mode} mode`, { skip: missing('ftp-proxy') }, async (t) => {
      const proxy = await startSuseProxy(t, mode === 'active' ? { host: '127.0.0.1' } : {});
      const { port } = await startServer(t, { host: '127.0.0.1' });
      await throughClient(t, { port, proxy: urlOf('ftp-user', proxy), data: { mode, extended: false } });
    });
  }

  for (const mode of ['explicit', 'implicit'] as const) {
    test(`${mode} TLS by way of an FTP proxy is a mistake that is told before anything is sent`, async () => {
      const options = { host: 'nobody.invalid', proxy: 'ftp-user://nobody.invalid', tls: mode };
      await assert.rejects(connect(options), { code: 'USAGE', message: /use a SOCKS or HTTP proxy/ });
    });
  }

  test('TLS that need not be is not asked of an FTP proxy', async (t) => {
    const proxy = await startFtpProxy(t, { convention: 'user' });
    const { port } = await startServer(t, { tls: await testCertificate() });
    const client = await throughClient(t, { port, proxy: urlOf('ftp-user', proxy), tls: 'if-offered' });
    assert.equal((await client.info()).tls, undefined);
    assert.deepEqual(proxy.heard, [`USER user@127.0.0.1:${port}`]);
  });

  test('a proxy that refuses its own login is an error PROXY that shows no secret', async (t) => {
    const proxy = await startFtpProxy(t, { convention: 'open', login: LOGIN });
    const url = urlOf('ftp-open', proxy, { ...LOGIN, password: 'wrong' });
    await assert.rejects(connect({ host: '127.0.0.1', proxy: url }), (error) => {
      assert.ok(error instanceof FtpError && error.code === 'PROXY', String(error));
      assert.doesNotMatch(`${error.message}${error.command}${error.transcript.join()}`, /wrong/);
      return true;
    });
  });
});

void describe('FTP proxies that know one convention', () => {
  for (const [style, login] of CONVENTIONS) {
    const name = `ftp-${style}://${login ? ' with a login at the proxy' : ''}`;

    test(`${name}: logs in at the server, and data goes past the proxy`, async (t) => {
      const proxy = await startFtpProxy(t, { convention: style, ...(login && { login }) });
      const { port } = await startServer(t, { storage: memory() });
      const client = await RawClient.connect(proxy.port, { host: proxy.host });
      const { end, reply } = await logIn(client, style, port, login);
      assert.equal(end, 'done', reply.lines.join());
      assert.equal(reply.code, 230);
      assert.deepEqual(proxy.targets, [`127.0.0.1:${port}`]);
      await client.command('MKD /folder', 257);
      assert.match((await downloadPast(client, 'MLSD /')).toString(), /type=dir;.* folder\r\n/);
      await client.quit();
    });

    test(`${name}: a server that refuses is known from a proxy that does`, async (t) => {
      const proxy = await startFtpProxy(t, { convention: style, ...(login && { login }) });
      const { port } = await startServer(t);
      const first = await RawClient.connect(proxy.port, { host: proxy.host });
      const refused = await logIn(first, style, port, login, 'wrong');
      assert.deepEqual([refused.end, refused.at, refused.reply.code], ['refused', 'server', 530]);
      if (!login) return;
      const second = await RawClient.connect(proxy.port, { host: proxy.host });
      const stranger = await logIn(second, style, port, { ...login, password: 'wrong' });
      assert.equal(stranger.end, 'refused');
      assert.equal(stranger.at, style === 'user' ? 'server' : 'proxy');
      assert.deepEqual(stranger.reply, { code: 530, lines: ['The proxy does not know you'] });
    });

    test(`${name}: a server that is not there is refused by the step that names it`, async (t) => {
      const proxy = await startFtpProxy(t, { convention: style, ...(login && { login }) });
      const client = await RawClient.connect(proxy.port, { host: proxy.host });
      const { end, reply } = await logIn(client, style, await closedPort(), login);
      assert.equal(end, 'refused');
      assert.match(reply.lines.join(), /cannot connect/);
    });
  }

  test("SuSE's ftp-proxy takes ftp-user:// and relays data as well", { skip: missing('ftp-proxy') }, async (t) => {
    const proxy = await startSuseProxy(t);
    const { server, port } = await startServer(t, { storage: memory(), host: '127.0.0.1' });
    const seen = new Observed(server);
    const client = await RawClient.connect(proxy.port, { host: proxy.host });
    assert.equal((await logIn(client, 'user', port)).end, 'done', await proxy.log());
    await client.command('TYPE I', 200);
    const bytes = randomBytes(MIB);
    await client.upload('STOR /a', bytes, 'PASV');
    assert.deepEqual(await client.download('RETR /a', 'PORT'), bytes);
    const announced = parsePasvReply(await client.command('PASV', 227));
    assert.equal(announced.host, proxy.host);
    for (const line of ['EPSV', 'FEAT', 'AUTH TLS']) await client.command(line, 500);
    await client.quit();
    assert.equal(seen.done.length, 2);
  });
});
