// A narrow passive range: shared by clients of different addresses, used up, and attacked.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net, { type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { parseEpsvReply, parseLpsvReply, parsePasvReply } from '@twinport/ftp/protocol';
import { type Pinhole, type PortRange, type ServerOptions, type WarningEvent, memory } from '@twinport/ftp/server';
import { zeroCopy } from '@twinport/zerocopy';
import { freePorts } from './kit/foreign-servers.js';
import { RawClient, readAll } from './kit/raw-client.js';
import { type TestServer, startServerOnWorkers, testCertificate } from './kit/server.js';

const HOST = '127.0.0.1';
const CLIENTS = 200;

interface Served extends TestServer {
  readonly range: PortRange;
  readonly warnings: WarningEvent[];
}

interface Settings extends Partial<ServerOptions> {
  readonly ports: number;
  readonly processes?: number;
  readonly files?: Readonly<Record<string, string>>;
}

async function serve(t: TestContext, { ports, processes = 1, files = {}, ...options }: Settings): Promise<Served> {
  const range = await freePorts(HOST, ports);
  const { key, cert } = await testCertificate();
  const started = await startServerOnWorkers(t, processes, {
    host: HOST,
    passivePorts: range,
    tls: { key, cert },
    storage: memory({ '/a.txt': 'a file', ...files }),
    ...options,
  });
  const warnings: WarningEvent[] = [];
  started.server.on('warning', (warning) => warnings.push(warning));
  return { ...started, range, warnings };
}

async function logIn(
  t: TestContext,
  port: number,
  localAddress: string,
  options: { readonly secure?: boolean; readonly user?: string } = {},
): Promise<RawClient> {
  const client = await RawClient.login(port, { localAddress, ...options });
  t.after(() => client.destroy());
  return client;
}

async function connect(t: TestContext, port: number, localAddress: string): Promise<Socket> {
  const socket = net.connect({ port, host: HOST, localAddress });
  t.after(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

const PROCESSES: readonly [name: string, settings: Partial<Settings>][] = [
  ['one process', {}],
  ['one process with system calls', { zeroCopy }],
  ['two workers', { processes: 2 }],
];

for (const [name, settings] of PROCESSES) {
  for (const secure of [false, true]) {
    test(`ten ports serve ${CLIENTS} clients of ${CLIENTS} addresses at once, ${secure ? 'in TLS' : 'in clear'}, by ${name}`, async (t) => {
      const indices = Array.from({ length: CLIENTS }, (_, index) => index);
      const files = Object.fromEntries(indices.map((index) => [`/${index}`, `for client ${index} only`]));
      const { port, range, warnings } = await serve(t, { ports: 10, files, ...settings });
      const clients = await Promise.all(
        indices.map((index) => logIn(t, port, `127.0.7.${index + 1}`, { secure, user: 'anonymous' })),
      );
      const offers = await Promise.all(clients.map((client) => client.command('EPSV', 229)));
      const ports = offers.map(parseEpsvReply);
      for (const each of ports) assert.ok(each >= range.first && each <= range.last);
      // Every offer is there at once; now each is taken, on a new port of its own choice.
      const contents = await Promise.all(clients.map((client, index) => client.download(`RETR /${index}`)));
      for (const [index, content] of contents.entries()) assert.equal(String(content), `for client ${index} only`);
      const unwanted = warnings.filter(({ code }) => code === 'PASSIVE_PORTS' || code === 'DATA_STRANGER');
      assert.deepEqual(unwanted, []);
    });
  }
}

test('a client that asks again and again has one port, and the others have the rest', async (t) => {
  const { server, port, range } = await serve(t, { ports: 3, limits: { passivePortWaitMs: 0 } });
  const flooding = await logIn(t, port, HOST);
  for (let count = 0; count < 50; count += 1) await flooding.command(count % 2 === 0 ? 'PASV' : 'EPSV');
  assert.equal(server.passiveListening.open, 1);
  const others = [await logIn(t, port, HOST), await logIn(t, port, HOST)];
  const [first, second] = await Promise.all(others.map((client) => client.command('EPSV', 229)));
  const held = [first, second].map((reply) => parseEpsvReply(reply ?? assert.fail()));
  assert.equal(new Set(held).size, 2);
  for (const each of held) assert.ok(each >= range.first && each <= range.last);
});

test('one address never has a port twice: the next one is told to try again, and the operator what to set', async (t) => {
  const { port, range, warnings } = await serve(t, { ports: 1, limits: { passivePortWaitMs: 0 } });
  const first = await logIn(t, port, HOST);
  const second = await logIn(t, port, HOST);
  await first.command('EPSV', 229);
  for (const verb of ['PASV', 'EPSV', 'LPSV']) {
    const { lines } = await second.command(verb, 425);
    assert.deepEqual(lines, ['No passive port is free, try again later']);
  }
  await second.command('RETR /a.txt', 425);
  assert.deepEqual(
    warnings.map(({ code, message }) => `${code} ${message}`),
    [
      `PASSIVE_PORTS no port for ${HOST}: of ports ${range.first}-${range.last} 1 of 1 are open for clients here, and none was free for this one; widen passivePorts`,
    ],
  );
  await first.quit();
  assert.equal(String(await second.download('RETR /a.txt')), 'a file');
});

test('who finds no port gets the next one that is free', async (t) => {
  const { port } = await serve(t, { ports: 1, limits: { passivePortWaitMs: 60_000 } });
  const first = await logIn(t, port, HOST);
  const second = await logIn(t, port, HOST);
  await first.command('EPSV', 229);
  const waiting = second.command('EPSV', 229);
  await first.command('ABOR', 226);
  await waiting;
});

test('without sharing a port is one client’s', async (t) => {
  const { port, warnings } = await serve(t, { ports: 1, sharePassivePorts: false, limits: { passivePortWaitMs: 0 } });
  const first = await logIn(t, port, '127.0.7.1');
  const second = await logIn(t, port, '127.0.7.2');
  await first.command('EPSV', 229);
  await second.command('EPSV', 425);
  assert.match(warnings[0]?.message ?? '', /; widen passivePorts or set sharePassivePorts$/);
});

for (const [name, settings] of PROCESSES.slice(0, 2)) {
  test(`a shared port gives a stranger nothing and the clients theirs, by ${name}`, async (t) => {
    const { server, port, range, warnings } = await serve(t, { ports: 1, ...settings });
    const ann = await logIn(t, port, '127.0.7.1');
    const bob = await logIn(t, port, '127.0.7.2');
    await ann.command('EPSV', 229);
    await bob.command('PASV', 227);
    const thief = net.connect({ port: range.first, host: HOST, localAddress: '127.0.7.3' });
    thief.on('data', () => assert.fail('a stranger got data'));
    await once(thief, 'end');
    assert.equal(server.passiveListening.strangers, 1);
    assert.deepEqual(
      warnings.map(({ code, message }) => `${code} ${message}`),
      [
        `DATA_STRANGER 127.0.7.3 came to passive port ${range.first}, where no client of that address is expected: refused`,
      ],
    );
    for (const [client, address] of [
      [bob, '127.0.7.2'],
      [ann, '127.0.7.1'],
    ] as const) {
      await client.command('RETR /a.txt', 150);
      assert.equal(String(await readAll(await connect(t, range.first, address))), 'a file');
      await client.expect(226);
    }
    assert.equal(server.passiveListening.open, 0);
  });

  test(`who has connected and then gives up is gone from a shared port, and the next offer is fresh, by ${name}`, async (t) => {
    const { port, range } = await serve(t, { ports: 1, ...settings });
    const ann = await logIn(t, port, '127.0.7.1');
    const bob = await logIn(t, port, '127.0.7.2');
    await bob.command('EPSV', 229);
    for (const drop of ['ABOR', 'RETR /missing', 'EPSV']) {
      await ann.command('EPSV', 229);
      const stale = net.connect({ port: range.first, host: HOST, localAddress: '127.0.7.1' }).resume();
      stale.on('data', () => assert.fail('data on a connection that was given up'));
      stale.on('error', () => {}); // it may be reset
      const gone = new Promise((resolve) => stale.once('close', resolve));
      await ann.command(drop);
      await gone;
    }
    assert.equal(String(await ann.download('RETR /a.txt')), 'a file');
    assert.equal(String(await bob.download('RETR /a.txt')), 'a file');
  });
}

test('EPSV ALL, PASV, LPSV and REST work on a shared port', async (t) => {
  const { port, range } = await serve(t, { ports: 1 });
  const ann = await logIn(t, port, '127.0.7.1');
  const bob = await logIn(t, port, '127.0.7.2');
  assert.equal(parsePasvReply(await ann.command('PASV', 227)).port, range.first);
  assert.equal(parseLpsvReply(await bob.command('LPSV', 228)).port, range.first);
  await ann.command('EPSV ALL', 200);
  await ann.command('PASV', 503);
  assert.equal(parseEpsvReply(await ann.command('EPSV', 229)), range.first);
  await bob.command('REST 2', 350);
  assert.equal(String(await bob.download('RETR /a.txt')), 'file');
  assert.equal(String(await ann.download('RETR /a.txt')), 'a file');
});

test('each client of a shared port has a pinhole of its own, which is shut with its offer', async (t) => {
  const open = new Set<Pinhole>();
  const pinholes = {
    open: (hole: Pinhole): Promise<() => void> => {
      open.add(hole);
      return Promise.resolve(() => void open.delete(hole));
    },
  };
  const { port } = await serve(t, { ports: 1, pinholes });
  const ann = await logIn(t, port, '127.0.7.1');
  const bob = await logIn(t, port, '127.0.7.2');
  await ann.command('EPSV', 229);
  await bob.command('EPSV', 229);
  assert.deepEqual(
    [...open].map(({ client }) => client),
    ['127.0.7.1', '127.0.7.2'],
  );
  await ann.command('ABOR', 226);
  assert.deepEqual(
    [...open].map(({ client }) => client),
    ['127.0.7.2'],
  );
});
