// Sessions inside TLS, of which our own server and client tell what no capture can see.
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { type Timeline, parseEventLine } from '@twinport/ftp/firewall';
import { CliProcess, type CliResult, MAIN } from './kit/cli-process.js';
import { ok } from './kit/cli-site.js';
import { HostCapture } from './kit/host-capture.js';
import { missingNamespaces } from './kit/namespace.js';
import { missing } from './kit/peers.js';
import { type Hosts, SERVER, SYN, forward, row } from './kit/row-of-hosts.js';
import { ServeProcess } from './kit/serve-process.js';
import { temporaryFolder } from './kit/temporary-folder.js';

/** Milliseconds. A test that hangs must end by itself, for its network to be removed. */
const timeout = 30_000;
const skip = missingNamespaces() || missing('nft') || missing('tcpdump');

const TRACED = ['--trace', '--log-format', 'json'] as const;
const TLS = ['--tls', 'self-signed', '--require-tls', '--passive-ports', '50000-50009'] as const;

async function explain(t: TestContext, ...args: readonly string[]): Promise<CliResult> {
  return await new CliProcess(t, ['explain', ...args]).end();
}

async function timelines(t: TestContext, ...args: readonly string[]): Promise<readonly Timeline[]> {
  return JSON.parse(ok(await explain(t, '--json', ...args)).stdout).timelines;
}

async function served(t: TestContext, wrapper: readonly string[] = []): Promise<readonly [ServeProcess, string]> {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'a.txt'), 'the file');
  const args = [folder, '--port', '0', ...TLS, ...TRACED];
  const serve = new ServeProcess(t, args, { XDG_STATE_HOME: await temporaryFolder(t) }, wrapper);
  const [, port = ''] = await serve.printed(/^listening \S+:(\d+)\n/);
  return [serve, port];
}

interface Told {
  readonly client: string;
  readonly server: string;
  readonly capture: string;
}

/** What client and server wrote, and what was captured, of a download that a firewall before the server stops. */
async function blocked(t: TestContext, { client, office, server }: Hosts): Promise<Told> {
  office.nft(forward(`tcp dport 50000-50009 ${SYN} drop`));
  const [serve, port] = await served(t, server.wrapper);
  const capture = await HostCapture.start(client, 'tcp or udp');
  const options = ['--insecure', '--passive', '--timeout', '1', '--retries', '0', '--trace', '--jsonl', '--quiet'];
  const get = client.spawn(process.execPath, MAIN, 'cat', `ftpes://${SERVER.public}:${port}/a.txt`, ...options);
  const said = await stderrOf(get);
  await serve.logged(/"state":"closed".*\n/);
  const folder = await temporaryFolder(t);
  const files = { client: join(folder, 'a'), server: join(folder, 'b'), capture: join(folder, 'c') };
  await writeFile(files.client, said);
  await writeFile(files.server, serve.stderr);
  await writeFile(files.capture, await capture.file());
  return files;
}

async function stderrOf({ stderr }: ChildProcess): Promise<string> {
  assert.ok(stderr);
  return await text(stderr);
}

/** The ways of the first step that opens a data connection. */
function opening({ places, steps, conclusion, title }: Timeline): object {
  const step = steps.find(({ connection, kind }) => connection === 'data' && kind === 'open');
  assert.ok(step);
  const hops = step.hops.map(({ place, verdict }) => `${places[place]?.role} ${verdict}`);
  return { title, arrived: step.arrived, hops, failed: conclusion.step === step.number, cause: conclusion.cause };
}

test('passive blocked inside TLS: events alone, of both ends, and beside a capture', { skip, timeout }, async (t) => {
  const { client, server, capture } = await blocked(t, row(t, 'public', 'public'));
  const stopped = {
    title: 'passive mode, EPSV, inside TLS',
    arrived: false,
    hops: ['server-device dropped'],
    failed: true,
    cause: 'RANGE_DROP',
  };
  for (const sources of [
    [client],
    [client, server],
    [`client=${client}`, `server=${server}`],
    [`client=${capture}`, `server=${server}`],
    [`client=${capture}`, client, server],
  ]) {
    const [first] = await timelines(t, ...sources);
    assert.ok(first);
    assert.deepEqual(opening(first), stopped, sources.join(' '));
  }
  const unread = await timelines(t, capture);
  assert.match(unread[0]?.title ?? '', /the command cannot be read/);
});

test('of several sessions in logs one is chosen; a log that is cut short, or has no event, is said to be so', async (t) => {
  const [serve, port] = await served(t);
  const folder = await temporaryFolder(t);
  const url = `ftpes://127.0.0.1:${port}/`;
  for (const mode of ['--passive', '--active'])
    ok(await new CliProcess(t, ['ls', url, '--insecure', mode, '--quiet']).end());
  await serve.logged(/"state":"closed"[^\n]*"session":2.*\n/);
  const log = join(folder, 'serve.log');
  await writeFile(log, serve.stderr);
  const listed = ok(await explain(t, log));
  assert.match(listed.stdout, /\n1 .* TLSv1\.3 +1 ok +Twinport, the server\n2 .* 1 ok +Twinport, the server\n$/);
  const [second] = await timelines(t, log, '--session', '2');
  assert.equal(second?.mode, 'active');

  await writeFile(log, serve.stderr.trimEnd().slice(0, -1));
  assert.match(ok(await explain(t, log)).stderr, /serve\.log: the file ends inside a line: it was cut short\n/);
  await writeFile(log, serve.stderr.replaceAll('"kind"', '"sort"'));
  const { code, stdout, stderr } = await explain(t, log);
  assert.deepEqual([code, stdout], [2, '']);
  assert.match(stderr, /^twinport: .*serve\.log: There is no connection event of Twinport in it, and it is no packet/);
});

test('every line that serve and a client write of both connections is an event, without a password', async (t) => {
  const folder = await temporaryFolder(t);
  const serve = new ServeProcess(t, [folder, '--port', '0', '--user', 'ann:topsecret', '--quiet', ...TRACED]);
  const [, port] = await serve.printed(/^listening \S+:(\d+)\n/);
  const url = `ftp://ann:topsecret@127.0.0.1:${port}/`;
  const { stderr } = ok(await new CliProcess(t, ['ls', url, '--trace', '--json']).end());
  await serve.logged(/"state":"closed".*\n/);
  for (const [said, side] of [
    [stderr, 'client'],
    [serve.stderr, 'server'],
  ] as const) {
    const events = said
      .trimEnd()
      .split('\n')
      .map((line) => parseEventLine(line));
    assert.deepEqual(new Set(events.map((event) => event?.source.side)), new Set([side]));
    assert.deepEqual(new Set(events.map((event) => event?.event.kind)), new Set(['control', 'line', 'data']));
    assert.doesNotMatch(said, /topsecret/);
  }
});
