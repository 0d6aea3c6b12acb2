import assert from 'node:assert/strict';
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { CliProcess } from './kit/cli-process.js';
import { missingServer } from './kit/foreign-servers.js';
import { type Original, type Sample, sampleTree, startOriginal } from './kit/imported-sample.js';
import { missing } from './kit/peers.js';
import { runProgram } from './kit/run-program.js';
import { ServeProcess } from './kit/serve-process.js';
import { USER } from './kit/servers/foreign-server.js';

const SAMPLES: [server: Original, name: string, notes: readonly RegExp[]][] = [
  ['vsftpd', 'vsftpd/debian.conf', [/:25: dirmessage_enable=YES: no counterpart/]],
  ['vsftpd', 'vsftpd/docker.conf', [/:12: virtual_use_local_privs=YES/, /:43: file_open_mode=0666: no counterpart/]],
  ['vsftpd', 'vsftpd/tls.conf', [/:31: ssl_ciphers=HIGH/]],
  ['proftpd', 'proftpd/debian.conf', [/:8: Include \S+: not read/, /:33: DenyFilter/]],
  [
    'proftpd',
    'proftpd/anonymous.conf',
    [/:19: <Limit LOGIN> DenyGroup staff/, /:36: <Directory \*>/, /:46: <VirtualHost 192\.0\.2\.9>/],
  ],
  ['proftpd', 'proftpd/tls.conf', [/:20: <Directory \/srv\/incoming>/]],
  ['pure-ftpd', 'pure-ftpd/debian', [/PureDB:1: PureDB .*: its users are not taken over/, /TLSCipherSuite:1/]],
  ['pure-ftpd', 'pure-ftpd/docker.flags', [/:2: -R: no counterpart/]],
  ['pure-ftpd', 'pure-ftpd/pure-ftpd.conf', [/:19: MaxLoad +4/, /:21: AntiWarez +yes/]],
];

const REFUSED = 'refused';
const LOGINS = { anonymous: 'anonymous:me@', user: `${USER.name}:${USER.password}` };

async function attempt(program: string, args: readonly string[], stdin = ''): Promise<string> {
  try {
    const output = await runProgram(program, args, { stdin, env: { HOME: '/nonexistent' }, timeoutMs: 30_000 });
    const lines = output.toString().replaceAll('\r', '').split('\n');
    // Pure-FTPd lists these too, and clients leave them out.
    const kept = lines.filter((line) => line !== '.' && line !== '..');
    return kept.toSorted().join('\n').trim();
  } catch {
    return REFUSED; // which of its exit codes tells why is the client's business
  }
}

/** What curl can do there as one user, in both modes. */
async function withCurl(port: number, login: string, tls: readonly string[]): Promise<Record<string, string>> {
  const url = `ftp://127.0.0.1:${port}`;
  const curl = async (args: readonly string[], stdin?: string): Promise<string> =>
    await attempt('curl', ['-sS', '--max-time', '20', ...tls, '--user', login, ...args], stdin);
  const list = await curl(['--list-only', `${url}/`]);
  if (list === REFUSED) return { list };
  // curl 7.88 does no TLS on an active data connection (curl/curl#10666): lftp does.
  const active = tls.length > 0 ? [] : ['--ftp-port', '127.0.0.1'];
  return {
    list,
    get: await curl([`${url}/a.txt`]),
    pasv: await curl(['--disable-epsv', `${url}/a.txt`]),
    active: await curl([...active, `${url}/a.txt`]),
    missing: await curl([`${url}/none.txt`]),
    put: await curl(['-T', '-', `${url}/new.txt`], 'new\n'),
    putActive: await curl([...active, '-T', '-', `${url}/active.txt`], 'active\n'),
    after: await curl(['--list-only', `${url}/`]),
    back: await curl([`${url}/new.txt`]),
  };
}

async function withLftp(port: number, login: string, { folder, certificate }: Sample): Promise<Record<string, string>> {
  const [name, password] = login.split(':');
  const settings = [
    `set net:max-retries 1; set net:timeout 10; set cmd:fail-exit yes; set ssl:ca-file ${certificate}; set ftp:ssl-protect-data yes`,
    `open -u ${name},${password} ftp://127.0.0.1:${port}`,
  ].join('; ');
  const lftp = async (commands: string): Promise<string> =>
    await attempt('lftp', ['--norc', '-c', `${settings}; ${commands}`]);
  const list = await lftp('cls -1');
  if (list === REFUSED) return { list };
  return {
    list,
    get: await lftp('cat a.txt'),
    active: await lftp('set ftp:passive-mode no; cat a.txt'),
    put: await lftp(`put ${join(folder, 'certificate.pem')} -o lftp.txt; cls -1`),
  };
}

async function observed(port: number, sample: Sample): Promise<object> {
  const result: Record<string, object> = {};
  const tls = ['--ssl-reqd', '--cacert', sample.certificate];
  for (const [name, login] of Object.entries(LOGINS)) {
    result[`${name}, curl in clear`] = await withCurl(port, login, []);
    result[`${name}, curl in TLS`] = await withCurl(port, login, tls);
    result[`${name}, lftp`] = await withLftp(port, login, sample);
  }
  return result;
}

/** Imports the sample, adds the user as the file says, and serves. */
async function startImported(
  t: TestContext,
  server: Original,
  sample: Sample,
  notes: readonly RegExp[],
): Promise<number> {
  const file = join(sample.folder, 'twinport.toml');
  const args = ['config', 'import', sample.path, '--from', server, '--output', file];
  const { code, stderr } = await new CliProcess(t, args).end();
  assert.equal(code, 0, stderr);
  for (const note of notes) assert.match(stderr, note);
  const text = await readFile(file, 'utf8');
  if (text.includes('# [[user]]'))
    await appendFile(
      file,
      `[[user]]\nname = "${USER.name}"\npassword = "${USER.password}"\ndirectory = "${sample.home}"\nreadOnly = ${text.includes('# readOnly = true')}\n`,
    );
  const serve = new ServeProcess(t, ['--config', file, '--port', '0', '--host', '127.0.0.1', '--quiet']);
  const [, port] = await serve.printed(/^listening ftp:\/\/[^\n]*:(\d+)\n/);
  return Number(port);
}

for (const [server, name, notes] of SAMPLES) {
  test(
    `config import ${name}: curl and lftp do here what they do there`,
    { skip: missingServer(server) || missing('curl') || missing('lftp'), timeout: 120_000 },
    async (t) => {
      const there = await sampleTree(t, name);
      const here = await sampleTree(t, name);
      const expected = await observed(await startOriginal(t, server, there), there);
      assert.deepEqual(await observed(await startImported(t, server, here, notes), here), expected);
    },
  );
}
