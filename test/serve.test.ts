import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseServerView } from '@twinport/ftp/firewall';
import { type TestContext, test } from 'node:test';
import { RawClient } from './kit/raw-client.js';
import { ServeProcess } from './kit/serve-process.js';
import { testCertificate } from './kit/server.js';

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'twinport-serve-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  mkdirSync(join(path, 'files'));
  writeFileSync(join(path, 'files', 'a.txt'), 'a file\n');
  return path;
}

async function ready(serve: ServeProcess): Promise<number> {
  const [, port] = await serve.printed(/^listening ftps?:\/\/[^\n]*:(\d+)\n[^]*try: curl [^\n]*\n/);
  return Number(port);
}

test('serve prints the URL first, then the port plan and a curl line, and serves anonymously, read-only', async (t) => {
  const root = folder(t);
  const serve = new ServeProcess(t, [join(root, 'files'), '--port', '0', '--passive-ports', '50200-50220']);
  const port = await ready(serve);
  assert.match(serve.stdout, /passive +client -> server ports 50200-50220/);
  assert.match(serve.stdout, new RegExp(`active +server port ${port - 1} -> client port 1024 or above`));
  const client = await RawClient.login(port, { user: 'anonymous', password: 'me@example.net' });
  assert.equal((await client.download('RETR a.txt')).toString(), 'a file\n');
  await client.data('EPSV');
  await client.command('STOR b.txt', 550);
  await client.quit();
});

test('serve listens on IPv4 and IPv6, one listener each', async (t) => {
  const port = await ready(new ServeProcess(t, [folder(t), '--port', '0']));
  for (const host of ['127.0.0.1', '::1']) await (await RawClient.login(port, { host, user: 'ftp' })).quit();
});

test('serve --json prints one object with the port plan', async (t) => {
  const serve = new ServeProcess(t, [
    folder(t),
    '--port',
    '0',
    '--host',
    '127.0.0.1',
    '--json',
    '--active-port',
    'any',
    '--passive-ports',
    '50200-50220',
  ]);
  const plan: unknown = JSON.parse((await serve.printed(/^.*\n/))[0]);
  assert.ok(
    typeof plan === 'object' && plan !== null && 'port' in plan && typeof plan.port === 'number' && plan.port > 0,
  );
  assert.deepEqual(
    { ...plan, port: 0, url: '' },
    {
      host: '127.0.0.1',
      port: 0,
      url: '',
      passivePorts: [50200, 50220],
      advertisedPorts: null,
      activePort: 'any',
      publicAddress: null,
      tls: 'none',
      tlsRequired: false,
      pinholes: false,
      zeroCopy: true,
      workers: 1,
    },
  );
});

test('serve says whether there is zero copy, and why not, once; files are served either way', async (t) => {
  const hooks = `export function resolve(specifier, context, next) {
    if (specifier === '@twinport/zerocopy') throw new Error('no such package here');
    return next(specifier, context);
  }`;
  const register = `import { register } from 'node:module'; register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hooks)}`)});`;
  const without = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(register)}` };
  for (const { args, env, shown, logged } of [
    { args: [], env: {}, shown: /zero copy {2}on/, logged: '' },
    { args: ['--no-zero-copy'], env: {}, shown: /zero copy {2}off/, logged: '' },
    {
      args: [],
      env: without,
      shown: /zero copy {2}off/,
      logged: 'files go through the event loop: no such package here',
    },
  ]) {
    const serve = new ServeProcess(t, [folder(t), '--port', '0', ...args], env);
    const port = await ready(serve);
    assert.match(serve.stdout, shown);
    const client = await RawClient.login(port, { user: 'ftp' });
    await client.quit();
    serve.child.kill('SIGTERM');
    await serve.exit();
    assert.equal(serve.stderr.split('zero copy').length, logged === '' ? 1 : 2);
    assert.ok(serve.stderr.includes(logged));
  }
});

test('serve --user gives accounts: read-write, and read-only with :ro; a password may hold colons', async (t) => {
  const root = folder(t);
  const port = await ready(
    new ServeProcess(t, [join(root, 'files'), '--port', '0', '--user', 'ann:se:cret', '--user', 'guest:guest:ro']),
  );
  const ann = await RawClient.login(port, { user: 'ann', password: 'se:cret' });
  await ann.upload('STOR b.txt', Buffer.from('b'));
  const guest = await RawClient.login(port, { user: 'guest', password: 'guest' });
  assert.equal((await guest.download('RETR b.txt')).toString(), 'b');
  await guest.command('DELE b.txt', 550);
  const nobody = await RawClient.connect(port);
  await nobody.command('USER anonymous', 331);
  await nobody.command('PASS x', 530);
  for (const client of [ann, guest, nobody]) client.destroy();
});

test('serve --tls self-signed makes a certificate once, and --require-tls admits nobody in clear', async (t) => {
  const root = folder(t);
  const args = [join(root, 'files'), '--port', '0', '--tls', 'self-signed', '--require-tls'];
  const first = new ServeProcess(t, args, { XDG_STATE_HOME: join(root, 'state') });
  const port = await ready(first);
  const second = new ServeProcess(t, args, { XDG_STATE_HOME: join(root, 'state') });
  await ready(second);
  const fingerprint = /SHA-256 +([0-9A-F:]{95})\n/;
  assert.equal((await first.printed(fingerprint))[1], (await second.printed(fingerprint))[1]);
  const clear = await RawClient.connect(port);
  await clear.command('USER anonymous', 530);
  const secure = await RawClient.login(port, { secure: true, user: 'anonymous' });
  assert.equal((await secure.download('RETR a.txt')).toString(), 'a file\n');
  clear.destroy();
  secure.destroy();
});

test('serve --config reads TOML, and options given beside it win', async (t) => {
  const root = folder(t);
  const { key, cert } = await testCertificate();
  writeFileSync(join(root, 'key.pem'), key);
  writeFileSync(join(root, 'cert.pem'), cert);
  writeFileSync(
    join(root, 'twinport.toml'),
    `directory = ${JSON.stringify(join(root, 'files'))}
port = 1
greeting = "hello from the file"
passive.ports = "50200-50220"
[tls]
certificate = ${JSON.stringify(join(root, 'cert.pem'))}
key = ${JSON.stringify(join(root, 'key.pem'))}
[[user]]
name = "ann"
password = "secret"
readOnly = true
[limits]
idleMs = 1000000
`,
  );
  const port = await ready(new ServeProcess(t, ['--config', join(root, 'twinport.toml'), '--port', '0']));
  const client = await RawClient.login(port, { secure: true, user: 'ann', password: 'secret' });
  assert.equal((await client.download('RETR a.txt')).toString(), 'a file\n');
  await client.command('MKD x', 550);
  client.destroy();
});

test('serve --trace shows both connections with ports, and masks the password', async (t) => {
  const serve = new ServeProcess(t, [folder(t), '--port', '0', '--user', 'ann:topsecret', '--trace']);
  const port = await ready(serve);
  const client = await RawClient.login(port, { user: 'ann', password: 'topsecret' });
  await client.download('LIST', 'EPSV');
  await client.download('LIST', 'PORT');
  await client.quit();
  await serve.logged(new RegExp(`#1 CONTROL +client 127.0.0.1:\\d+ ==> server 127.0.0.1:${port} +open`));
  await serve.logged(/#1 +--> PASS \*\*\*/);
  await serve.logged(/#1 DATA +passive client 127.0.0.1:\d+ ==> server 127.0.0.1:\d+ +open/);
  // From port - 1, unless somebody has that one just now.
  await serve.logged(/#1 DATA +active +server 127.0.0.1:\d+ ==> client 127.0.0.1:\d+ +open/);
  await serve.logged(/#1 CONTROL .* closed/);
  assert.doesNotMatch(serve.stderr, /topsecret/);
});

test('serve --log-format json writes one object a line', async (t) => {
  const serve = new ServeProcess(t, [folder(t), '--port', '0', '--log-format', 'json']);
  const client = await RawClient.login(await ready(serve), { user: 'ftp' });
  await client.download('NLST');
  await serve.logged(/"state":"done".*\n/);
  const records = serve.stderr
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  assert.equal(records.length, 2);
  client.destroy();
});

test('the log says what a data connection that could not be made may have failed by, and clients can ask', async (t) => {
  const serve = new ServeProcess(t, [folder(t), '--port', '0', '--user', 'ann:secret']);
  const client = await RawClient.login(await ready(serve), { user: 'ann', password: 'secret' });
  await client.command('PORT 127,0,0,1,4,1', 200); // nobody listens there
  await client.command('LIST', 150);
  await client.expect(425);
  await serve.logged(/warn {2}#1 LIST \/ .* 425 \(.*\); ACTIVE_CLOSED: The server’s data connection is refused/);
  const { lines } = await client.command('SITE DOCTOR', 200);
  const view = parseServerView(lines);
  assert.deepEqual(
    view?.events.map(({ state, code }) => [state, code]),
    [
      ['asked', undefined],
      ['offered', undefined],
      ['opening', undefined],
      ['failed', 'REFUSED'],
    ],
  );
  assert.equal(view?.events[0]?.remote?.port, 1025);
  await client.quit();
});

test('the server’s own addresses are told to those who may write only', async (t) => {
  const serve = new ServeProcess(t, [folder(t), '--port', '0', '--user', 'ann:secret', '--user', 'bob:secret:ro']);
  const port = await ready(serve);
  for (const [user, isTold] of [
    ['ann', true],
    ['bob', false],
  ] as const) {
    const client = await RawClient.login(port, { user, password: 'secret' });
    await client.download('LIST');
    const { lines } = await client.command('SITE DOCTOR', 200);
    assert.equal(lines.join().includes('"local"'), isTold, user);
    const view = parseServerView(lines);
    assert.deepEqual([view?.local !== undefined, view?.events.at(-1)?.state], [isTold, 'done']);
    await client.quit();
  }
});

test('the log tells who changed what, and what was refused; losing its reader does not end the server', async (t) => {
  const root = folder(t);
  const serve = new ServeProcess(t, [join(root, 'files'), '--port', '0', '--user', 'ann:secret']);
  const client = await RawClient.login(await ready(serve), { user: 'ann', password: 'secret' });
  await client.command('MKD new', 257);
  await serve.logged(/info {2}#1 MKD new by ann from 127\.0\.0\.1: 257\n/);
  await client.command('CWD nowhere', 550);
  await serve.logged(/warn {2}#1 CWD nowhere by ann from 127\.0\.0\.1: 550 \(.*\)\n/);
  await client.download('LIST');
  await serve.logged(/info {2}#1 LIST \/ by ann from 127\.0\.0\.1 done: \d+ bytes, 226\n/);
  serve.child.stderr?.destroy();
  for (let index = 0; index < 3; index += 1) await client.download('LIST');
  await client.quit();
});

test('SIGTERM lets a running transfer end and exits 0', async (t) => {
  const root = folder(t);
  writeFileSync(join(root, 'big'), Buffer.alloc(32 * 1024 * 1024, 7));
  const serve = new ServeProcess(t, [root, '--port', '0']);
  const client = await RawClient.login(await ready(serve), { user: 'ftp' });
  const { socket } = await client.data('EPSV');
  await client.command('RETR big', 150);
  const data = await socket;
  await once(data, 'readable');
  serve.child.kill('SIGTERM');
  await serve.logged(/1 running transfer/);
  let octets = 0;
  for await (const chunk of data) octets += (chunk as Buffer).length;
  assert.equal(octets, 32 * 1024 * 1024);
  await client.expect(226);
  await client.expect(421);
  assert.equal(await serve.exit(), 0);
});

test('a second SIGINT exits at once', async (t) => {
  const root = folder(t);
  writeFileSync(join(root, 'big'), Buffer.alloc(32 * 1024 * 1024, 7));
  const serve = new ServeProcess(t, [root, '--port', '0']);
  const client = await RawClient.login(await ready(serve), { user: 'ftp' });
  const { socket } = await client.data('EPSV');
  await client.command('RETR big', 150);
  await socket;
  serve.child.kill('SIGINT');
  await serve.logged(/again to end at once/);
  serve.child.kill('SIGINT');
  assert.equal(await serve.exit(), 130);
  await client.ended();
});

test('what cannot be served is one clear line a fault on stderr and exit code 2', async (t) => {
  const root = folder(t);
  const taken = net.createServer().listen(0, '0.0.0.0');
  await once(taken, 'listening');
  t.after(() => taken.close());
  const address = taken.address();
  const port = typeof address === 'object' && address ? String(address.port) : '';
  writeFileSync(join(root, 'not.pem'), 'no certificate');
  writeFileSync(join(root, 'bad.toml'), 'port = "x"\n');
  writeFileSync(join(root, 'hash.toml'), '[[user]]\nname = "ann"\npasswordHash = "x"\n');
  writeFileSync(join(root, 'tls.toml'), '[tls]\nrequired = true\n');
  writeFileSync(join(root, 'workers.toml'), 'workers = "many"\n');
  const cases: [args: string[], says: RegExp][] = [
    [[root, '--bogus'], /unknown option '--bogus'/],
    [[join(root, 'missing')], /there is no folder .*missing/],
    [[join(root, 'not.pem')], /is not a folder/],
    [[root, '--port', port], new RegExp(`port ${port} is taken`)],
    [[root, '--port', '70000'], /a port from 0 to 65535/],
    [[root, '--port', '0', '--passive-ports', '20-30'], /from 1024 to 65535/],
    [
      [root, '--port', '0', '--tls', `${join(root, 'no.pem')},${join(root, 'no.pem')}`],
      /cannot read .*no\.pem: there is no such file/,
    ],
    [
      [root, '--port', '0', '--tls', `${join(root, 'not.pem')},${join(root, 'not.pem')}`],
      /not\.pem is no certificate: .*\n.*not\.pem is no private key/,
    ],
    [[root, '--port', '0', '--require-tls'], /^--require-tls: TLS is required and there is no certificate: /],
    [[root, '--port', '990'], /port 990 is for TLS/],
    [
      [root, '--port', '0', '--public-address', '0.0.0.0'],
      /^--public-address: .*not an IPv4 address that clients can reach/,
    ],
    [['--config', join(root, 'hash.toml')], /hash\.toml:3: \[\[user\]\] 1 passwordHash cannot be: write a hash/],
    [['--config', join(root, 'tls.toml')], /tls\.toml:2: TLS is required and there is no certificate/],
    [[root, '--port', '0', '--user', 'nopassword'], /NAME:PASSWORD/],
    [['--config', join(root, 'bad.toml')], /bad\.toml:1: port = "x" cannot be: write a port/],
    [[root, '--workers', '0'], /a number from 1 to 256, or auto/],
    [['--config', join(root, 'workers.toml')], /workers\.toml:1: workers = "many" cannot be: /],
    [[root, '--port', '0', '--host', '192.0.2.1'], /192\.0\.2\.1 is not an address of this machine/],
  ];
  for (const [args, says] of cases) {
    const serve = new ServeProcess(t, args);
    assert.equal(await serve.exit(), 2, args.join(' '));
    assert.match(serve.stderr, says);
    assert.equal(serve.stderr.trimEnd().split('\n').length, says.source.split('\\n').length, serve.stderr);
    assert.equal(serve.stdout, '');
  }
});

test(
  'a port below 1024 that is not permitted is a clear error when asked for',
  { skip: process.getuid?.() !== 0 && 'needs root to give it up' },
  async (t) => {
    const root = folder(t);
    chmodSync(root, 0o755);
    const { spawnSync } = await import('node:child_process');
    const main = new URL('../../packages/twinport/dist/cli/main.js', import.meta.url).pathname;
    const run = spawnSync(process.execPath, [main, 'serve', root, '--port', '99'], {
      uid: 65_534,
      gid: 65_534,
      encoding: 'utf8',
      timeout: 20_000,
    });
    assert.match(run.stderr, /port 99 is not permitted: choose one from 1024 up/);
    assert.equal(run.status, 2);
  },
);
