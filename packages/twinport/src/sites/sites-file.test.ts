import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { UsageFault } from '../daemon/usage-fault.js';
import { writePrivate } from './private-file.js';
import { siteNameFault, siteUrl } from './site.js';
import { readSites, removeSite, sitesPath, writeSite } from './sites-file.js';

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'twinport-sites-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function file(t: TestContext, content: string, mode = 0o600): string {
  const path = join(folder(t), 'sites.toml');
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

test('the file is where TWINPORT_SITES, XDG_CONFIG_HOME or HOME say', () => {
  assert.equal(sitesPath({ TWINPORT_SITES: '/x/y.toml', XDG_CONFIG_HOME: '/c', HOME: '/h' }), '/x/y.toml');
  assert.equal(sitesPath({ XDG_CONFIG_HOME: '/c', HOME: '/h' }), '/c/twinport/sites.toml');
  assert.equal(sitesPath({ XDG_CONFIG_HOME: '', HOME: '/h' }), '/h/.config/twinport/sites.toml');
});

test('no file means no sites', (t) => {
  assert.equal(readSites(join(folder(t), 'none', 'sites.toml')).size, 0);
});

test('every key is read', (t) => {
  const path = file(
    t,
    `["work/web"]
host = "ftp.example.com"
port = 2121
user = "ann"
tls = "explicit"
path = "/srv/www"
password-command = "pass show web"
account = "acct"
mode = "active"
active-ports = "50000-50100"
active-address = "192.0.2.1"
proxy = "socks5://127.0.0.1:1080"
encoding = "windows-1252"
ca = "/etc/ca.pem"
cert = "/etc/cert.pem"
key = "/etc/key.pem"
insecure = false
pins = ["${'ab'.repeat(32)}"]
zone = "+02:00"

[short]
url = "ftps://bob@192.0.2.7/in"
`,
  );
  const sites = readSites(path);
  assert.deepEqual([...sites.keys()], ['work/web', 'short']);
  assert.equal(Object.keys(sites.get('work/web') ?? {}).length, 18);
  assert.deepEqual(
    [...sites.values()].map((site) => siteUrl(site)),
    ['ftpes://ann@ftp.example.com:2121/%2Fsrv/www', 'ftps://bob@192.0.2.7/in'],
  );
});

const bad: readonly (readonly [name: string, content: string, message: RegExp])[] = [
  ['what is not TOML', '[one]\nhost = "a"\npassword = "secret', /sites\.toml:3:\d+: /],
  ['a table twice', '[one]\nhost = "a"\n[one]\nhost = "b"\n', /sites\.toml:3:\d+: /],
  ['a value instead of a table', 'password = "secret"\n', /sites\.toml: password: /],
  ['an unknown key', '[one]\nhost = "a"\npasword = "secret"\n', /sites\.toml: one\.pasword: /],
  ['neither url nor host', '[one]\nuser = "a"\n', /sites\.toml: one: expected either url or host/],
  ['url and host', '[one]\nurl = "ftp://a"\nhost = "a"\n', /one: expected either url or host/],
  ['url and port', '[one]\nurl = "ftp://a"\nport = 21\n', /one: port and tls belong to host/],
  [
    'two passwords',
    '[one]\nhost = "a"\npassword = "secret"\npassword-command = "x"\n',
    /one: expected either password/,
  ],
  ['a URL of another kind', '[one]\nurl = "sftp://ann:secret@a"\n', /one\.url: expected an ftp:/],
  ['a host that is a URL', '[one]\nhost = "ftp://a"\n', /one\.host: expected a host name/],
  ['a host with a port', '[one]\nhost = "a:21"\n', /one\.host: expected a host name/],
  ['a host with a user', '[one]\nhost = "b@a"\n', /one\.host: expected a host name/],
  ['a port that is none', '[one]\nhost = "a"\nport = 65536\n', /one\.port: /],
  ['a mode that is none', '[one]\nhost = "a"\nmode = "pasv"\n', /one\.mode: /],
  ['ports that are none', '[one]\nhost = "a"\nactive-ports = "20-30"\n', /one\.active-ports: expected FIRST-LAST/],
  ['a zone with a name', '[one]\nhost = "a"\nzone = "Europe/Berlin"\n', /one\.zone: expected UTC/],
  ['an unknown encoding', '[one]\nhost = "a"\nencoding = "klingon"\n', /one\.encoding: expected an encoding/],
  ['a user of two lines', '[one]\nhost = "a"\nuser = "a\\nDELE b"\n', /one\.user: expected one line/],
  ['a drive letter as name', '[c]\nhost = "a"\n', /"c" cannot be a site's name/],
];

for (const [name, content, message] of bad) {
  test(`readSites refuses ${name}, saying where, and shows no password`, (t) => {
    assert.throws(
      () => readSites(file(t, content)),
      (error: unknown) =>
        error instanceof UsageFault && message.test(error.message) && !error.message.includes('secret'),
    );
  });
}

test('a file that is not UTF-8 is refused', (t) => {
  const path = file(t, '');
  writeFileSync(path, Buffer.from('[one]\nhost = "a\xe9"\n', 'latin1'));
  assert.throws(() => readSites(path), { name: 'UsageFault', message: /not UTF-8/ });
});

test('a file that is a folder, or too large, is refused', (t) => {
  assert.throws(() => readSites(folder(t)), { name: 'UsageFault', message: /it is a folder/ });
  assert.throws(() => readSites(file(t, '#'.repeat(1024 * 1024 + 1))), { name: 'UsageFault', message: /larger than/ });
});

test('passwords are not read from a file that others may read', (t) => {
  const secrets = [
    'host = "h"\npassword = "p"',
    'host = "h"\naccount = "p"',
    'url = "ftp://u:p@h/"',
    'host = "h"\nproxy = "socks5://u:p@q"',
  ];
  for (const secret of secrets) {
    for (const mode of [0o640, 0o604, 0o620]) {
      const path = file(t, `[one]\n${secret}\n`, mode);
      assert.throws(() => readSites(path), { name: 'UsageFault', message: /others may read it: chmod 600/ });
      chmodSync(path, 0o600);
      assert.equal(readSites(path).size, 1);
    }
  }
  assert.equal(readSites(file(t, '[one]\nurl = "ftp://u@h/"\n', 0o644)).size, 1);
});

test('commands are not taken from a file that others may change', (t) => {
  const path = file(t, '[one]\nhost = "h"\npassword-command = "x"\n', 0o644);
  assert.equal(readSites(path).size, 1);
  chmodSync(path, 0o664);
  assert.throws(() => readSites(path), { name: 'UsageFault', message: /others may change it/ });
});

test('writeSite makes folder and file for the owner alone, and leaves nothing else behind', async (t) => {
  const path = join(folder(t), 'config', 'twinport', 'sites.toml');
  await writeSite('one', { host: 'a', password: 'p' }, path);
  await writeSite('work/two', { url: 'ftpes://b' }, path);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(statSync(join(path, '..')).mode & 0o777, 0o700);
  assert.deepEqual(readdirSync(join(path, '..')), ['sites.toml']);
  assert.deepEqual(
    [...readSites(path)],
    [
      ['one', { host: 'a', password: 'p' }],
      ['work/two', { url: 'ftpes://b' }],
    ],
  );
});

test('writeSite closes a file that was open to others, keeps comments and follows a link', async (t) => {
  const path = file(t, '# mine\n[one]\nhost = "a"\n', 0o644);
  const link = join(folder(t), 'link.toml');
  symlinkSync(path, link);
  await writeSite('two', { host: 'b', password: 'p' }, link);
  assert.equal(readFileSync(path, 'utf8'), '# mine\n[one]\nhost = "a"\n\n[two]\nhost = "b"\npassword = "p"\n');
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('a file that cannot be read as sites is not written over', async (t) => {
  const path = file(t, '[one\n');
  await assert.rejects(writeSite('two', { host: 'b' }, path), UsageFault);
  await assert.rejects(removeSite('one', path), UsageFault);
  assert.equal(readFileSync(path, 'utf8'), '[one\n');
});

test('a site or a name that could not be read again is not written', async (t) => {
  const path = join(folder(t), 'sites.toml');
  await assert.rejects(writeSite('a:b', { host: 'b' }, path), { name: 'UsageFault', message: /colon/ });
  await assert.rejects(writeSite('two', { host: 'b', zone: 'x' }, path), { name: 'UsageFault', message: /two\.zone/ });
  assert.equal(readSites(path).size, 0);
});

test('where a file cannot be written the message says so, and nothing is left', async (t) => {
  const path = folder(t);
  mkdirSync(join(path, 'sites.toml', 'x'), { recursive: true });
  await assert.rejects(writePrivate(join(path, 'sites.toml'), 'x'), {
    name: 'UsageFault',
    message: /cannot write .*sites\.toml: it is a folder/,
  });
  assert.deepEqual(readdirSync(path), ['sites.toml']);
});

test('removeSite removes one, and says whether there was one', async (t) => {
  const path = file(t, '[one]\nhost = "a"\n[two]\nhost = "b"\n');
  assert.equal(await removeSite('three', path), false);
  assert.equal(await removeSite('one', path), true);
  assert.deepEqual([...readSites(path).keys()], ['two']);
});

test('names that could be a drive, an option or a local path are none', () => {
  for (const name of ['', 'c', './a', '../a', '/a', '-a', '~a', ' a', 'a ', 'a:b', 'a\nb', 'a\0', 'x'.repeat(101)]) {
    assert.notEqual(siteNameFault(name), undefined, JSON.stringify(name));
  }
  for (const name of ['ab', 'work/web', 'a b', 'Büro', '__proto__', 'constructor', 'ftp.example.com']) {
    assert.equal(siteNameFault(name), undefined, name);
  }
});

test('a site may be called as a property of every object is', async (t) => {
  const path = join(folder(t), 'sites.toml');
  for (const name of ['__proto__', 'constructor', 'toString']) {
    await writeSite(name, { host: 'h' }, path);
    assert.deepEqual(readSites(path).get(name), { host: 'h' });
    assert.equal(await removeSite(name, path), true);
  }
});
