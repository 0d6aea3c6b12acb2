import assert from 'node:assert/strict';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { CliProcess } from './cli-process.js';
import { missingServer } from './foreign-servers.js';
import { type Original, type Sample, sampleTree, startOriginal } from './imported-sample.js';
import { missing } from './peers.js';
import { runProgram } from './run-program.js';
import { ServeProcess } from './serve-process.js';
import { USER } from './servers/foreign-server.js';

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
  // The home of ftp, which is another in its passwd.
  const text = (await readFile(file, 'utf8')).replace('"/srv/ftp"', JSON.stringify(sample.root));
  await writeFile(file, text);
  if (text.includes('# [[user]]'))
    await appendFile(
      file,
      `[[user]]\nname = "${USER.name}"\npassword = "${USER.password}"\ndirectory = "${sample.home}"\nreadOnly = ${text.includes('# readOnly = true')}\n`,
    );
  const serve = new ServeProcess(t, ['--config', file, '--port', '0', '--host', '127.0.0.1', '--quiet']);
  const [, port] = await serve.printed(/^listening ftp:\/\/[^\n]*:(\d+)\n/);
  return Number(port);
}

/** The original serves the sample, and we serve it imported: to curl and lftp there is no difference. `notes`: what the import says. */
export function testImports(
  server: Original,
  samples: readonly (readonly [name: string, notes: readonly RegExp[]])[],
): void {
  const skip = missingServer(server) || missing('curl') || missing('lftp');
  for (const [name, notes] of samples) {
    test(`config import ${name}: curl and lftp do here what they do there`, { skip, timeout: 240_000 }, async (t) => {
      const [there, here] = [await sampleTree(t, name), await sampleTree(t, name)];
      const expected = await observed(await startOriginal(t, server, there), there);
      assert.deepEqual(await observed(await startImported(t, server, here, notes), here), expected);
    });
  }
}
