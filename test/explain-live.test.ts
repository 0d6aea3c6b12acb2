import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { CliProcess, MAIN } from './kit/cli-process.js';
import { ok, site } from './kit/cli-site.js';
import { HostCapture } from './kit/host-capture.js';
import { type Namespace, missingNamespaces } from './kit/namespace.js';
import { missing } from './kit/peers.js';
import { SERVER, SYN, forward, row } from './kit/row-of-hosts.js';
import { ScriptedServer } from './kit/scripted-server.js';
import { ServerProcess } from './kit/server-process.js';
import { temporaryFolder } from './kit/temporary-folder.js';

/** Milliseconds. A test that hangs must end by itself, for its network to be removed. */
const timeout = 30_000;
const skip = missingNamespaces() || missing('nft') || missing('tcpdump') || missing('curl');

test('explain URL lists once, in the mode that is asked for, and draws what happened', async (t) => {
  const { run, url, port } = await site(t);
  const passive = ok(await run('explain', `${url}/pub`, '--passive')).stdout;
  assert.match(passive, /^passive mode, EPSV - commands in clear - works\n/);
  assert.match(passive, new RegExp(`│ COMMAND \\d+ ╞═.*═▶╡ ${port} +COMMAND │`));
  const [, named] = /\(\|\|\|(\d+)\|\)/.exec(passive) ?? [];
  assert.match(passive, new RegExp(`│ DATA +\\d+ ├─.*─▶┤ ${named} +DATA │`));
  const active = ok(await run('explain', `${url}/pub`, '--active')).stdout;
  assert.match(active, /^active mode, EPRT[^]*│ DATA +\d+ ├◀─/);
  assert.doesNotMatch(passive + active, /secret/);
});

test('explain URL draws what failed as well, and exits as other commands do', async (t) => {
  const on = { EPSV: '229 Here (|||{silent}|)', PASV: '502 Not here' };
  const server = await ScriptedServer.start({ silentPort: true, on });
  t.after(() => server.stop());
  const args = [`ftp://127.0.0.1:${server.port}/`, '--passive', '--timeout', '1', '--retries', '0'];
  const { code, stdout, stderr } = await new CliProcess(t, ['explain', ...args]).end();
  assert.equal(code, 10);
  assert.match(stdout, /^passive mode, EPSV - commands in clear - fails at step \d+: timeout\n/);
  assert.match(stdout, /\nWhy [^]*\n\npassive mode, PASV - commands in clear - cannot be asked for/);
  assert.match(stderr, /EPSV \(to 127\.0\.0\.1 port \d+\)/);
});

async function serve(host: Namespace): Promise<void> {
  await ServerProcess.start(host, {
    port: 21,
    passivePorts: { first: 50_000, last: 50_009 },
    files: { '/a.txt': 'x' },
  });
}

async function written(t: TestContext, captures: Readonly<Record<string, HostCapture>>): Promise<string[]> {
  const folder = await temporaryFolder(t);
  return await Promise.all(
    Object.entries(captures).map(async ([name, capture]) => {
      const file = join(folder, `${name}.pcap`);
      await writeFile(file, await capture.file());
      return `${name}=${file}`;
    }),
  );
}

test(
  'explain CAPTURE… joins what was captured at four places, and says where it was stopped',
  { skip, timeout },
  async (t) => {
    const { client, home, office, server } = row(t, 'public', 'public');
    office.nft(forward(`tcp dport 50000-50009 ${SYN} drop`));
    await serve(server);
    const captures = {
      client: await HostCapture.start(client, 'tcp or udp'),
      'client-firewall': await HostCapture.start(home, 'tcp or udp'),
      'server-firewall': await HostCapture.start(office, 'tcp or udp'),
      server: await HostCapture.start(server, 'tcp or udp'),
    };
    await assert.rejects(client.run('curl', '-s', '--max-time', '4', `ftp://user:secret@${SERVER.public}/a.txt`));
    const sources = await written(t, captures);
    const { stdout } = ok(await new CliProcess(t, ['explain', ...sources]).end());
    assert.match(stdout, /passive mode, EPSV - commands in clear - fails at step \d+: timeout\n/);
    const [stopped] = /.*─✗.*/.exec(stdout) ?? [];
    assert.match(stopped ?? '', /^│ DATA +\d+ ├─+┼─+✗ +│ 5000\d +DATA │$/);
  },
);

test(
  'explain CAPTURE… lists sessions when there are several, and --session draws one',
  { skip, timeout },
  async (t) => {
    const { client, server } = row(t, 'public', 'public');
    await serve(server);
    const capture = await HostCapture.start(client, 'tcp or udp');
    for (const way of ['--ftp-pasv', '--ftp-port']) {
      const address = way === '--ftp-port' ? ['-'] : [];
      await client.run('curl', '-s', way, ...address, `ftp://user:secret@${SERVER.public}/a.txt`);
    }
    const sources = await written(t, { client: capture });
    const explain = (...args: string[]) => new CliProcess(t, ['explain', ...sources, ...args]).end();
    const listed = ok(await explain());
    assert.match(listed.stdout, /^# .*\n1 .* 192\.0\.2\.2:21 +user +- +1 ok +client\n2 .* 1 ok +client\n$/);
    assert.match(listed.stderr, /2 sessions: --session N/);
    assert.match(ok(await explain('--session', '2')).stdout, /^active mode, E?PO?RT/);
    assert.equal(JSON.parse(ok(await explain('--json')).stdout).sessions.length, 2);
    assert.equal((await explain('--session', '3')).code, 2);
  },
);

test('explain --follow draws each negotiation when it is over, until Ctrl-C', { skip, timeout }, async (t) => {
  const { client, server } = row(t, 'public', 'public');
  await serve(server);
  const follow = client.spawn(process.execPath, MAIN, 'explain', '--follow', 'eth0');
  const [out, err] = [follow.stdout?.setEncoding('utf8'), follow.stderr?.setEncoding('utf8')];
  assert.ok(out && err);
  await said(err, /capturing/);
  await client.run('curl', '-s', `ftp://user:secret@${SERVER.public}/a.txt`);
  await said(out, /^passive mode, EPSV - commands in clear - works\n[^]*\nSeen /);
  follow.kill('SIGINT');
  const [code] = (await once(follow, 'close')) as [number];
  assert.equal(code, 0);
});

async function said(stream: Readable, pattern: RegExp): Promise<void> {
  let text = '';
  while (!pattern.test(text)) text += String((await once(stream, 'data'))[0]);
}

test('captures that are none, and interfaces that are not there, are said to be so', { skip }, async (t) => {
  const file = join(await temporaryFolder(t), 'x.pcap');
  await writeFile(file, 'this is text, and quite a lot of it');
  for (const args of [[file], ['server=/nonexistent.pcap'], ['--follow', 'nowhere0'], ['--follow', 'lo', file], []]) {
    const { code, stdout, stderr } = await new CliProcess(t, ['explain', ...args]).end();
    assert.equal(code, args[0]?.startsWith('server=') ? 4 : 2, stderr);
    assert.equal(stdout, '');
    assert.match(stderr, /^twinport: .+\n$/);
  }
});
