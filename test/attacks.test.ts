import assert from 'node:assert/strict';
import { createHook } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { on, once } from 'node:events';
import {
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import net, { type Socket } from 'node:net';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type TestContext, test } from 'node:test';
import tls, { type TLSSocket } from 'node:tls';
import { type Reply, parseEpsvReply } from '@twinport/ftp/protocol';
import {
  type Server,
  type ServerEvents,
  type ServerOptions,
  type Storage,
  OptionsFault,
  SITE_VERBS,
  VERBS,
  createAccounts,
  createServer,
  disk,
  memory,
  parsePortRange,
} from '@twinport/ftp/server';
import { fillSyntax, pathsIn } from './kit/fill-syntax.js';
import { SECRET, SECRET_NAME, createJailTree } from './kit/jail-tree.js';
import { quickAccounts } from './kit/quick-accounts.js';
import { RawClient, readAll } from './kit/raw-client.js';
import { allTold, startServer, testCertificate } from './kit/server.js';

type Warning = ServerEvents['warning'][0];

interface Target {
  readonly server: Server;
  readonly port: number;
  /** Codes of the warnings until now. */
  readonly warned: () => Promise<readonly Warning['code'][]>;
}

async function serve(
  t: TestContext,
  { storage = memory({ '/file.txt': 'one\ntwo\n' }), ...options }: Partial<ServerOptions> & { storage?: Storage } = {},
): Promise<Target> {
  const { server, port } = await startServer(t, {
    accounts: quickAccounts(() => storage),
    activePort: 'any',
    ...options,
  });
  const codes: Warning['code'][] = [];
  server.on('warning', ({ code }) => codes.push(code));
  const warned = async (): Promise<readonly Warning['code'][]> => {
    await allTold(server);
    return codes;
  };
  return { server, port, warned };
}

async function passivePort(client: RawClient): Promise<number> {
  return parseEpsvReply(await client.command('EPSV', 229));
}

/** Connects, and tells what became of it: bytes that came, or that it was ended without any. */
async function outcomeOf(port: number, localAddress = '127.0.0.1'): Promise<string> {
  const socket = net.connect({ host: '127.0.0.1', port, localAddress });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<string>((resolve) => {
    socket.on('error', (fault: NodeJS.ErrnoException) => resolve(fault.code ?? fault.message));
    socket.on('close', () => resolve(''));
  });
  const error = await ended;
  return error === '' || error === 'ECONNRESET' ? Buffer.concat(chunks).toString() : error;
}

async function tlsOver(socket: Socket, options: tls.ConnectionOptions = {}): Promise<TLSSocket> {
  const secure = tls.connect({ socket, rejectUnauthorized: false, servername: 'localhost', ...options });
  await once(secure, 'secureConnect');
  return secure;
}

// ---- AUTH TLS and what came in clear behind it (CVE-2011-0411 class) ----

test('commands behind AUTH TLS in the same segment are discarded, and said so', async (t) => {
  const { port, warned } = await serve(t, { tls: await testCertificate() });
  const client = await RawClient.connect(port);
  client.write('AUTH TLS\r\nUSER user\r\nPASS secret\r\nMKD injected\r\n');
  await client.expect(234);
  await client.startTls();
  await client.command('SYST', 215);
  await client.command('PWD', 530);
  assert.deepEqual(await warned(), ['DISCARDED_BEFORE_TLS']);
});

test('half a command behind AUTH TLS does not begin the first one inside TLS', async (t) => {
  const { port } = await serve(t, { tls: await testCertificate() });
  const client = await RawClient.connect(port);
  client.write('AUTH TLS\r\nHELP ');
  await client.expect(234);
  await client.startTls();
  await client.command('SYST', 215);
});

test('clear text where the handshake should be ends the session without an answer', async (t) => {
  const { port } = await serve(t, { tls: await testCertificate() });
  const client = await RawClient.connect(port);
  await client.command('AUTH TLS', 234);
  client.write('USER user\r\nPASS secret\r\n');
  await client.ended();
  await assert.rejects(client.reply(), /ended before/);
});

test('a login before AUTH TLS does not count after it', async (t) => {
  const { port } = await serve(t, { tls: await testCertificate() });
  const named = await RawClient.connect(port);
  await named.command('USER user', 331);
  await named.command('AUTH TLS', 234);
  await named.startTls();
  await named.command('PASS secret', 503);
  const client = await RawClient.login(port);
  await client.command('EPSV', 229);
  await client.command('AUTH TLS', 234);
  await client.startTls();
  await client.command('PWD', 530);
});

test('a server that requires TLS takes neither a password nor a transfer in clear', async (t) => {
  const { port } = await serve(t, { tls: { ...(await testCertificate()), required: true } });
  const client = await RawClient.connect(port);
  for (const line of ['USER user', 'PASS secret', 'ACCT x']) await client.command(line, 530);
  await client.command('AUTH TLS', 234);
  await client.startTls();
  await client.command('USER user', 331);
  await client.command('PASS secret', 230);
  for (const line of ['RETR file.txt', 'STOR x', 'LIST', 'NLST', 'MLSD', 'APPE x', 'STOU']) {
    await client.command('EPSV', 229);
    await client.command(line, 521);
  }
  await client.command('CCC', 534);
  await client.command('PBSZ 0', 200);
  await client.command('PROT C', 534);
});

// ---- Bounce ----

const FOREIGN: readonly string[] = [
  'PORT 127,0,0,2,200,10',
  'PORT 10,0,0,1,200,10',
  'PORT 255,255,255,255,200,10',
  'PORT 127,0,0,1,0,25',
  'PORT 127,0,0,1,3,255',
  'PORT 127,0,0,1,0,0',
  'EPRT |1|127.0.0.2|51210|',
  'EPRT |1|127.0.0.1|1023|',
  'EPRT |1|127.0.0.1|0|',
  'LPRT 4,4,127,0,0,2,2,200,10',
  'LPRT 4,4,127,0,0,1,2,0,80',
];

for (const line of FOREIGN) {
  test(`${line} is refused with 500, and nothing is connected to`, async (t) => {
    const { port, server } = await serve(t);
    const dialled: string[] = [];
    server.on('connection', (event) => event.kind === 'data' && dialled.push(event.state));
    const client = await RawClient.login(port);
    await client.command(line, 500);
    await client.command('RETR file.txt', 425);
    await allTold(server);
    assert.deepEqual(dialled, []);
  });
}

test('over IPv6, EPRT and LPRT to another address or a low port are refused', async (t) => {
  const { port } = await serve(t);
  const client = await RawClient.login(port, { host: '::1' });
  for (const line of [
    'EPRT |2|2001:db8::1|51210|',
    'EPRT |2|::1|22|',
    'LPRT 6,16,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,1,2,0,80',
  ])
    await client.command(line, 500);
  for (const line of ['EPRT |1|127.0.0.1|51210|', 'EPRT |2|::ffff:127.0.0.1|51210|'])
    assert.notEqual((await client.command(line)).code, 200, line);
  await client.command('RETR file.txt', 425);
});

test('PORT and EPRT to the unspecified address mean the client, and nobody else', async (t) => {
  const { port, server } = await serve(t);
  const hosts: (string | undefined)[] = [];
  server.on(
    'connection',
    (event) => event.kind === 'data' && event.state === 'offered' && hosts.push(event.remote?.host),
  );
  const client = await RawClient.login(port);
  for (const line of ['PORT 0,0,0,0,200,10', 'EPRT |1|0.0.0.0|51210|']) await client.command(line, 200);
  for (const line of ['PORT 0,0,0,0,0,80', 'EPRT |1|0.0.0.0|80|']) await client.command(line, 500);
  await allTold(server);
  assert.deepEqual(hosts, ['127.0.0.1', '127.0.0.1']);
});

// ---- Theft and prediction of data connections, and their bond to the control connection ----

test('a stranger on the passive port is turned away, and the rightful client is still served', async (t) => {
  const { port, server } = await serve(t);
  const refused: string[] = [];
  server.on(
    'connection',
    (event) => event.kind === 'data' && event.state === 'refused' && refused.push(event.remote?.host ?? ''),
  );
  const client = await RawClient.login(port);
  const passive = await passivePort(client);
  assert.equal(await outcomeOf(passive, '127.0.0.2'), '');
  const rightful = net.connect({ host: '127.0.0.1', port: passive });
  await client.command('RETR file.txt', 150);
  assert.equal((await readAll(rightful)).toString(), 'one\ntwo\n');
  await client.expect(226);
  await allTold(server);
  assert.deepEqual(refused, ['127.0.0.2']);
});

test('a stranger who waits for a transfer to begin gets nothing either', async (t) => {
  const { port } = await serve(t);
  const client = await RawClient.login(port);
  const passive = await passivePort(client);
  await client.command('RETR file.txt', 150);
  assert.equal(await outcomeOf(passive, '127.0.0.2'), '');
  const rightful = net.connect({ host: '127.0.0.1', port: passive });
  assert.equal((await readAll(rightful)).toString(), 'one\ntwo\n');
  await client.expect(226);
});

test('one passive port takes one connection', async (t) => {
  const { port } = await serve(t);
  const client = await RawClient.login(port);
  const passive = await passivePort(client);
  const first = net.connect({ host: '127.0.0.1', port: passive });
  await once(first, 'connect');
  await client.command('NOOP', 200);
  assert.match(await outcomeOf(passive), /^(?:ECONNREFUSED)?$/);
  await client.command('RETR file.txt', 150);
  assert.equal((await readAll(first)).toString(), 'one\ntwo\n');
  await client.expect(226);
});

test('passive ports do not come in order', async (t) => {
  const { port } = await serve(t, { passivePorts: { first: 20_000, last: 29_999 } });
  const client = await RawClient.login(port);
  const ports: number[] = [];
  for (let count = 0; count < 12; count += 1) ports.push(await passivePort(client));
  const steps = ports.slice(1).map((each, at) => each - (ports[at] ?? 0));
  assert(new Set(steps).size > 2, `${ports.join(' ')} can be foretold`);
  assert(ports.every((each) => each >= 20_000 && each <= 29_999));
});

for (const dataReuse of ['require', 'report'] as const) {
  test(`a data connection of another TLS session is ${dataReuse === 'require' ? 'refused with 522, and the session goes on' : 'reported'}`, async (t) => {
    const { port, warned } = await serve(t, { tls: { ...(await testCertificate()), dataReuse } });
    const client = await RawClient.login(port, { secure: true });
    const raw = net.connect({ host: '127.0.0.1', port: await passivePort(client) });
    raw.on('error', () => {}); // the server hangs up on it
    await client.command('RETR file.txt', 150);
    const secure = tls.connect({ socket: raw, rejectUnauthorized: false });
    secure.on('error', () => {}).resume();
    await client.expect(dataReuse === 'require' ? 522 : 226);
    assert.deepEqual(await warned(), ['TLS_NOT_RESUMED']);
    assert.equal((await client.download('RETR file.txt')).toString(), 'one\ntwo\n');
    assert.equal((await warned()).length, 1);
  });
}

test('the TLS session of one client does not open the data connection of another', async (t) => {
  const { port } = await serve(t, { tls: { ...(await testCertificate()), dataReuse: 'require' } });
  const thief = await RawClient.login(port, { secure: true });
  let stolen: Buffer | undefined;
  thief.socket.on('session', (session: Buffer) => {
    stolen = session;
  });
  await thief.download('RETR file.txt');
  const session = stolen ?? (thief.socket instanceof tls.TLSSocket ? thief.socket.getSession() : undefined);
  assert(session);
  const victim = await RawClient.login(port, { secure: true });
  const raw = net.connect({ host: '127.0.0.1', port: await passivePort(victim) });
  raw.on('error', () => {}); // the server hangs up on it
  await victim.command('RETR file.txt', 150);
  tls
    .connect({ socket: raw, rejectUnauthorized: false, session })
    .on('error', () => {})
    .resume();
  await victim.expect(522);
});

// ---- Path escape, and a filter that one command forgets ----

const ESCAPES: readonly string[] = [
  '../outside/secret.txt',
  '/../../../outside/secret.txt',
  'directory/../../outside/secret.txt',
  './/..//outside//secret.txt',
  '..\\outside\\secret.txt',
  '%2e%2e/outside/secret.txt',
  '..%2foutside%2fsecret.txt',
  'out/secret.txt',
  'out/victim',
  'out/new',
  'out',
  'outfile',
  'absolute/secret.txt',
  'dangling',
  'dangling/x',
  'everything/etc/passwd',
  'directory/loop/loop/../../out/secret.txt',
  '~/secret.txt',
  '~root',
];

const PATH_VERBS = [...VERBS, ...SITE_VERBS].filter(({ argument }) => pathsIn(argument.syntax) > 0);

/** Does a command with the data connection it may need, and returns all that came back on both. */
async function attempt(client: RawClient, line: string, needsData: boolean): Promise<string> {
  const port = needsData ? await passivePort(client) : 0;
  const told: Reply[] = [await client.command(line)];
  let carried = '';
  if (needsData && told[0]?.code === 150) {
    const socket = net.connect({ host: '127.0.0.1', port });
    if (/^(?:STOR|APPE|STOU)/.test(line)) socket.end('overwritten');
    carried = (await readAll(socket)).toString('latin1');
    told.push(await client.reply());
  }
  return [...told.map(({ code, lines }) => `${code}\n${lines.join('\n')}`), carried].join('\n');
}

/** What must not be told, in any form. */
function forbidden(outside: string): readonly string[] {
  const digests = ['md5', 'sha1', 'sha256', 'sha512'].map((name) => createHash(name).update(SECRET).digest('hex'));
  return [
    'the-secret',
    String(SECRET.length),
    '20030405',
    'Apr  5  2003',
    SECRET_NAME,
    'root:x:0',
    outside,
    ...digests,
  ];
}

for (const row of PATH_VERBS) {
  test(`${row.verb} gets at nothing outside of the root`, async (t) => {
    for (let position = 0; position < pathsIn(row.argument.syntax); position += 1) {
      const tree = createJailTree();
      t.after(() => tree.remove());
      const before = tree.snapshotOutside();
      const { port } = await serve(t, { storage: disk(tree.root) });
      const client = await RawClient.login(port);
      for (const escape of [...ESCAPES, join(tree.outside, 'secret.txt')]) {
        const paths = ['file.txt', 'directory/new.txt'];
        paths[position] = escape;
        if (row.verb === 'RNTO') await client.command('RNFR file.txt');
        const told = await attempt(
          client,
          `${row.verb} ${fillSyntax(row.argument.syntax, paths)}`,
          row.needs.includes('data'),
        );
        const known = told.toLowerCase().replaceAll(escape.toLowerCase(), '');
        for (const secret of forbidden(tree.outside))
          assert(!known.includes(secret.toLowerCase()), `${row.verb} ${escape} told ${secret}: ${told}`);
        assert.equal(tree.snapshotOutside(), before, `${row.verb} ${escape} changed what is outside`);
        if (row.verb.includes('CWD')) await client.command('CWD /', 250);
        writeFileSync(join(tree.root, 'file.txt'), 'one\ntwo\n');
      }
    }
  });
}

test('a read-only account changes nothing, whichever verb it tries', async (t) => {
  const tree = createJailTree();
  t.after(() => tree.remove());
  const { port } = await serve(t, { storage: disk(tree.root) });
  const client = await RawClient.login(port, { user: 'reader' });
  const before = tree.snapshotInside();
  for (const row of PATH_VERBS) {
    for (const paths of [
      ['file.txt', 'new.txt'],
      ['empty', 'new'],
      ['new', 'file.txt'],
      ['outfile', 'new'],
    ]) {
      if (row.verb === 'RNTO') await client.command('RNFR file.txt', 550);
      const line = `${row.verb} ${fillSyntax(row.argument.syntax, paths)}`;
      const told = await attempt(client, line, row.needs.includes('data'));
      if (row.needs.includes('write')) assert.match(told, /^550\n/, line);
      assert.equal(tree.snapshotInside(), before, line);
    }
  }
  for (const line of ['MDTM 20010203040506 file.txt', 'SITE UMASK 000', 'ALLO 1']) {
    await client.command(line, 550);
    assert.equal(tree.snapshotInside(), before, line);
  }
});

test('a rename into or out of a linked directory is refused', async (t) => {
  const tree = createJailTree();
  t.after(() => tree.remove());
  const before = tree.snapshotOutside();
  const { port } = await serve(t, { storage: disk(tree.root) });
  const client = await RawClient.login(port);
  for (const to of ['out/file.txt', 'absolute/file.txt', 'out/victim/file.txt']) {
    await client.command('RNFR file.txt', 350);
    await client.command(`RNTO ${to}`, 550);
  }
  for (const from of ['out/secret.txt', 'outfile/x', 'absolute/victim'])
    assert.notEqual((await client.command(`RNFR ${from}`)).code, 350, from);
  assert.equal(tree.snapshotOutside(), before);
});

test('a directory swapped for a link while commands run does not lead out', async (t) => {
  const tree = createJailTree();
  t.after(() => tree.remove());
  const before = tree.snapshotOutside();
  const { port } = await serve(t, { storage: disk(tree.root) });
  const client = await RawClient.login(port);
  const swapped = join(tree.root, 'swapped');
  const aside = join(tree.root, 'aside');
  mkdirSync(aside);
  writeFileSync(join(aside, 'secret.txt'), 'harmless');
  let isLink = true;
  const swap = (): void => {
    if (isLink) {
      renameSync(aside, swapped);
    } else {
      renameSync(swapped, aside);
      symlinkSync(tree.outside, swapped);
      setImmediate(() => unlinkSync(swapped));
    }
    isLink = !isLink;
  };
  for (let round = 0; round < 60; round += 1) {
    const passive = await passivePort(client);
    const line = ['RETR swapped/secret.txt', 'STOR swapped/secret.txt', 'APPE swapped/secret.txt'][round % 3] ?? '';
    client.write(`${line}\r\n`);
    setImmediate(swap);
    const reply = await client.reply();
    if (reply.code !== 150) continue;
    const socket = net.connect({ host: '127.0.0.1', port: passive });
    if (!line.startsWith('RETR')) socket.end('harmless');
    assert(!(await readAll(socket)).includes('the-secret'));
    await client.reply();
  }
  assert.equal(tree.snapshotOutside(), before);
});

test('257 and every other reply show virtual paths only', async (t) => {
  const tree = createJailTree();
  t.after(() => tree.remove());
  const { port } = await serve(t, { storage: disk(tree.root) });
  const client = await RawClient.login(port);
  const told: Reply[] = [];
  for (const line of [
    'PWD',
    'MKD made',
    'CWD made',
    'XPWD',
    'XMKD ../other',
    'STAT',
    'STAT /',
    'MLST',
    'MLST /out',
    'CWD /missing',
    'DELE /empty',
    'RMD /directory',
    'SIZE /everything',
    'RNFR /x',
  ])
    told.push(await client.command(line));
  assert.equal(told[0]?.lines[0], '"/" is the working directory');
  assert.equal(told[1]?.lines[0], '"/made" created');
  for (const { lines } of told) assert(!lines.join('\n').includes(tree.root), lines.join('\n'));
});

// ---- The parser of the control connection ----

test('a line of exactly the limit is a command, one octet more is answered 500', async (t) => {
  const { port, server } = await serve(t);
  const client = await RawClient.login(port);
  const { maxLineLength } = server.limits;
  const fits = `CLNT ${'x'.repeat(maxLineLength - 5)}`;
  await client.command(fits, 200);
  await client.command(`${fits}x`, 500);
  client.write(`${fits}\n`);
  await client.expect(200);
  client.write(`${fits}xx\n`);
  await client.expect(500);
  await client.command('NOOP', 200);
});

function held(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

test('100 MB without a line end are answered with one 500 and take no memory', async (t) => {
  const { port } = await serve(t);
  const client = await RawClient.login(port);
  const chunk = Buffer.alloc(1024 * 1024, 'x');
  const before = held();
  let most = 0;
  for (let count = 0; count < 100; count += 1) {
    if (!client.socket.write(chunk)) await once(client.socket, 'drain');
    most = Math.max(most, held() - before);
  }
  client.write('\r\n');
  await client.expect(500);
  assert(most < 64 * 1024 * 1024, `${most} octets held`);
  await client.command('NOOP', 200);
});

const ODD_LINES: readonly (readonly [what: string, bytes: readonly number[] | string, code: number])[] = [
  ['an IAC before the verb', [0xff, 0xf4, 0xff, 0xf2, ...Buffer.from('NOOP\r\n')], 200],
  ['an IAC inside the verb', [...Buffer.from('NO'), 0xff, 0xf6, ...Buffer.from('OP\r\n')], 200],
  ['a line feed before the verb', '\nNOOP\r\n', 500],
  ['spaces before the verb', '   NOOP\r\n', 200],
  ['bytes that are not ASCII in the verb', [0xc3, 0xa9, 0x4e, 0x0d, 0x0a], 500],
  ['a NUL in the line', 'NOOP\0\r\n', 500],
  ['a lone CR in the line', 'NOOP\rSYST\r\n', 500],
  ['nothing at all', '\r\n', 500],
  ['a verb of 13 letters', 'NOOPNOOPNOOPN\r\n', 500],
  ['a verb with a slash', 'NO/OP\r\n', 500],
];

for (const [what, bytes, code] of ODD_LINES) {
  test(`${what} is answered ${code}, and the next command as ever`, async (t) => {
    const { port } = await serve(t);
    const client = await RawClient.login(port);
    client.write(typeof bytes === 'string' ? bytes : Uint8Array.from(bytes));
    await client.expect(code);
    if (what.startsWith('a line feed')) await client.expect(200);
    await client.command('SYST', 215);
  });
}

test('names of any bytes are kept apart and come back as they were', async (t) => {
  const { port } = await serve(t, { storage: memory() });
  const client = await RawClient.login(port);
  const names = [[0xe4], [0xc3, 0xa4], [0xff, 0xff], [0xed, 0xa0, 0x80], [0x1b, 0x5b, 0x33, 0x31, 0x6d]];
  for (const name of names) {
    client.write(Uint8Array.from([...Buffer.from('MKD '), ...name, 0x0d, 0x0a]));
    await client.expect(257);
  }
  assert.equal((await client.download('NLST')).toString('latin1').split('\r\n').length, names.length + 1);
});

// ---- Numbers ----

const NUMBERS: readonly string[] = [
  '9223372036854775808',
  '9223372036854775807',
  '18446744073709551615',
  '18446744073709551616',
  '9007199254740992',
  '-1',
  '1e3',
  '0x10',
  '1 2 3 4',
  '1.5',
  'Infinity',
  '٣',
  '1'.repeat(400),
];

for (const number of NUMBERS) {
  test(`the number ${number.slice(0, 24)} is refused with 501 wherever a number goes`, async (t) => {
    const { port } = await serve(t);
    const client = await RawClient.login(port);
    for (const line of [
      `REST ${number}`,
      `ALLO ${number}`,
      `ALLO 1 R ${number}`,
      `RANG ${number} ${number}`,
      `RANG 0 ${number}`,
      `XCRC "file.txt" 0 ${number}`,
      `XCRC "file.txt" ${number}`,
    ]) {
      if (line === 'ALLO 1 R 9223372036854775808') continue;
      const { code } = await client.command(line);
      assert(code === 501 || (line.startsWith('ALLO 1 R') && code === 200), `${line}: ${code}`);
    }
    assert.equal((await client.download('RETR file.txt')).toString(), 'one\ntwo\n');
  });
}

test('the largest offset there is leads to 554, and leaves the file as it was', async (t) => {
  const { port } = await serve(t);
  const client = await RawClient.login(port);
  for (const line of ['RETR file.txt', 'STOR file.txt']) {
    await client.command(`REST ${Number.MAX_SAFE_INTEGER}`, 350);
    await client.command('EPSV', 229);
    await client.command(line, 554);
    await client.command(`RANG ${Number.MAX_SAFE_INTEGER - 2} ${Number.MAX_SAFE_INTEGER - 1}`, 350);
    await client.command('EPSV', 229);
    await client.command(line, 554);
  }
  await client.command(`RANG ${Number.MAX_SAFE_INTEGER - 2} ${Number.MAX_SAFE_INTEGER - 1}`, 350);
  await client.command('HASH file.txt', 554);
  await client.command(`ALLO ${Number.MAX_SAFE_INTEGER}`);
  await client.command('SIZE file.txt', 213);
  assert.equal((await client.download('RETR file.txt')).toString(), 'one\ntwo\n');
});

// ---- Patterns and listings ----

test('a pattern of 200 stars is matched against long names at once', async (t) => {
  const files = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`/${'a'.repeat(200)}${at}`, '']));
  const { port } = await serve(t, { storage: memory(files) });
  const client = await RawClient.login(port);
  for (const pattern of [
    '*a'.repeat(200),
    '*'.repeat(200),
    `${'*a'.repeat(100)}b`,
    '[a-z]*'.repeat(100),
    '['.repeat(900),
    '\\'.repeat(900),
  ]) {
    const told = await attempt(client, `NLST ${pattern}`, true);
    assert.match(told, /^(?:150|501|550)/);
  }
});

test('LIST -R goes down to the limit of levels and no further', async (t) => {
  const storage = memory({ [`/${'d/'.repeat(60)}file`]: 'x' });
  const { port } = await serve(t, { storage, limits: { maxListDepth: 8 } });
  const client = await RawClient.login(port);
  assert.equal((await client.download('LIST -R')).toString().match(/:\r\n/g)?.length, 8);
});

test('LIST -R ends where links lead back up', async (t) => {
  const tree = createJailTree();
  t.after(() => tree.remove());
  const { port } = await serve(t, { storage: disk(tree.root) });
  const client = await RawClient.login(port);
  const listing = (await client.download('LIST -R')).toString();
  assert.deepEqual(
    listing
      .match(/^.*:\r$/gm)
      ?.map((line) => line.trim())
      .toSorted(),
    ['./directory:', './empty:'],
  );
  assert(!listing.includes(SECRET_NAME));
});

test('STAT of a huge directory is one reply of bounded length', async (t) => {
  const files = Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`/f${at}`, '']));
  const { port } = await serve(t, { storage: memory(files) });
  const client = await RawClient.login(port);
  const { lines } = await client.command('STAT /', 212);
  assert.equal(lines.length, 1_003);
  assert.match(lines.at(-2) ?? '', /use LIST/);
});

// ---- Before login ----

for (const [what, line] of [
  ['commands', 'NOOP\r\n'],
  ['unknown commands', 'NOSUCH\r\n'],
  ['lines that are no commands', '/\r\n'],
  ['lines that are too long', `${'x'.repeat(9_000)}\r\n`],
  ['commands that need a login', 'LIST\r\n'],
  ['names of users', 'USER user\r\n'],
  ['REIN', 'REIN\r\n'],
  ['HOST', 'HOST ftp.example.com\r\n'],
] as const) {
  test(`a flood of ${what} before login ends with 421`, async (t) => {
    const { port } = await serve(t, { limits: { maxCommandsBeforeLogin: 20 } });
    const client = await RawClient.connect(port);
    client.write(line.repeat(50));
    const codes: number[] = [];
    while (codes.at(-1) !== 421 && codes.length < 50) codes.push((await client.reply()).code);
    assert.equal(codes.length, 21);
    await client.ended();
  });
}

test('a handshake that never comes ends the session', async (t) => {
  const { port, server } = await serve(t, { tls: await testCertificate(), limits: { tlsHandshakeMs: 50 } });
  const client = await RawClient.connect(port);
  await client.command('AUTH TLS', 234);
  await client.ended();
  assert.deepEqual(server.sessions, []);
});

test('a handshake that never comes on a data connection is answered 425 or 522, and the session goes on', async (t) => {
  const { port } = await serve(t, { tls: await testCertificate(), limits: { tlsHandshakeMs: 50 } });
  const client = await RawClient.login(port, { secure: true });
  const socket = net.connect({ host: '127.0.0.1', port: await passivePort(client) });
  socket.on('error', () => {}); // the server hangs up on it
  await client.command('RETR file.txt', 150);
  assert([425, 522].includes((await client.reply()).code));
  await client.command('NOOP', 200);
});

test('a line that comes one octet at a time does not hold a session open before login', async (t) => {
  const { port } = await serve(t, { limits: { preLoginMs: 300 } });
  const client = await RawClient.connect(port);
  const drip = setInterval(() => client.write('x'), 10);
  t.after(() => clearInterval(drip));
  await client.expect(421);
  await client.ended();
});

test('a passive data connection that nobody makes is given up, and said so', async (t) => {
  const { port } = await serve(t, { limits: { dataWaitMs: 50 } });
  const client = await RawClient.login(port);
  await client.command('EPSV', 229);
  await client.command('RETR file.txt', 150);
  await client.expect(425);
});

/** Sockets of this process and its workers that listen; one that has just been closed is counted until the end of the next turn. */
async function listening(): Promise<number> {
  await nextTurn();
  await nextTurn();
  const workers = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').split(' ').filter(Boolean);
  const own = new Set(
    ['self', ...workers].flatMap((process) =>
      readdirSync(`/proc/${process}/fd`).map((fd) => targetOf(`/proc/${process}/fd/${fd}`)),
    ),
  );
  const rows = ['tcp', 'tcp6'].flatMap((family) =>
    readFileSync(`/proc/self/net/${family}`, 'utf8').split('\n').slice(1),
  );
  return rows.filter((row) => {
    const [, , , state, , , , , , inode] = row.trim().split(/\s+/);
    return state === '0A' && own.has(`socket:[${inode}]`);
  }).length;
}

/** The descriptor that lists them is closed by the time it is asked for. */
function targetOf(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch {
    return undefined;
  }
}

test('a flood of PASV leaves one port listening', async (t) => {
  const { port, server } = await serve(t);
  const open = new Set<number>();
  server.on('connection', (event) => {
    if (event.kind !== 'data' || event.local === undefined) return;
    if (event.state === 'offered') open.add(event.local.port);
    else open.delete(event.local.port);
  });
  const before = await listening();
  const client = await RawClient.login(port);
  const ports: number[] = [];
  for (let count = 0; count < 100; count += 1) ports.push(await passivePort(client));
  await allTold(server);
  assert.deepEqual([...open], ports.slice(-1));
  assert.equal(await listening(), before + 1);
  await client.quit();
  while (open.size > 0) await once(server, 'connection');
  assert.equal(await listening(), before);
});

test('sessions from one address beyond the limit are answered 421, until one ends', async (t) => {
  const { port, server, warned } = await serve(t, { limits: { maxSessionsPerAddress: 2 } });
  const [first, second] = [await RawClient.connect(port), await RawClient.connect(port)];
  await assert.rejects(RawClient.connect(port), /421/);
  assert.deepEqual(await warned(), ['TOO_MANY_SESSIONS']);
  const elsewhere = await RawClient.connect(port, { localAddress: '127.0.0.2' });
  await elsewhere.command('NOOP', 200);
  const connections = on(server, 'connection');
  await second?.quit();
  for await (const [event] of connections) if (event.kind === 'control' && event.state === 'closed') break;
  await allTold(server);
  const third = await RawClient.connect(port);
  await third.command('NOOP', 200);
  await first?.command('NOOP', 200);
});

test('commands that are piped without end are read no further ahead than the limit', async (t) => {
  const { port } = await serve(t, { storage: memory({ '/big': new Uint8Array(8_000_000) }) });
  const client = await RawClient.login(port);
  const data = await client.data('EPSV');
  await client.command('RETR big', 150);
  const socket = await data.socket;
  socket.pause();
  let written = 0;
  // While the transfer stands still nothing is answered: in the end the kernel's buffers are full and the writer has to wait.
  while (written < 200_000_000 && client.socket.write(Buffer.alloc(1_000_000, 'PWD\r\n'))) written += 1_000_000;
  assert(written < 200_000_000);
  client.destroy();
  socket.destroy();
});

// ---- State after failures ----

test('an offer of PORT is used up by a transfer that fails', async (t) => {
  const { port } = await serve(t);
  const client = await RawClient.login(port);
  await client.data('PORT');
  await client.command('RETR missing', 550);
  await client.command('RETR file.txt', 425);
});

test('EPSV ALL survives refused commands, failed transfers and a failed PASS', async (t) => {
  const { port } = await serve(t);
  const client = await RawClient.login(port);
  await client.command('EPSV ALL', 200);
  await client.command('NOSUCH', 500);
  await client.data('EPSV');
  await client.command('RETR missing', 550);
  await client.command('PASS wrong', 230);
  for (const line of [
    'PASV',
    'LPSV',
    'PORT 127,0,0,1,200,10',
    'EPRT |1|127.0.0.1|51210|',
    'LPRT 4,4,127,0,0,1,2,200,10',
  ])
    await client.command(line, 503);
});

test('one user has nothing of the one before: directory, REST, RNFR, data connection', async (t) => {
  const { port } = await serve(t, { storage: memory({ '/file.txt': 'one\ntwo\n', '/directory/': '' }) });
  const client = await RawClient.login(port);
  await client.command('CWD directory', 250);
  await client.command('REST 4', 350);
  await client.command('RNFR /file.txt', 350);
  const port0 = await passivePort(client);
  await client.command('USER user', 331);
  await client.command('PASS secret', 230);
  assert.match((await client.command('PWD', 257)).lines[0] ?? '', /^"\/" /);
  await client.command('RNTO /other.txt', 503);
  await client.command('RETR file.txt', 425);
  assert.equal(await outcomeOf(port0), 'ECONNREFUSED');
  assert.equal((await client.download('RETR file.txt')).toString(), 'one\r\ntwo\r\n');
});

// ---- Configuration that fails open ----

test('a port range that cannot be is refused', () => {
  for (const text of [
    '',
    '-',
    '5000',
    '5000-',
    '-5000',
    '6000-5000',
    '80-90',
    '1023-2000',
    '60000-65536',
    '0-0',
    '5000-6000-7000',
    '5000-6e3',
    '0x1000-0x2000',
    '5000,6000',
    '٥٠٠٠-٦٠٠٠',
    '5000-6000\n7',
  ])
    assert.equal(parsePortRange(text), undefined, text);
  assert.deepEqual(parsePortRange('5000-5000'), { first: 5000, last: 5000 });
});

test('options that would switch a protection off are refused at once', async () => {
  const accounts = quickAccounts(() => memory());
  const certificate = await testCertificate();
  const bad: readonly Partial<ServerOptions>[] = [
    { port: -1 },
    { port: 65_536 },
    { port: 2.5 },
    { port: Number.NaN },
    { passivePorts: { first: 6_000, last: 5_000 } },
    { passivePorts: { first: 1, last: 99_999 } },
    { passivePorts: { first: Number.NaN, last: Number.NaN } },
    { activePort: 70_000 },
    { publicAddress: 'detect' },
    { publicAddress: { default: '203.0.113.7', '10.0.0.1/8': 'dialled' } },
    { publicAddress: { '10.0.0.0/8': '0.0.0.0' } },
    { publicAddress: '192.0.2.1/24' },
    { publicAddress: '2001:db8::1' },
    { limits: { maxSessionsPerAddress: Number.NaN } },
    { limits: { maxLoginFailures: -1 } },
    { limits: { maxLineLength: Infinity } },
    { limits: { preLoginMs: 2 ** 31 } },
    { limits: { maxCommandsBeforeLogin: 1.5 } },
  ];
  for (const options of bad)
    assert.throws(() => createServer({ accounts, ...options }), OptionsFault, JSON.stringify(options));
  assert.throws(() => createServer({ accounts, tls: { ...certificate, key: 'no key' } }));
  assert.throws(() => createAccounts({ storage: memory(), users: [{ name: 'user', password: '' }] }));
  assert.throws(() => createAccounts({ storage: memory(), users: [{ name: 'user' }] }));
});

// ---- Logins ----

test('an empty password opens no account', async (t) => {
  const accounts = createAccounts({ storage: memory(), users: [{ name: 'user', password: 'secret' }] });
  const { port } = await serve(t, { accounts, limits: { loginDelayMs: 1 } });
  const client = await RawClient.connect(port);
  for (const line of ['PASS', 'PASS ', 'PASS  ']) {
    await client.command('USER user', 331);
    await client.command(line, 530);
  }
});

test('an unknown user costs as much work as a wrong password', async (t) => {
  const accounts = createAccounts({ storage: memory(), users: [{ name: 'user', password: 'secret' }] });
  const { port } = await serve(t, { accounts, limits: { loginDelayMs: 1 } });
  let derived = 0;
  const hook = createHook({ init: (_id, type) => void (type === 'SCRYPTREQUEST' && (derived += 1)) }).enable();
  t.after(() => hook.disable());
  const client = await RawClient.connect(port);
  const costs: number[] = [];
  for (const name of ['user', 'user', 'nobody']) {
    derived = 0;
    await client.command(`USER ${name}`, 331);
    await client.command('PASS wrong', 530);
    costs.push(derived);
  }
  // The first one may find the configured password still being hashed.
  assert.equal(costs[1], 1);
  assert.equal(costs[2], 1);
});

test('wrong passwords delay the next answer twice as long each time, and connecting anew does not help', async (t) => {
  const { port, server, warned } = await serve(t, { limits: { loginDelayMs: 1, maxLoginFailures: 3 } });
  const delays: number[] = [];
  for (let connection = 0; connection < 2; connection += 1) {
    const client = await RawClient.connect(port);
    for (const code of [530, 530, 421]) {
      await client.command('USER user', 331);
      await client.command('PASS wrong', code);
      delays.push(await server.throttle.delayOf('127.0.0.1'));
    }
    await client.ended();
  }
  assert.deepEqual(delays, [1, 2, 4, 8, 16, 32]);
  assert.equal(await server.throttle.delayOf('127.0.0.2'), 0);
  assert.deepEqual(await warned(), ['LOGIN_FAILURES', 'LOGIN_FAILURES']);
});

// ---- Logs ----

/** Everything a server emits, as it happens. */
function record(server: Server): unknown[] {
  const events: unknown[] = [];
  server.on('connection', (event) => events.push(event));
  server.on('login', (event) => events.push(event));
  server.on('transfer', (event) => events.push(event));
  server.on('warning', (event) => events.push(event));
  return events;
}

/** The words of the events: lines, messages and reasons. Paths and names are values, which are given as they are. */
function wordsOf(events: readonly unknown[]): string[] {
  const words: string[] = [];
  JSON.stringify(events, (key, value: unknown) => {
    if (['text', 'message', 'reason'].includes(key) && typeof value === 'string') words.push(value);
    return value;
  });
  return words;
}

test('nothing a client sends moves the cursor or begins a line of a log', async (t) => {
  const { server, port } = await serve(t, { storage: memory() });
  const events = record(server);
  const client = await RawClient.login(port);
  const evil = '\u001b[2Jevil\u202egpj.\u2028x\u0085\u0007\u2066';
  for (const line of [
    `MKD ${evil}`,
    `CWD ${evil}`,
    'PWD',
    `CLNT ${evil}`,
    `${evil} x`,
    `USER\u001b x`,
    `SIZE ${evil}`,
    `SITE ${evil}`,
    'STAT',
    `STAT ${evil}`,
  ])
    await client.command(line);
  client.write(`\nNOOP ${evil}\r\n`);
  await client.reply();
  await client.reply();
  await client.upload(`STOR ${evil}.txt`, Buffer.from('x'));
  await client.data('EPSV');
  await client.command(`RETR ${evil}.missing`, 550);
  await client.command(`USER ${evil}`, 331);
  await client.command(`PASS ${evil}`, 530);
  await allTold(server);
  const words = wordsOf(events);
  assert(words.length > 30);
  for (const text of words) assert.doesNotMatch(text, /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
});

test('a password is in no event, however the line is bent', async (t) => {
  const { server, port } = await serve(t, { limits: { maxLoginFailures: 100, loginDelayMs: 0 } });
  const events = record(server);
  const client = await RawClient.connect(port);
  const secret = 'Tr0ub4dor';
  for (const line of [
    `PASS ${secret}`,
    `pass ${secret}`,
    `  PASS ${secret}`,
    `\tPaSs\t${secret}`,
    `PASS ${secret}\0`,
    `PASS \0${secret}`,
    `PASS ${secret}\r${secret}`,
    `ACCT ${secret}`,
    `PASS  ${secret}`,
    `\nPASS\t${secret}`,
  ]) {
    await client.command('USER user');
    client.write(Buffer.from(`${line}\r\n`));
    await client.reply();
    if (line.startsWith('\n')) await client.reply();
  }
  client.write(Buffer.from([0xff, 0xf4, 0xff, 0xf2, ...Buffer.from(`PASS ${secret}\r\n`)]));
  await client.reply();
  client.write(`PASS ${secret}${'x'.repeat(9_000)}\r\n`);
  await client.expect(500);
  await client.command('USER user', 331);
  await client.command('PASS secret', 230);
  await allTold(server);
  assert(events.length > 20);
  assert(!JSON.stringify(events).includes(secret));
});

// ---- TLS that is cut short, and other protocols ----

test('an upload over TLS that ends without close_notify is answered 426, and what came is kept', async (t) => {
  const storage = memory();
  const { port, warned } = await serve(t, { storage, tls: { ...(await testCertificate()), dataReuse: 'off' } });
  const client = await RawClient.login(port, { secure: true });
  const raw = net.connect({ host: '127.0.0.1', port: await passivePort(client) });
  await client.command('STOR cut.txt', 150);
  const secure = await tlsOver(raw);
  await new Promise((resolve) => secure.write('all there is', resolve));
  raw.end();
  await client.expect(426);
  assert.deepEqual(await warned(), ['TLS_TRUNCATED']);
  assert.equal((await storage.stat('/cut.txt')).size, 12);
  await client.command('NOOP', 200);
});

for (const line of [
  'GET / HTTP/1.1',
  'POST /x HTTP/1.1',
  'HEAD / HTTP/1.0',
  'OPTIONS * HTTP/1.1',
  'EHLO mail.example.com',
  'HELO x',
  'MAIL FROM:<a@b>',
  'STARTTLS',
  'CAPABILITY',
]) {
  test(`${line.split(' ')[0] ?? ''} ends the session before anything smuggled behind it is read`, async (t) => {
    const { port, warned } = await serve(t);
    const client = await RawClient.connect(port);
    client.write(`${line}\r\nHost: x\r\n\r\nUSER user\r\nPASS secret\r\nMKD smuggled\r\n`);
    await client.expect(421);
    await client.ended();
    await assert.rejects(client.reply(), /ended before/);
    assert.deepEqual(await warned(), ['FOREIGN_PROTOCOL']);
  });
}

for (const line of ['QUIT', 'GET / HTTP/1.1']) {
  test(`nothing behind ${line} is carried out`, async (t) => {
    const storage = memory();
    const { port } = await serve(t, { storage });
    const client = await RawClient.login(port);
    client.write(`${line}\r\nMKD smuggled\r\n`);
    client.write('MKD smuggled\r\n');
    await client.reply();
    await client.ended();
    await assert.rejects(storage.stat('/smuggled'));
  });
}

test('a TLS client that wants to speak HTTP is refused in the handshake; one that wants FTP, or says nothing, is not', async (t) => {
  const { port } = await serve(t, { tls: { ...(await testCertificate()), implicit: true } });
  const connect = async (protocols: readonly string[]): Promise<TLSSocket> => {
    const socket = net.connect({ host: '127.0.0.1', port });
    return await tlsOver(socket, protocols.length > 0 ? { ALPNProtocols: [...protocols] } : {});
  };
  for (const protocols of [['http/1.1'], ['h2', 'http/1.1'], ['smtp']])
    await assert.rejects(connect(protocols), protocols.join());
  const ftp = await connect(['http/1.1', 'ftp']);
  assert.equal(ftp.alpnProtocol, 'ftp');
  const silent = await connect([]);
  assert.equal(silent.alpnProtocol, false);
  for (const socket of [ftp, silent]) socket.destroy();
});

test('no socket listens when a server has ended', async () => {
  const server = createServer({ accounts: quickAccounts(() => memory()), host: '127.0.0.1', port: 0 });
  const before = await listening();
  await server.listen();
  const client = await RawClient.login(server.endpoints[0]?.port ?? 0);
  await passivePort(client);
  assert.equal(await listening(), before + 2);
  await server.destroy();
  assert.equal(await listening(), before);
});
