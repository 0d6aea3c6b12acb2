import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { createPool } from '@twinport/ftp/client';
import { createAccounts, memory } from '@twinport/ftp/server';
import { type ConnectFlags, resolveRemote } from 'twinport/sites';
import { missing } from './kit/peers.js';
import { runProgram } from './kit/run-program.js';
import { startServer, testCertificate } from './kit/server.js';
import { temporaryFolder } from './kit/temporary-folder.js';

const USER = 'ann@corp';
/** Everything that quoting and escaping can get wrong. */
const PASSWORD = 'p#a "b\\c:d/e@f é';
const CONTENT = 'both connections\n';
const IN_URL = `${encodeURIComponent(USER)}:${encodeURIComponent(PASSWORD)}`;
const QUOTED = PASSWORD.replaceAll(/["\\]/g, '\\$&');

interface Place {
  readonly folder: string;
  readonly port: number;
  /** What a remote resolves to and what the file at it holds. */
  readonly read: (text: string, flags?: ConnectFlags, stdin?: string) => Promise<string>;
}

/** A server with one user and one file, `/srv/a b`, and a home with netrc, sites and a password file. */
async function place(t: TestContext, tls: 'none' | 'explicit' | 'implicit' = 'none'): Promise<Place> {
  const folder = await temporaryFolder(t);
  const storage = memory({ '/srv/a b': CONTENT });
  const certificate = tls === 'none' ? undefined : await testCertificate();
  const { port } = await startServer(t, {
    accounts: createAccounts({ storage, users: [{ name: USER, password: PASSWORD }] }),
    ...(certificate && { tls: { ...certificate, implicit: tls === 'implicit', required: true } }),
  });
  await mkdir(join(folder, '.config', 'twinport'), { recursive: true });
  const pin = certificate && createHash('sha256').update(new X509Certificate(certificate.cert).raw).digest('hex');
  const sites = [
    `[here]\nurl = "${tls === 'implicit' ? 'ftps' : tls === 'explicit' ? 'ftpes' : 'ftp'}://127.0.0.1:${port}/%2Fsrv"`,
    `user = "${USER}"\npassword = "${QUOTED}"`,
    ...(pin === undefined ? [] : [`pins = ["${pin}"]`]),
  ];
  await writeFile(join(folder, '.config', 'twinport', 'sites.toml'), `${sites.join('\n')}\n`, { mode: 0o600 });
  await writeFile(join(folder, 'password'), `${PASSWORD}\n`);
  if (certificate) await writeFile(join(folder, 'ca.pem'), certificate.cert);
  return { folder, port, read: (...args) => read(folder, ...args) };
}

async function read(folder: string, text: string, flags: ConnectFlags = {}, stdin = ''): Promise<string> {
  const { options, path } = await resolveRemote(text, flags, {
    env: { HOME: folder },
    stdin: Readable.from([Buffer.from(stdin)]),
    say: (message) => assert.fail(message),
    ask: () => assert.fail('nothing may be asked'),
    known: new Map(),
  });
  await using client = createPool(options);
  return await client.text(path);
}

test('a client logs in with a user and a password from a URL, however they are made of', async (t) => {
  const { port, read: readAt } = await place(t);
  for (const path of ['srv/a%20b', '/srv/a%20b', '%2Fsrv/a b']) {
    assert.equal(await readAt(`ftp://${IN_URL}@127.0.0.1:${port}/${path}`), CONTENT);
  }
  assert.equal(await readAt(`ftp://${IN_URL}@[::1]:${port}/srv/a%20b`), CONTENT);
});

test('a client logs in with a password from a file, standard input and netrc', async (t) => {
  const { folder, port, read: readAt } = await place(t);
  const url = `ftp://127.0.0.1:${port}/srv/a%20b`;
  assert.equal(await readAt(url, { user: USER, passwordFile: join(folder, 'password') }), CONTENT);
  assert.equal(await readAt(url, { user: USER, passwordStdin: true }, `${PASSWORD}\r\n`), CONTENT);
  await writeFile(join(folder, '.netrc'), `machine 127.0.0.1 login ${USER} password "${QUOTED}"\n`, { mode: 0o600 });
  assert.equal(await readAt(url), CONTENT);
});

for (const tls of ['none', 'explicit', 'implicit'] as const) {
  test(`a client goes where a site says, TLS ${tls}`, async (t) => {
    const { read: readAt } = await place(t, tls);
    assert.equal(await readAt('here:a b'), CONTENT);
    assert.equal(await readAt('here:/srv/a b', { active: true }), CONTENT);
  });
}

test('--tls and --ca make an ftp:// URL one of TLS, checked', async (t) => {
  const { folder, port, read: readAt } = await place(t, 'explicit');
  const url = `ftp://${IN_URL}@127.0.0.1:${port}/srv/a%20b`;
  assert.equal(await readAt(url, { tls: 'explicit', ca: join(folder, 'ca.pem') }), CONTENT);
  assert.equal(await readAt(url, { tls: 'if-offered', insecure: true }), CONTENT);
  await assert.rejects(readAt(url, { tls: 'explicit', retries: 0 }), { name: 'FtpError', message: /self.signed/ });
  await assert.rejects(readAt(url, { tls: 'explicit', pin: ['00'.repeat(32)], retries: 0 }), { name: 'FtpError' });
});

const netrcs: readonly (readonly [name: string, source: string])[] = [
  ['a quoted password', `machine 127.0.0.1 login ${USER} password "${QUOTED}"\n`],
  ['comments and lines of their own', `# c\nmachine 127.0.0.1\n# d\n\tlogin ${USER}\n\tpassword "${QUOTED}"\n`],
  ['another machine first', `machine other login x password y\nmachine 127.0.0.1 login ${USER} password "${QUOTED}"`],
  ['a default', `machine other login x password y\ndefault login ${USER} password "${QUOTED}"\n`],
  [
    'a macro before',
    `macdef init\nmachine 127.0.0.1 login x\n\nmachine 127.0.0.1 login ${USER} password "${QUOTED}"\n`,
  ],
];

for (const [name, source] of netrcs) {
  test(`curl and we log in with the same netrc file: ${name}`, { skip: missing('curl') }, async (t) => {
    const { folder, port, read: readAt } = await place(t);
    const file = join(folder, '.netrc');
    await writeFile(file, source, { mode: 0o600 });
    const url = `ftp://127.0.0.1:${port}/srv/a%20b`;
    assert.equal(
      (await runProgram('curl', ['--silent', '--show-error', '--netrc-file', file, url])).toString(),
      CONTENT,
    );
    assert.equal(await readAt(url), CONTENT);
  });
}

test('curl and we understand the same URL', { skip: missing('curl') }, async (t) => {
  const { port, read: readAt } = await place(t);
  for (const path of ['srv/a%20b', '%2Fsrv/a%20b', '/srv/a%20b', 'srv/a%20b;type=i']) {
    const url = `ftp://${IN_URL}@127.0.0.1:${port}/${path}`;
    assert.equal((await runProgram('curl', ['--silent', '--show-error', url])).toString(), CONTENT);
    assert.equal(await readAt(url), CONTENT);
  }
});
