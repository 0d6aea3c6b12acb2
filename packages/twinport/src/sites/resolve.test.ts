import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { DEFAULT_CLIENT_LIMITS, FtpError } from '@twinport/ftp/client';
import { generate } from 'selfsigned';
import { UsageFault } from '../daemon/usage-fault.js';
import type { ConnectFlags } from './connect-flags.js';
import { isRemote } from './remote-text.js';
import { resolveRemote } from './resolve.js';
import type { Surroundings } from './surroundings.js';

interface Given {
  readonly sites?: string;
  readonly netrc?: string;
  readonly netrcMode?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

interface Home extends Surroundings {
  readonly path: string;
  readonly said: string[];
}

function home(t: TestContext, { sites, netrc, netrcMode = 0o600, env = {}, stdin = '' }: Given = {}): Home {
  const path = mkdtempSync(join(tmpdir(), 'twinport-home-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  if (sites !== undefined) {
    mkdirSync(join(path, '.config', 'twinport'), { recursive: true });
    writeFileSync(join(path, '.config', 'twinport', 'sites.toml'), sites, { mode: 0o600 });
  }
  if (netrc !== undefined) {
    writeFileSync(join(path, '.netrc'), netrc);
    chmodSync(join(path, '.netrc'), netrcMode);
  }
  const said: string[] = [];
  return {
    path,
    said,
    env: { HOME: path, ...env },
    stdin: Readable.from([Buffer.from(stdin)]),
    say: (message) => said.push(message),
    ask: () => assert.fail('nothing may be asked'),
    known: new Map(),
  };
}

const SITES = `
[work]
url = "ftpes://ann@ftp.example.com:2121/www"
password = "from site"
mode = "active"
active-ports = "50000-50100"
proxy = "socks5://127.0.0.1:1080"
encoding = "windows-1252"
pins = ["${'ab'.repeat(32)}"]
zone = "-05:30"
account = "acct"

[plain]
host = "ftp.example.org"

["folder/deep"]
host = "2001:db8::1"
user = "bob"
tls = "implicit"
password-command = "echo from command; echo more"

[in-url]
url = "ftp://carl:in%20url@h/%2Fsrv/"
`;

test('a URL alone is anonymous, with what it says', async (t) => {
  assert.deepEqual(await resolveRemote('ftp://ftp.example.com/pub/', {}, home(t)), {
    options: { host: 'ftp.example.com', tls: 'off' },
    path: 'pub/',
    label: 'ftp://ftp.example.com',
  });
  assert.deepEqual(await resolveRemote('ftps://ann:p%20w@[::1]:2121//a;type=a', {}, home(t)), {
    options: { host: '::1', port: 2121, user: 'ann', password: 'p w', tls: 'implicit' },
    path: '/a',
    label: 'ftps://ann@[::1]:2121',
    type: 'ascii',
  });
});

test('a site brings its settings', async (t) => {
  assert.deepEqual(await resolveRemote('work:a/b', {}, home(t, { sites: SITES })), {
    options: {
      host: 'ftp.example.com',
      port: 2121,
      user: 'ann',
      password: 'from site',
      account: 'acct',
      tls: { mode: 'explicit', pins: ['ab'.repeat(32)] },
      data: { mode: 'active', activePorts: { first: 50_000, last: 50_100 } },
      proxy: 'socks5://127.0.0.1:1080',
      encoding: 'windows-1252',
      zoneMinutes: -330,
    },
    path: 'www/a/b',
    label: 'work',
  });
  const deep = await resolveRemote('folder/deep:', {}, home(t, { sites: SITES }));
  assert.deepEqual(deep.options, { host: '2001:db8::1', user: 'bob', password: 'from command', tls: 'implicit' });
});

const paths: readonly (readonly [text: string, path: string])[] = [
  ['work:', 'www'],
  ['work:a', 'www/a'],
  ['work:a/', 'www/a/'],
  ['work:/a', '/a'],
  ['plain:', ''],
  ['plain:a:b', 'a:b'],
  ['in-url:', '/srv/'],
  ['in-url:a', '/srv/a'],
  ['plain:100%', '100%'],
];

for (const [text, path] of paths) {
  test(`${text} leads to ${JSON.stringify(path)}`, async (t) => {
    const flags = { user: 'ann', passwordStdin: true };
    assert.equal((await resolveRemote(text, flags, home(t, { sites: SITES, stdin: 'pw' }))).path, path);
  });
}

test('options win over the site', async (t) => {
  const surroundings = home(t, { sites: SITES });
  const certificate = join(surroundings.path, 'ca.pem');
  const own = await generate([{ name: 'commonName', value: 'ann' }], { keyType: 'ec' });
  const pem = Buffer.from(`${own.cert}\n${own.private}`);
  writeFileSync(certificate, pem);
  const flags: ConnectFlags = {
    passive: true,
    activePorts: { first: 2000, last: 3000 },
    activeAddress: '192.0.2.1',
    tls: 'implicit',
    insecure: true,
    ca: certificate,
    cert: certificate,
    key: certificate,
    pin: ['cd'.repeat(32)],
    proxy: 'http://p:3128',
    timeout: 2.5,
    retries: 0,
    limitRate: 1000,
    account: 'other',
    encoding: 'utf-8',
    zone: '+1',
  };
  const { options } = await resolveRemote('work:', flags, surroundings);
  assert.deepEqual(options, {
    host: 'ftp.example.com',
    port: 2121,
    user: 'ann',
    password: 'from site',
    account: 'other',
    tls: { mode: 'implicit', ca: pem, cert: pem, key: pem, insecure: true, pins: ['cd'.repeat(32)] },
    data: { mode: 'passive', activePorts: { first: 2000, last: 3000 }, activeAddress: '192.0.2.1' },
    proxy: 'http://p:3128',
    limits: {
      connectMs: 2500,
      tlsHandshakeMs: 2500,
      replyMs: 2500,
      stallMs: 2500,
      finalReplyMs: 2500,
      dataOpenMs: 2500,
      maxAttempts: 1,
    },
    rateLimit: { up: 1000, down: 1000 },
    encoding: 'utf-8',
    zoneMinutes: 60,
  });
});

test('a long --timeout leaves the ways of data connections their own time', async (t) => {
  const { options } = await resolveRemote('ftp://h', { timeout: 600 }, home(t));
  assert.equal(options.limits?.replyMs, 600_000);
  assert.equal(options.limits?.dataOpenMs, DEFAULT_CLIENT_LIMITS.dataOpenMs);
});

test('the password comes from the first place that has one', async (t) => {
  const netrc = 'machine h login ann password netrc account their-account\n';
  const sites = '[st]\nurl = "ftp://ann@h"\npassword = "site"\n';
  const all = home(t, { netrc, sites, env: { TWINPORT_PASSWORD: 'environment' }, stdin: 'stdin\nmore\n' });
  const file = join(all.path, 'password');
  writeFileSync(file, 'file\r\nmore\r\n');
  const password = async (text: string, flags: ConnectFlags, surroundings: Surroundings = all): Promise<unknown> =>
    (await resolveRemote(text, flags, surroundings)).options.password;
  assert.equal(await password('ftp://ann:url@h', { passwordFile: file, passwordStdin: true }), 'url');
  assert.equal(await password('ftp://ann@h', { passwordFile: file, passwordStdin: true }), 'file');
  assert.equal(await password('ftp://ann@h', { passwordStdin: true }), 'stdin');
  assert.equal(await password('st:', { passwordStdin: true }), 'stdin', 'standard input is read once for all');
  assert.equal(await password('st:', {}), 'environment');
  const { env: _env, ...rest } = all;
  const quiet = { ...rest, env: { HOME: all.path } };
  assert.equal(await password('st:', {}, quiet), 'site');
  assert.equal(await password('ftp://ann@h', {}, quiet), 'netrc');
  assert.equal((await resolveRemote('ftp://ann@h', {}, quiet)).options.account, 'their-account');
  assert.equal((await resolveRemote('ftp://ann@h', { account: 'mine' }, quiet)).options.account, 'mine');
});

test('a site password in its URL is the site’s, so the options win over it', async (t) => {
  const surroundings = home(t, { sites: SITES, stdin: 'stdin' });
  assert.equal((await resolveRemote('in-url:', {}, surroundings)).options.password, 'in url');
  assert.equal((await resolveRemote('in-url:', { passwordStdin: true }, surroundings)).options.password, 'stdin');
});

test('the password of a site is not tried for another user', async (t) => {
  for (const site of ['work', 'folder/deep', 'in-url']) {
    await assert.rejects(resolveRemote(`${site}:`, { user: 'eve' }, home(t, { sites: SITES })), {
      name: 'UsageFault',
      message: /no password for eve@/,
    });
  }
});

test('the user comes from --user, the URL, the site or netrc', async (t) => {
  const netrc = 'machine h login nora password n\ndefault login dan password d\n';
  const user = async (text: string, flags: ConnectFlags = {}): Promise<unknown> =>
    (await resolveRemote(text, flags, home(t, { netrc, sites: SITES, env: { TWINPORT_PASSWORD: 'x' } }))).options.user;
  assert.equal(await user('ftp://h', { user: 'uma' }), 'uma');
  assert.equal(await user('ftp://uma@h'), 'uma');
  assert.equal(await user('ftp://uma@h', { user: 'uma' }), 'uma');
  assert.equal(await user('work:', { user: 'uma' }), 'uma');
  assert.equal(await user('work:'), 'ann');
  assert.equal(await user('ftp://H'), 'nora');
  assert.equal(await user('ftp://elsewhere'), 'dan');
});

test('who is anonymous tells no password of the environment', async (t) => {
  const surroundings = home(t, { env: { TWINPORT_PASSWORD: 'secret' } });
  assert.deepEqual((await resolveRemote('ftp://h', {}, surroundings)).options, { host: 'h', tls: 'off' });
  for (const user of ['anonymous', 'ftp']) {
    const { options } = await resolveRemote(`ftp://${user}@h`, {}, surroundings);
    assert.deepEqual(options, { host: 'h', user, password: 'anonymous@', tls: 'off' });
  }
  const { options } = await resolveRemote('ftp://anonymous:me%40example.com@h', {}, surroundings);
  assert.equal(options.password, 'me@example.com');
});

test('netrc: NETRC names the file; one that others may read is said, and used', async (t) => {
  const netrc = 'machine h login ann password pw\n';
  const open = home(t, { netrc, netrcMode: 0o644 });
  assert.equal((await resolveRemote('ftp://h', {}, open)).options.password, 'pw');
  assert.match(open.said.join('\n'), /^others may read .*\.netrc, which holds passwords: chmod 600/);
  const closed = home(t, { netrc });
  await resolveRemote('ftp://h', {}, closed);
  assert.deepEqual(closed.said, []);
  const named = home(t, { env: { NETRC: join(closed.path, '.netrc') } });
  assert.equal((await resolveRemote('ftp://h', {}, named)).options.password, 'pw');
});

const wrong: readonly (readonly [name: string, text: string, flags: ConnectFlags, message: RegExp, given?: Given])[] = [
  ['no remote', 'local', {}, /no remote/],
  ['an unknown site', 'nowhere:a', {}, /no site "nowhere" .*there are work, plain.* \.\/nowhere:a/, { sites: SITES }],
  ['an unknown site before there are any', 'nowhere:a', {}, /there is none yet/],
  ['a URL of another kind', 'http://h/', {}, /neither ftp:/],
  ['a URL that hides a command', 'ftp://h/a%0d%0aDELE b', {}, /line end/],
  ['two users', 'ftp://ann@h', { user: 'bob' }, /different users/],
  ['both modes', 'ftp://h', { active: true, passive: true }, /exclude each other/],
  ['TLS said twice', 'ftps://h', { tls: 'off' }, /--tls off does not go with ftps/],
  ['TLS said twice, explicit', 'ftpes://h', { tls: 'implicit' }, /--tls implicit does not go with ftpes/],
  ['an encoding that is none', 'ftp://h', { encoding: 'x' }, /--encoding x/],
  ['a zone that is none', 'ftp://h', { zone: 'x' }, /--zone x/],
  ['a pin that is none', 'ftp://h', { pin: ['abc'] }, /no SHA-256 fingerprint/],
  ['a CA file that is not there', 'ftp://h', { ca: '/nowhere.pem' }, /cannot read \/nowhere\.pem.*--ca/],
  ['a certificate without its key', 'ftp://h', { cert: '/dev/null' }, /belong together/],
  ['a password file that is not there', 'ftp://ann@h', { passwordFile: '/nowhere' }, /cannot read \/nowhere/],
  ['an empty password file', 'ftp://ann@h', { passwordFile: '/dev/null' }, /no password in its first line/],
  ['an empty standard input', 'ftp://ann@h', { passwordStdin: true }, /standard input has no password/],
  ['an endless standard input', 'ftp://ann@h', { passwordStdin: true }, /too much/, { stdin: 'x'.repeat(70_000) }],
  ['NUL as a password', 'ftp://ann@h', { passwordStdin: true }, /NUL/, { stdin: 'a\0b' }],
  ['a password without a user', 'ftp://h', { passwordStdin: true }, /no user/, { stdin: 'pw' }],
  ['a password without a user in a URL', 'ftp://:pw@h', {}, /no user/],
  ['a password without a user in a site', 'st:', {}, /no user/, { sites: '[st]\nhost = "h"\npassword = "secret"\n' }],
  ['no password and nobody to ask', 'ftp://ann@h:2121', {}, /no password for ann@h:2121: give it with --password-file/],
  ['a user that hides a command', 'ftp://h', { user: 'a\r\nDELE b', passwordStdin: true }, /line end/, { stdin: 'x' }],
  ['a password that hides a command', 'ftp://ann@h', {}, /line end/, { netrc: 'machine h password "secret\\nDELE b"' }],
  ['one in the environment', 'ftp://ann@h', {}, /line end/, { env: { TWINPORT_PASSWORD: 'secret\r\nDELE b' } }],
  [
    'a netrc file that is wrong',
    'ftp://h',
    {},
    /\.netrc:2: password without a value/,
    { netrc: 'machine h\npassword' },
  ],
  ['a netrc file that is not there', 'ftp://h', {}, /which NETRC names/, { env: { NETRC: '/nowhere/netrc' } }],
  ['a sites file that is wrong', 'st:', {}, /sites\.toml:1:/, { sites: '[st\nsecret' }],
  [
    'a command that fails',
    'st:',
    {},
    /password-command of st ended with exit code 3/,
    { sites: '[st]\nurl = "ftp://ann@h"\npassword-command = "echo secret; exit 3"\n' },
  ],
  [
    'a command that prints without end',
    'st:',
    {},
    /password-command of st gives too much/,
    { sites: '[st]\nurl = "ftp://ann@h"\npassword-command = "yes secret"\n' },
  ],
  [
    'a command that prints nothing',
    'st:',
    {},
    /password-command of st has no password/,
    { sites: '[st]\nurl = "ftp://ann@h"\npassword-command = "true"\n' },
  ],
];

for (const [name, text, flags, message, given] of wrong) {
  test(`${name} is refused with what to do, and without the password`, async (t) => {
    await assert.rejects(resolveRemote(text, flags, home(t, given)), (error: unknown) => {
      assert.ok(error instanceof UsageFault || (error instanceof FtpError && error.code === 'USAGE'), String(error));
      assert.match(error.message, message);
      assert.ok(!error.message.includes('secret'), error.message);
      return true;
    });
  });
}

test('a password command runs once for several remotes of the site', async (t) => {
  const surroundings = home(t);
  const count = join(surroundings.path, 'count');
  mkdirSync(join(surroundings.path, '.config', 'twinport'), { recursive: true });
  writeFileSync(
    join(surroundings.path, '.config', 'twinport', 'sites.toml'),
    `[st]\nurl = "ftp://ann@h"\npassword-command = "echo x >> '${count}'; wc -l < '${count}'"\n`,
    { mode: 0o600 },
  );
  const resolved = await Promise.all(['st:a', 'st:b', 'st:c'].map((text) => resolveRemote(text, {}, surroundings)));
  assert.deepEqual(
    resolved.map(({ options }) => String(options.password).trim()),
    ['1', '1', '1'],
  );
});

const texts: readonly (readonly [text: string, remote: boolean])[] = [
  ['ftp://h/a', true],
  ['FTPS://h', true],
  ['http://h/', true],
  ['work:', true],
  ['work:a:b', true],
  ['folder/deep:x', true],
  ['nowhere:a', false],
  ['./work:a', false],
  ['/work:a', false],
  ['../work:a', false],
  ['C:\\files', false],
  ['c:/files', false],
  ['c://files', false],
  ['a file', false],
  ['-', false],
  ['', false],
  [':a', false],
  ['12:30.txt', false],
];

for (const [text, remote] of texts) {
  test(`${JSON.stringify(text)} is ${remote ? 'remote' : 'local'}`, (t) => {
    assert.equal(isRemote(text, home(t, { sites: SITES })), remote);
  });
}

test('what can be no site is local even where the sites file is broken', (t) => {
  const broken = home(t, { sites: '[' });
  for (const text of ['./a:b', 'a', 'c:x', '/a:b']) assert.equal(isRemote(text, broken), false);
  assert.throws(() => isRemote('work:a', broken), UsageFault);
});
