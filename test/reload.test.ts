import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { RawClient, readAll } from './kit/raw-client.js';
import { ServeProcess } from './kit/serve-process.js';
import { testCertificate } from './kit/server.js';
import { temporaryFolder } from './kit/temporary-folder.js';

const FIRST = 'greeting = "first"\n[passive]\nports = "47100-47109"\n[[user]]\nname = "ann"\npassword = "a"\n';
const SECOND = `${FIRST.replace('first', 'second').replace('47100-47109', '47110-47119')}[[user]]
name = "bob"
password = "b"
[limits]
maxLoginFailures = 1
`;
const LARGE = 8 * 1024 * 1024;

interface Served {
  readonly process: ServeProcess;
  readonly write: (toml: string) => void;
  readonly hangUp: (said: RegExp) => Promise<void>;
  readonly connect: () => Promise<{ readonly client: RawClient; readonly greeting: string }>;
}

async function serve(t: TestContext, workers: number, toml: string): Promise<Served> {
  const folder = await temporaryFolder(t);
  const { key, cert } = await testCertificate();
  writeFileSync(join(folder, 'key.pem'), key);
  writeFileSync(join(folder, 'cert.pem'), cert);
  mkdirSync(join(folder, 'files'));
  writeFileSync(join(folder, 'files', 'large'), Buffer.alloc(LARGE, 'x'));
  const file = join(folder, 'twinport.toml');
  const write = (text: string): void =>
    writeFileSync(file, `host = "127.0.0.1"\nport = 0\ndirectory = "files"\nworkers = ${workers}\n${text}`);
  write(toml);
  const process = new ServeProcess(t, ['--config', file]);
  const [, port] = await process.printed(/listening ftp:\/\/127\.0\.0\.1:(\d+)/);
  return {
    process,
    write,
    async hangUp(said) {
      process.stderr = '';
      process.child.kill('SIGHUP');
      await process.logged(said);
    },
    async connect() {
      const client = await RawClient.connect(Number(port));
      t.after(() => client.destroy());
      return { client, greeting: await greetingOf(Number(port)) };
    },
  };
}

async function greetingOf(port: number): Promise<string> {
  const socket = net.connect({ host: '127.0.0.1', port });
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return bytes.toString();
}

async function login(client: RawClient, user: string, password: string, code = 230): Promise<RawClient> {
  await client.command(`USER ${user}`, 331);
  await client.command(`PASS ${password}`, code);
  return client;
}

async function passivePort(client: RawClient): Promise<number> {
  return Number(/\|\|\|(\d+)\|/.exec((await client.command('EPSV', 229)).lines[0] ?? '')?.[1]);
}

for (const workers of [1, 2]) {
  test(`SIGHUP takes on users, limits, ports and greeting, and sessions go on, ${workers} workers`, async (t) => {
    const { process, write, hangUp, connect } = await serve(t, workers, FIRST);
    const { client, greeting } = await connect();
    assert.match(greeting, /first/);
    await login(client, 'ann', 'a');
    assert.ok((await passivePort(client)) < 47_110);
    await client.command('TYPE I', 200);
    const data = await client.data('EPSV');
    await client.command('RETR large', 150);

    write(SECOND);
    await hangUp(/twinport\.toml is in force as it is now\n/);

    assert.equal((await readAll(await data.socket)).length, LARGE);
    assert.equal((await client.reply()).code, 226);
    assert.ok((await passivePort(client)) >= 47_110);
    const later = await connect();
    assert.match(later.greeting, /second/);
    await login(later.client, 'bob', 'b');
    const guess = await connect();
    await login(guess.client, 'bob', 'wrong', 421);

    write(FIRST.replace('"a"', '"other"'));
    await hangUp(/is in force as it is now\n/);
    const again = await connect();
    await login(again.client, 'bob', 'b', 530);
    await login(again.client, 'ann', 'other');
    await later.client.command('NOOP', 200);
    await client.command('SIZE large', 213);
    assert.equal(process.child.exitCode, null);
  });
}

test('a file with something wrong in it changes nothing, and each fault is said', async (t) => {
  const { write, hangUp, connect } = await serve(t, 1, FIRST);
  write(`${SECOND}idelMs = 5\n[pasive]\nports = "1-2"\n`);
  await hangUp(
    /:\d+: there is no key limits\.idelMs: write `idleMs` instead\n[^]*no key pasive[^]*is not taken on: what was in force still is\n/,
  );
  const { client, greeting } = await connect();
  assert.match(greeting, /first/);
  await login(client, 'ann', 'a');
  write(SECOND);
  await hangUp(/is in force as it is now\n/);
  assert.match((await connect()).greeting, /second/);
});

test('what cannot change while it runs is said, and the rest changes; a certificate may come', async (t) => {
  const { write, hangUp, connect } = await serve(t, 1, FIRST);
  const { client } = await connect();
  await client.command('AUTH TLS', 502);
  write(`activePort = 4711\n${SECOND}[tls]\ncertificate = "cert.pem"\nkey = "key.pem"\n`);
  await hangUp(/is in force as it is now; it takes a restart to change activePort\n/);
  const later = await connect();
  assert.match(later.greeting, /second/);
  await later.client.command('AUTH TLS', 234);
  await later.client.startTls();
  await login(later.client, 'bob', 'b');
  write(`activePort = 4711\n${SECOND}`);
  await hangUp(/it takes a restart to change \[tls\]\n/);
  await later.client.command('NOOP', 200);
});
