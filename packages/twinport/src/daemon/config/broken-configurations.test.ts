import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { generate } from 'selfsigned';
import { ConfigFault } from './config-fault.js';
import { loadConfiguration } from './config.js';

const HASH = '$scrypt$ln=14,r=8,p=1$nzLe0P/BWhzeaWUUaaHZyQ$atXBpIGs9147GXp3yWB4vs53CssDpQyhVOm08q3w8kY';
const ANN = '[[user]]\nname = "ann"\n';

/** What is wrong, the file, the line that is named, and the cure. */
const BROKEN: [name: string, toml: string, line: number, cure: RegExp][] = [
  // not TOML
  ['a text without quotes', 'port = 2121\ngreeting = hello\n', 2, /write text in quotes: greeting = "…"/],
  ['a range without quotes', '[passive]\nports = 50000-50100\n', 2, /write text in quotes: ports = "…"/],
  ['an address without quotes', 'host = 192.0.2.1\n', 1, /write text in quotes: host = "…"/],
  ['a text that does not end', 'greeting = "hello\nport = 2121\n', 1, /end the text with a quote/],
  ['a path of Windows', 'directory = "C:\\data"\n', 1, /write \\\\ for a backslash/],
  ['a heading that does not end', 'port = 2121\n[tls\nrequired = true\n', 2, /write a heading as \[name\]/],
  ['a line without value', 'port = 2121\nanonymous\n', 2, /write key = value/],
  ['a key twice', 'port = 2121\n# x\nport = 2122\n', 3, /port is there twice: take one out/],
  ['a table twice', '[passive]\n[limits]\n[passive]\n', 3, /\[passive\] is there twice: take one out/],
  ['yes for true', 'anonymous = yes\n', 1, /write text in quotes|true or false/],
  // unknown keys
  ['a letter too few', 'prt = 2121\n', 1, /write `port` instead/],
  ['letters swapped', 'prot = 2121\n', 1, /write `port` instead/],
  ['a key of before', 'port = 2121\npassive-ports = "50000-50100"\n', 2, /write `\[passive\] ports` instead/],
  ['a key with underscores', 'public_address = "192.0.2.1"\n', 1, /write `publicAddress` instead/],
  ['a key in small letters', 'activeport = 20\n', 1, /write `activePort` instead/],
  ['a key of a table at the top', 'certificate = "cert.pem"\n', 1, /write `\[tls\] certificate` instead/],
  ['a key of the top in a table', '[tls]\nselfSigned = true\nhost = "192.0.2.1"\n', 3, /write `host` instead/],
  ['users for user', '[[users]]\nname = "ann"\npassword = "x"\n', 1, /write `\[\[user\]\]` instead/],
  [
    'cert for certificate',
    '[tls]\ncert = "cert.pem"\nselfSigned = true\n',
    2,
    /write `\[tls\] certificate` instead|write `certificate` instead/,
  ],
  ['the name of vsftpd', 'banner = "hello"\n', 1, /write `greeting` instead/],
  ['a limit that there is not', '[limits]\nmaxSessons = 5\n', 2, /write `maxSessions` instead/],
  ['nothing that is near', 'colour = "blue"\n', 1, /take it out; there are directory, host, port/],
  ['a misspelt password', '[[user]]\nname = "ann"\npasword = "x"\n', 3, /write `password` instead/],
  ['a misspelt heading', '[passiv]\nports = "50000-50100"\n', 1, /write `\[passive\]` instead/],
  // wrong types and ranges
  ['a port in quotes', 'port = "2121"\n', 1, /write a port from 0 to 65535 without quotes, such as 2121/],
  ['a port that is too large', 'port = 70000\n', 1, /write a port from 0 to 65535/],
  ['a port that is negative', 'port = -1\n', 1, /write a port from 0 to 65535/],
  ['half a port', 'port = 21.5\n', 1, /write a port from 0 to 65535/],
  ['an active port in words', 'activePort = "all"\n', 1, /write a port from 0 to 65535 without quotes, or "any"/],
  ['a boolean in quotes', 'anonymous = "true"\n', 1, /write true or false, without quotes/],
  ['a number for a boolean', '[tls]\nselfSigned = 1\n', 2, /write true or false/],
  ['an empty folder', 'directory = ""\n', 1, /write the path of a folder in quotes/],
  ['a list for a folder', 'directory = ["files"]\n', 1, /write the path of a folder in quotes/],
  ['a date for a text', 'greeting = 1979-05-27\n', 1, /write a text in quotes/],
  ['no workers', 'workers = 0\n', 1, /write a whole number from 1 to 256/],
  ['a range that is none', '[passive]\nports = "50000"\n', 2, /write FIRST-LAST in quotes/],
  ['a range of privileged ports', '[passive]\nports = "20-30"\n', 2, /both from 1024 to 65535/],
  ['a range that is turned around', '[passive]\nports = "50100-50000"\n', 2, /write FIRST-LAST in quotes/],
  ['a limit with a unit', '[limits]\nidleMs = "5m"\n', 2, /write a whole number from 1 to 2147483647, such as 300000/],
  ['a limit that no timer holds', '[limits]\nidleMs = 3000000000\n', 2, /write a whole number from 1 to 2147483647/],
  ['no sessions', '[limits]\nmaxSessions = 0\n', 2, /write a whole number from 1/],
  [
    'a choice that there is not',
    '[tls]\nselfSigned = true\ndataSessionReuse = "always"\n',
    3,
    /write "off", "report" or "require"/,
  ],
  ['zero copy by force', 'zeroCopy = "on"\n', 1, /write "auto" or "off"/],
  ['another firewall', '[firewall]\npinholes = "iptables"\n', 2, /write "nftables"/],
  ['a table that is none', '[firewall]\npinholes = "nftables"\ntable = "a b"\n', 3, /write the name of an inet table/],
  ['a value for a table', 'tls = true\n', 1, /write its keys under a heading \[tls\]/],
  ['a table for a list', '[user]\nname = "ann"\n', 1, /write each under a heading of its own, \[\[user\]\]/],
  [
    'a list for a table',
    'port = 0\n[[passive]]\nports = "50000-50100"\n',
    2,
    /write its keys under a heading \[passive\]/,
  ],
  // what does not go together
  ['a range with the control port', 'port = 50021\n[passive]\nports = "50000-50100"\n', 3, /write a range without it/],
  [
    'an active port in the range',
    'activePort = 50020\n[passive]\nports = "50000-50100"\n',
    1,
    /write one outside of 50000-50100, or "any"/,
  ],
  ['the control port as active port', 'port = 2121\nactivePort = 2121\n', 2, /write 2120, or "any"/],
  ['implicit TLS without certificate', 'port = 990\n', 1, /write certificate and key, or selfSigned = true/],
  [
    'TLS required without certificate',
    'port = 0\n[tls]\nrequired = true\n',
    3,
    /write certificate and key, or selfSigned = true/,
  ],
  ['resumed sessions without certificate', '[tls]\ndataSessionReuse = "require"\n', 2, /write certificate and key/],
  ['a certificate without key', '[tls]\ncertificate = "cert.pem"\n', 2, /write key = "FILE" beside it/],
  ['a key without certificate', '[tls]\nkey = "key.pem"\n', 2, /write certificate = "FILE" beside it/],
  [
    'a certificate and a self-signed one',
    '[tls]\ncertificate = "cert.pem"\nkey = "key.pem"\nselfSigned = true\n',
    4,
    /take it out, or them/,
  ],
  ['a network as host', 'host = "192.0.2.0/24"\n', 1, /write one without port and network/],
  ['a host with port', 'host = "192.0.2.1:21"\n', 1, /write one without port and network/],
  ['a host that is no address', 'host = "192.0.2.300"\n', 1, /write one without port and network/],
  ['a public address that nobody reaches', 'publicAddress = "0.0.0.0"\n', 1, /write one, such as "203\.0\.113\.7"/],
  ['a public address of IPv6', 'publicAddress = "2001:db8::1"\n', 1, /write one, such as "203\.0\.113\.7"/],
  [
    'a public address for no network',
    '[publicAddress]\n"10.0.0.0/8" = "dialled"\n"10.0.0.0/33" = "192.0.2.1"\n',
    3,
    /write "10\.0\.0\.0\/8", say, or default/,
  ],
  [
    'a public address by network that nobody reaches',
    '[publicAddress]\ndefault = "0.0.0.0"\n',
    2,
    /write one, such as "203\.0\.113\.7"/,
  ],
  ['a public address that is a number', 'publicAddress = 7\n', 1, /or a table \[publicAddress\]/],
  [
    'advertised ports of another number',
    '[passive]\nports = "50000-50100"\nadvertisedPorts = "60000-60050"\n',
    3,
    /write "60000-60100"/,
  ],
  ['shared ports without any', '[passive]\nshare = true\n', 2, /write ports = "FIRST-LAST" beside it/],
  [
    'advertised ports without any',
    '[passive]\nadvertisedPorts = "60000-60050"\n',
    2,
    /write ports = "FIRST-LAST" beside it/,
  ],
  ['a public URL', 'publicAddress = "ftp://example.org"\n', 1, /nor a name: write one/],
  ['a firewall left as it is', '[firewall]\nmaxOpen = 5\n', 2, /write pinholes = "nftables" beside it/],
  ['nobody who may log in', 'port = 0\nanonymous = false\n', 2, /add one, or write true/],
  ['a database of no kind', '[accounts]\ndatabase = "accounts.db"\n', 2, /write "sqlite:FILE" or "postgres:/],
  ['PAM without the system', '[accounts]\npamService = "twinport"\n', 2, /write system = true beside it/],
  // users
  ['a user without name', 'port = 0\n[[user]]\npassword = "x"\n', 2, /has no name: write name = "…" in it/],
  ['a user without password', ANN, 1, /has no password: write password or passwordHash = "…" in it/],
  ['a user with two passwords', `${ANN}password = "x"\npasswordHash = "${HASH}"\n`, 3, /take one out/],
  ['an empty password', `${ANN}password = ""\n`, 3, /write a password in quotes that is not empty/],
  ['a hash of another kind', `${ANN}passwordHash = "$6$abc$def"\n`, 3, /write a hash that begins with \$scrypt\$/],
  ['a user twice', `${ANN}password = "x"\n\n${ANN}password = "y"\n`, 6, /take out \[\[user\]\] 1 or 2, or rename one/],
  [
    'the name of anonymous users',
    'anonymous = true\n[[user]]\nname = "ftp"\npassword = "x"\n',
    3,
    /write another, or anonymous = false/,
  ],
  // what is not there
  ['a folder that is not there', 'port = 0\n\ndirectory = "none"\n', 3, /make it, or name another/],
  ['a file for a folder', 'directory = "a.txt"\n', 1, /name the folder to serve/],
  ['a user’s folder that is not there', `${ANN}password = "x"\ndirectory = "none"\n`, 4, /make it, or name another/],
  [
    'a certificate that is not there',
    '[tls]\ncertificate = "none.pem"\nkey = "key.pem"\n',
    2,
    /there is no such file: write the path of one/,
  ],
  ['a folder for a key', '[tls]\ncertificate = "cert.pem"\nkey = "files"\n', 3, /write the path of the file in it/],
  ['a certificate that is none', '[tls]\ncertificate = "a.txt"\nkey = "key.pem"\n', 2, /-----BEGIN CERTIFICATE-----/],
  ['a key that is none', '[tls]\ncertificate = "cert.pem"\nkey = "a.txt"\n', 3, /-----BEGIN PRIVATE KEY-----/],
  [
    'the key of another',
    '[tls]\ncertificate = "cert.pem"\nkey = "other.key"\n',
    3,
    /write the one that the certificate was requested with/,
  ],
  ['a key with a passphrase', '[tls]\ncertificate = "cert.pem"\nkey = "locked.key"\n', 3, /made by openssl pkey -in/],
  [
    'a certificate that has expired',
    '[tls]\ncertificate = "expired.pem"\nkey = "expired.key"\n',
    2,
    /expired on 2020-02-01: renew it/,
  ],
  [
    'a certificate of tomorrow',
    '[tls]\ncertificate = "future.pem"\nkey = "future.key"\n',
    2,
    /not valid before 2999-01-01: set the clock/,
  ],
];

const folder = mkdtempSync(join(tmpdir(), 'twinport-broken-'));
const file = join(folder, 'twinport.toml');

async function pair(name: string, notBeforeDate?: Date, notAfterDate?: Date): Promise<string> {
  const dates = { ...(notBeforeDate && { notBeforeDate }), ...(notAfterDate && { notAfterDate }) };
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ...dates,
  });
  writeFileSync(join(folder, `${name}.pem`), made.cert);
  writeFileSync(join(folder, `${name}.key`), made.private);
  return made.private;
}

before(async () => {
  mkdirSync(join(folder, 'files'));
  writeFileSync(join(folder, 'a.txt'), 'a file\n');
  const key = await pair('cert');
  writeFileSync(join(folder, 'key.pem'), key);
  const locked = createPrivateKey(key).export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'x' });
  writeFileSync(join(folder, 'locked.key'), locked);
  await pair('other');
  await pair('expired', new Date('2020-01-01T00:00:00Z'), new Date('2020-02-01T00:00:00Z'));
  await pair('future', new Date('2999-01-01T00:00:00Z'), new Date('2999-02-01T00:00:00Z'));
});

after(() => rmSync(folder, { recursive: true }));

async function faultsOf(toml: string): Promise<string[]> {
  writeFileSync(file, toml);
  try {
    await loadConfiguration({ file });
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigFault, String(error));
    return error.message.split('\n');
  }
}

for (const [name, toml, line, cure] of BROKEN) {
  test(`a broken configuration: ${name}`, async () => {
    const faults = await faultsOf(toml);
    assert.deepEqual(faults.length, 1, faults.join('\n'));
    assert.ok(faults[0]?.startsWith(`${file}:${line}: `), faults[0]);
    assert.match(faults[0] ?? '', cure);
  });
}

test('broken configurations: everything that is wrong is said at once, from the first line to the last', async () => {
  const singles = BROKEN.filter(
    ([, toml]) =>
      /^(directory|host|greeting|publicAddress|workers|zeroCopy) /.test(toml) && toml.split('\n').length === 2,
  );
  const first = new Map(singles.map(([, toml]) => [toml.split(' ')[0], toml]));
  const faults = await faultsOf(`${[...first.values()].join('')}pord = 1\n[tls]\nkey = "a.txt"\n[[user]]\nname = 5\n`);
  const lines = faults.map((fault) => Number(/:(\d+): /.exec(fault)?.[1]));
  const top = Array.from({ length: first.size + 1 }, (_, index) => index + 1);
  assert.deepEqual([...new Set(lines)], [...top, first.size + 3, first.size + 5], faults.join('\n'));
});

test('broken configurations: no fault shows a password', async () => {
  const faults = await faultsOf(
    '[[user]]\nname = "ann"\npassword = ["secret"]\n[[user]]\nname = "bob"\npassword = "secret\n',
  );
  assert.equal(faults.length, 2, faults.join('\n'));
  assert.doesNotMatch(faults.join('\n'), /secret/);
});

test('a file without faults is taken, its paths from its folder', async () => {
  writeFileSync(
    file,
    `directory = "files"\n[tls]\ncertificate = "cert.pem"\nkey = "key.pem"\n${ANN}passwordHash = "${HASH}"\n`,
  );
  const { options } = await loadConfiguration({ file });
  assert.equal(options.directory, join(folder, 'files'));
  assert.deepEqual(options.tls, { kind: 'files', cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') });
  assert.deepEqual(options.users, [{ name: 'ann', readOnly: false, passwordHash: HASH }]);
});
