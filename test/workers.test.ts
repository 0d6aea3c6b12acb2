// Sessions spread over processes: what they have in common, and what becomes of them when one ends.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parseEpsvReply } from '@twinport/ftp/protocol';
import { type Pinhole, memory } from '@twinport/ftp/server';
import { WorkerPool } from 'twinport/daemon';
import { CliProcess } from './kit/cli-process.js';
import { missing } from './kit/peers.js';
import { RawClient } from './kit/raw-client.js';
import { runProgram } from './kit/run-program.js';
import { ServeProcess } from './kit/serve-process.js';
import { startServerOnWorkers, testCertificate } from './kit/server.js';
import { temporaryFolder } from './kit/temporary-folder.js';

/** More than the socket buffers hold. */
const BIG = Buffer.alloc(32 * 1024 * 1024, 7);
const ANN: LoginOptions = { user: 'ann', password: 'secret' };

type LoginOptions = Parameters<typeof RawClient.login>[1];

interface Served {
  readonly serve: ServeProcess;
  readonly port: number;
  readonly root: string;
}

/** `twinport serve` with two workers, of a folder with `a.txt` and `big`. */
async function served(t: TestContext, config = '', args: readonly string[] = []): Promise<Served> {
  const root = await temporaryFolder(t);
  await mkdir(join(root, 'files'));
  await writeFile(join(root, 'files', 'a.txt'), 'a file\n');
  await writeFile(join(root, 'files', 'big'), BIG);
  const file = join(root, 'twinport.toml');
  await writeFile(
    file,
    `directory = ${JSON.stringify(join(root, 'files'))}\nport = 0\nhost = "127.0.0.1"\nworkers = 2\n${config}
[[user]]
name = "ann"
password = "secret"
`,
  );
  const serve = new ServeProcess(t, ['--config', file, ...args]);
  const [, port] = await serve.printed(/^listening ftp:\/\/[^\n]*:(\d+)\n[^]*try: curl [^\n]*\n/);
  return { serve, port: Number(port), root };
}

/** Sessions go to the worker with the fewest, so that two are on two. */
async function pair(port: number, options = ANN): Promise<[RawClient, RawClient]> {
  return [await RawClient.login(port, options), await RawClient.login(port, options)];
}

/** Begins a download and reads nothing of it. */
async function beginDownload(client: RawClient): Promise<Socket> {
  const { socket } = await client.data('EPSV');
  await client.command('RETR big', 150);
  const data = await socket;
  await once(data, 'readable');
  return data;
}

async function octetsOf(data: Socket): Promise<number> {
  let octets = 0;
  for await (const chunk of data) octets += (chunk as Buffer).length;
  return octets;
}

const listen = async (client: RawClient): Promise<number> => parseEpsvReply(await client.command('EPSV', 229));

const refused = (port: number, localAddress: string): Promise<void> =>
  assert.rejects(RawClient.connect(port, { localAddress }), /expected 220, got 421/);

test('serve --workers says how many there are, and has so many processes', async (t) => {
  const { serve } = await served(t, '', ['--workers', '3']);
  assert.match(serve.stdout, /\n {2}workers {4}3 processes run the sessions\n/);
  assert.equal(serve.children.length, 3);
});

test('sessions are numbered, counted and limited over all workers', async (t) => {
  const { serve, port } = await served(t, '[limits]\nmaxSessions = 4\nmaxSessionsPerAddress = 3\n', ['--trace']);
  const clients = [...(await pair(port)), await RawClient.login(port, ANN)];
  await refused(port, '127.0.0.1');
  clients.push(await RawClient.login(port, { ...ANN, localAddress: '127.0.0.2' }));
  await refused(port, '127.0.0.3');
  await clients[0]?.quit();
  await serve.logged(/#1 CONTROL .* closed/);
  clients.push(await RawClient.login(port, ANN));
  for (const session of [1, 2, 3, 5, 7]) await serve.logged(new RegExp(`#${session} login of ann`));
  for (const client of clients) client.destroy();
});

test('wrong passwords are remembered over all workers, and forgiven over all', async (t) => {
  const asked: string[] = [];
  const { server, port } = await startServerOnWorkers(t, 2, { limits: { loginDelayMs: 1 } });
  const delayOf = server.throttle.delayOf.bind(server.throttle);
  server.throttle.delayOf = (address) => {
    asked.push(address);
    return delayOf(address);
  };
  const [first, second] = [await RawClient.connect(port), await RawClient.connect(port)];
  const delays: number[] = [];
  for (const client of [first, second, first]) {
    await client.command('USER user', 331);
    await client.command('PASS wrong', 530);
    delays.push(await delayOf('127.0.0.1'));
  }
  assert.deepEqual(delays, [1, 2, 4]);
  await second.command('USER user', 331);
  await second.command('PASS secret', 230);
  assert.equal(await delayOf('127.0.0.1'), 0);
  assert.deepEqual(asked, Array(4).fill('127.0.0.1'), 'each worker holds its answers back for as long as all say');
});

test('every port of the passive range is for any worker, to the last', async (t) => {
  const { port } = await served(t, '[passive]\nports = "21100-21109"\n');
  const clients: RawClient[] = [];
  for (let index = 0; index < 12; index += 1) clients.push(await RawClient.login(port, ANN));
  const [odd, even] = [0, 1].map((rest) => clients.filter((_, index) => index % 2 === rest)) as [
    RawClient[],
    RawClient[],
  ];
  const ports: number[] = [];
  for (const client of [...odd, ...even.slice(0, 4)]) ports.push(await listen(client));
  assert.deepEqual(new Set(ports), new Set(Array.from({ length: 10 }, (_, index) => 21_100 + index)));
  for (const client of even.slice(4)) await client.command('EPSV', 425);
  await odd[0]?.command('REIN', 220); // gives up what was agreed on
  assert.equal(await listen(even[5] ?? assert.fail()), ports[0]);
  for (const client of clients) client.destroy();
});

test('inside TLS the session of the control connection is resumed, whichever worker has it', async (t) => {
  const { port } = await startServerOnWorkers(t, 2, {
    storage: memory({ '/a': 'abc' }),
    tls: { ...(await testCertificate()), dataReuse: 'require', required: true },
  });
  for (const client of await pair(port, { secure: true }))
    for (const way of ['EPSV', 'PORT'] as const) assert.equal(String(await client.download('RETR a', way)), 'abc');
});

test('a worker that is killed takes only its own sessions along, and is replaced', async (t) => {
  // The one that is left, and the two that come then.
  const { serve, port } = await served(t, '[limits]\nmaxSessions = 3\n');
  const clients = await pair(port);
  const transfers = [await beginDownload(clients[0]), await beginDownload(clients[1])];
  const [victim = 0] = serve.children;
  process.kill(victim, 'SIGKILL');
  const [, number] = await serve.logged(
    new RegExp(
      `warn {2}WORKER_ENDED: worker (\\d), process ${victim}: SIGKILL; 1 session ended with it; it is started again`,
    ),
  );
  const [first, second] = clients;
  const lost = await Promise.race([first.ended().then(() => 0), second.ended().then(() => 1)]);
  await serve.logged(new RegExp(`warn {2}WORKER_STARTED: worker ${number} is there again`));
  const untouched = transfers[1 - lost] ?? assert.fail();
  assert.equal(await octetsOf(untouched), BIG.length);
  await clients[1 - lost]?.expect(226);
  for (const client of await pair(port)) {
    assert.equal(String(await client.download('RETR a.txt')), 'a file\n');
    await client.quit();
  }
  assert.equal(serve.children.length, 2);
});

test('clients that come while no worker is there are served by the next', async (t) => {
  const { serve, port } = await served(t);
  for (const pid of serve.children) process.kill(pid, 'SIGKILL');
  for (const client of await Promise.all([RawClient.login(port, ANN), RawClient.login(port, ANN)])) await client.quit();
});

test('workers that end again and again end the server, which says why', async (t) => {
  const own = await temporaryFolder(t);
  const { serve } = await served(t, `[[user]]\nname = "bob"\npassword = "b"\ndirectory = ${JSON.stringify(own)}\n`);
  await rm(own, { recursive: true });
  for (const pid of serve.children) process.kill(pid, 'SIGKILL');
  assert.equal(await serve.exit(), 1);
  assert.match(
    serve.stderr,
    /\ntwinport: no worker can be kept running; the last one: exit code 1: there is no folder .*: make it, or name another\n$/,
  );
  for (const number of [1, 2]) {
    const ends = [...serve.stderr.matchAll(new RegExp(`WORKER_ENDED: worker ${number}.*; (.*)\n`, 'g'))];
    assert.deepEqual(
      ends.map(([, next]) => next),
      [...Array(5).fill('it is started again'), 'too often in a row to be started again'],
    );
  }
});

test('workers that cannot start at all are an error at once', async (t) => {
  const { server } = await startServerOnWorkers(t, 1, {});
  const start = new WorkerPool().start(server, { count: 2, script: '/nowhere.js', setup: () => ({}) });
  await assert.rejects(start, {
    code: 'workers',
    message: /^worker \d did not start: exit code 1: .*Cannot find module/,
  });
});

test('SIGTERM lets the transfers of all workers end, and exits 0', async (t) => {
  const { serve, port } = await served(t);
  const clients = await pair(port);
  const transfers = [await beginDownload(clients[0]), await beginDownload(clients[1])];
  for (const pid of serve.children) process.kill(pid, 'SIGTERM'); // as service managers do
  serve.child.kill('SIGTERM');
  await serve.logged(/ending after 2 running transfers; again to end at once/);
  for (const data of transfers) assert.equal(await octetsOf(data), BIG.length);
  for (const client of clients) {
    await client.expect(226);
    await client.expect(421);
  }
  assert.equal(await serve.exit(), 0);
  assert.equal([...serve.stderr.matchAll(/RETR \/big by ann from 127\.0\.0\.1 done/g)].length, 2);
});

for (const [how, end] of [
  ['a second SIGINT', (serve: ServeProcess) => serve.child.kill('SIGINT')],
  ['SIGKILL', (serve: ServeProcess) => serve.child.kill('SIGKILL')],
] as const) {
  test(`workers end with the server's own process, here by ${how}`, async (t) => {
    const { serve, port } = await served(t);
    const clients = await pair(port);
    for (const client of clients) await beginDownload(client);
    serve.child.kill('SIGINT');
    await serve.logged(/again to end at once/);
    end(serve);
    for (const client of clients) await client.ended();
    assert.equal(await serve.exit(), how === 'SIGKILL' ? 'SIGKILL' : 130);
  });
}

test('all workers write one log and one trace, from which each session is drawn', async (t) => {
  const { serve, port, root } = await served(t, '', ['--trace', '--log-format', 'json']);
  for (const client of await pair(port)) {
    await client.download('RETR a.txt');
    await client.quit();
  }
  for (const session of [1, 2]) await serve.logged(new RegExp(`"state":"closed"[^\n]*"session":${session}[,}].*\n`));
  const records = serve.stderr.trimEnd().split('\n');
  for (const record of records) assert.doesNotThrow(() => JSON.parse(record) as unknown, record);
  const log = join(root, 'serve.log');
  await writeFile(log, serve.stderr);
  for (const session of ['1', '2']) {
    const { code, stdout } = await new CliProcess(t, ['explain', log, '--session', session]).end();
    assert.equal(code, 0);
    assert.match(stdout, /^passive mode, EPSV/);
  }
});

test('a firewall is opened and shut by the server itself, also for a worker that has died', async (t) => {
  const open = new Map<Pinhole, () => void>();
  const shut = new Map<Pinhole, Promise<void>>();
  const pinholes = {
    open: async (hole: Pinhole) => {
      if (open.size === 2) throw new Error('no more than two');
      shut.set(hole, new Promise((resolve) => open.set(hole, resolve)));
      return () => open.get(hole)?.();
    },
  };
  const { port } = await startServerOnWorkers(t, 2, { pinholes });
  const [first, second] = await pair(port, {});
  for (const client of [first, second]) await client.command('EPSV', 229);
  await first.command('PASV', 425);
  const [hole, other] = [...open.keys()];
  assert.ok(hole && other);
  assert.deepEqual([hole.mode, hole.client, other.client], ['passive', '127.0.0.1', '127.0.0.1']);
  await shut.get(hole); // with the listener that PASV has replaced
  const workers = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ').map(Number);
  for (const pid of workers) process.kill(pid, 'SIGKILL');
  await shut.get(other);
  for (const client of [first, second]) await client.ended();
});

const PROGRAMS = ['curl', 'lftp'] as const;
const absent = PROGRAMS.map((name) => missing(name)).find((reason) => reason !== false) ?? false;

test('curl and lftp are served by workers, in both modes', { skip: absent }, async (t) => {
  const { port, root } = await served(t);
  const url = `ftp://ann:secret@127.0.0.1:${port}`;
  for (const mode of [[], ['--ftp-port', '-']])
    assert.deepEqual(await runProgram('curl', ['-sS', ...mode, `${url}/big`]), BIG);
  for (const passive of ['yes', 'no']) {
    const copy = join(root, passive);
    await runProgram('lftp', ['-c', `set ftp:passive-mode ${passive}; open ${url}; mirror --parallel=2 / ${copy}`]);
    assert.deepEqual(readFileSync(join(copy, 'big')), BIG);
  }
});
