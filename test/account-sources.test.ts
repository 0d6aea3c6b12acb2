import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, cpSync, writeFileSync } from 'node:fs';
import { type RequestListener, createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Credentials, memory } from '@twinport/ftp/server';
import {
  type AccountSource,
  AdministrationFault,
  type Identity,
  httpSource,
  programSource,
  sourceAccounts,
} from 'twinport/accounts';
import { missing } from './kit/peers.js';
import { runProgram } from './kit/run-program.js';
import { testCertificate } from './kit/server.js';
import { temporaryFolder } from './kit/temporary-folder.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ANN: Credentials = { user: 'ann', password: 's"ecret\n$(id)', remoteAddress: '192.0.2.1', secure: true };

/** A program in Node.js that has read `question` when `body` runs. */
async function program(t: TestContext, body: string): Promise<string> {
  const path = join(await temporaryFolder(t), 'program.mjs');
  const read = `let text = ''; for await (const piece of process.stdin) text += piece; const question = JSON.parse(text);`;
  writeFileSync(path, `#!${process.execPath}\n${read}\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

async function server(t: TestContext, answer: RequestListener): Promise<string> {
  const http = createServer(answer).listen(0, '127.0.0.1');
  t.after(() => http.closeAllConnections());
  t.after(() => void http.close());
  await once(http, 'listening');
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}/login`;
}

test('a program is asked without a shell, and what it prints is the answer', async (t) => {
  const echo = await program(
    t,
    `const known = question.user === 'ann';
    const right = question.password === ${JSON.stringify(ANN.password)};
    const settings = { directory: '/srv/ann', quotaBytes: question.remoteAddress.length };
    console.log(JSON.stringify(known ? right ? { answer: 'accepted', settings } : { answer: 'refused' } : { answer: 'unknown' }));`,
  );
  const source = programSource(echo);
  const accepted: Identity = { name: 'ann', settings: { directory: '/srv/ann', quotaBytes: 9 } };
  assert.deepEqual(await source.login(ANN), accepted);
  assert.equal(await source.login({ ...ANN, password: 'wrong' }), 'refused');
  assert.equal(await source.login({ ...ANN, user: 'bob' }), 'unknown');
});

test('a program that does not answer as it should lets nobody in', async (t) => {
  const cases: readonly (readonly [body: string, message: RegExp])[] = [
    [`console.log('{"answer":"accepted"}'); process.exitCode = 3`, /exit code 3/],
    [`console.log('yes')`, /no answer that is one/],
    [`console.log('{"answer":"yes"}')`, /no answer that is one/],
    [`console.log('{"answer":"accepted","settings":{"quota":1}}')`, /ann: quota/],
    [`console.log('x'.repeat(100_000))`, /it printed too much/],
    [`process.kill(process.pid, 'SIGKILL')`, /SIGKILL/],
  ];
  for (const [body, message] of cases) {
    const source = programSource(await program(t, body));
    await assert.rejects(source.login(ANN), { name: 'AdministrationFault', message }, body);
  }
  await assert.rejects(programSource('/nowhere/program').login(ANN), /ENOENT/);
  const slow = programSource(await program(t, 'setInterval(() => {}, 1000)'), { timeoutMs: 300 });
  await assert.rejects(slow.login(ANN), /took too long/);
});

test('a server is asked by POST, with its own user and password', async (t) => {
  const asked: unknown[] = [];
  const url = await server(t, (request, response) => {
    let text = '';
    request.on('data', (piece: Buffer) => (text += piece.toString()));
    request.on('end', () => {
      asked.push([request.method, request.headers.authorization, request.headers['content-type'], JSON.parse(text)]);
      response.end('{"answer":"accepted","settings":{"permissions":["list","write"]}}');
    });
  });
  const source = httpSource(url.replace('//', '//twin:p%40ss@'));
  assert.deepEqual(await source.login(ANN), { name: 'ann', settings: { permissions: ['list', 'write'] } });
  const basic = `Basic ${Buffer.from('twin:p@ss').toString('base64')}`;
  assert.deepEqual(asked, [['POST', basic, 'application/json', { ...ANN }]]);
});

test('a server that does not answer as it should lets nobody in', async (t) => {
  const cases: readonly (readonly [RequestListener, RegExp])[] = [
    [(_, response) => response.writeHead(500).end('{"answer":"accepted"}'), /it answered 500/],
    [(_, response) => response.writeHead(302, { location: '/' }).end(), /gave no answer/],
    [(_, response) => response.end('yes'), /no answer that is one/],
    [(_, response) => response.end(`"${'x'.repeat(100_000)}"`), /too much/],
    [(request) => request.socket.destroy(), /gave no answer/],
  ];
  for (const [answer, message] of cases)
    await assert.rejects(httpSource(await server(t, answer)).login(ANN), { name: 'AdministrationFault', message });
  const silent = httpSource(await server(t, () => {}), { timeoutMs: 200 });
  await assert.rejects(silent.login(ANN), /timeout/i);
  for (const url of ['http://example.com/', 'ftp://127.0.0.1/', 'login', 'http://127.0.0.1.example.com/'])
    assert.throws(() => httpSource(url), AdministrationFault, url);
});

test('a server with TLS is asked when its certificate is trusted, and not otherwise', async (t) => {
  const certificate = await testCertificate();
  let asked = 0;
  const https = createTlsServer(certificate, (_, response) => {
    asked++;
    response.end('{"answer":"refused"}');
  }).listen(0, '127.0.0.1');
  t.after(() => void https.close());
  await once(https, 'listening');
  const url = `https://127.0.0.1:${(https.address() as AddressInfo).port}/`;
  const file = join(await temporaryFolder(t), 'ca.pem');
  writeFileSync(file, certificate.cert);
  const script = `
    import { httpSource } from 'twinport/accounts';
    const answer = httpSource(process.argv[1]).login(${JSON.stringify(ANN)});
    console.log(await answer.catch(({ message }) => message));`;
  const login = async (authorities: string): Promise<string> =>
    (
      await runProgram(process.execPath, ['--input-type=module', '-e', script, url], {
        cwd: ROOT,
        env: { NODE_EXTRA_CA_CERTS: authorities },
      })
    ).toString();
  assert.match(await login(''), /gave no answer: .*self-signed certificate/);
  assert.equal(asked, 0);
  assert.equal(await login(file), 'refused\n');
});

test('sources are asked in their order, and the first that knows a user decides', async () => {
  const asked: string[] = [];
  const knows = (name: string, answer: Identity | 'refused'): AccountSource => ({
    login: ({ user }) => {
      asked.push(name);
      return Promise.resolve(user === name || user === 'both' ? answer : 'unknown');
    },
  });
  const accounts = sourceAccounts({
    sources: [knows('first', 'refused'), knows('second', { name: 'second', settings: { tlsRequired: true } })],
    accountOf: ({ name }) => Promise.resolve({ name, permissions: new Set(), storage: memory() }),
  });
  const login = async (user: string, secure = true): Promise<string | undefined> =>
    (await accounts.login({ ...ANN, user, secure }))?.name;
  assert.equal(await login('second'), 'second');
  assert.equal(await login('second', false), undefined);
  assert.equal(await login('both'), undefined);
  assert.deepEqual(asked, ['first', 'second', 'first', 'second', 'first']);
  for (const name of ['../second', '', 'a\0b', '\udce4']) assert.equal(await login(name), undefined);
  assert.equal(asked.length, 5, 'no source is asked for what cannot be a name');
});

const PAM = [
  ['ann', 'sécret'],
  ['ann', 'secret'],
  ['ann', 'sécret\0'],
  ['expired', 'sécret'],
  ['root', 'sécret'],
  ['empty', ''],
  ['nobody-known', 'x'],
];

test('accounts of the system log in by their shadow hash or by PAM; root, locked and expired ones do not', async (t) => {
  if (missing('unshare') || process.getuid?.() !== 0) return t.skip('only root can have an /etc of its own');
  const folder = await temporaryFolder(t);
  // Of `sécret`.
  const hash = '$y$j75$saltsaltsaltsalt$coLpcdsGV2CGKrgUAH.G1HC2Xg27oTkozH7imuuc8n0';
  const names = ['root', 'ann', 'locked', 'expired', 'stale', 'new', 'noshell', 'listed', 'empty'];
  const shadow: Record<string, string> = {
    locked: `!${hash}:19000:0:99999:7:::`,
    expired: `${hash}:19000:0:99999:7::19001:`,
    stale: `${hash}:19000:0:90:7:::`,
    new: `${hash}:0:0:99999:7:::`,
    empty: ':19000:0:99999:7:::',
  };
  const etc: Record<string, string> = {
    passwd: names
      .map((name, id) => `${name}:x:${id && id + 1000}:1000::/srv/${name}:/bin/${name === 'noshell' ? 'false' : 'sh'}`)
      .join('\n'),
    shadow: names.map((name) => `${name}:${shadow[name] ?? `${hash}:19000:0:99999:7:::`}`).join('\n'),
    shells: '# shells\n/bin/sh',
    ftpusers: 'listed',
  };
  cpSync('/etc', join(folder, 'etc'), { recursive: true, verbatimSymlinks: true });
  for (const [name, text] of Object.entries(etc)) writeFileSync(join(folder, 'etc', name), `${text}\n`);
  // nodelay: PAM would wait for seconds after a wrong password.
  writeFileSync(
    join(folder, 'etc', 'pam.d', 'twinport-test'),
    'auth required pam_unix.so nodelay nullok\naccount required pam_unix.so\n',
  );
  const script = `
    import { systemSource } from 'twinport/accounts';
    const login = (user, password) => systemSource().login({ user, password, remoteAddress: '127.0.0.1', secure: true });
    const answers = {};
    for (const name of ${JSON.stringify([...names, 'nobody-known', '1001', '--help'])}) answers[name] = await login(name, 'sécret');
    answers.wrong = await login('ann', 'secret');
    answers.without = await login('empty', '');
    const pam = systemSource({ pamService: 'twinport-test' });
    const byPam = {};
    for (const [user, password] of ${JSON.stringify(PAM)})
      byPam[user + ' ' + password] = await pam.login({ user, password, remoteAddress: '127.0.0.1', secure: true });
    console.log(JSON.stringify({ answers, byPam }));`;
  const command = `mount --bind ${folder}/etc /etc && exec "$0" --input-type=module -e "$1"`;
  const printed = await runProgram('unshare', ['--mount', 'sh', '-c', command, process.execPath, script], {
    cwd: ROOT,
  });
  const { answers, byPam } = JSON.parse(printed.toString());
  assert.deepEqual(byPam, {
    'ann sécret': { name: 'ann', settings: { directory: '/srv/ann' } },
    'ann secret': 'refused',
    'ann sécret\0': 'refused',
    'expired sécret': 'refused',
    'root sécret': 'refused',
    'empty ': 'refused',
    'nobody-known x': 'unknown',
  });
  assert.deepEqual(answers, {
    ...Object.fromEntries(names.map((name) => [name, 'refused'])),
    ann: { name: 'ann', settings: { directory: '/srv/ann' } },
    'nobody-known': 'unknown',
    '1001': 'unknown',
    '--help': 'unknown',
    wrong: 'refused',
    without: 'refused',
  });
});
