// Captures made by tcpdump at four places of a row of hosts, and what is concluded from them.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, describe, test } from 'node:test';
import {
  CaptureFault,
  CaptureReader,
  type Conclusion,
  type Hop,
  type Step,
  type Timeline,
  TraceBuilder,
} from '@twinport/ftp/firewall';
import { ClientProcess } from './kit/client-process.js';
import { HostCapture } from './kit/host-capture.js';
import { type Namespace, missingNamespaces } from './kit/namespace.js';
import { missing } from './kit/peers.js';
import { RawClient } from './kit/raw-client.js';
import { CLIENT, HOME, type Hosts, MASQUERADE, OFFICE, SERVER, SYN, forward, row } from './kit/row-of-hosts.js';
import { testCertificate } from './kit/server.js';
import { ServerProcess, type ServerProcessOptions } from './kit/server-process.js';

const skip = missingNamespaces() || missing('nft') || missing('tcpdump') || missing('curl');
const timeout = 60_000;

const OPTIONS: ServerProcessOptions = {
  port: 21,
  passivePorts: { first: 50_000, last: 50_009 },
  files: { '/a.txt': 'the file' },
  longFiles: { '/long.bin': 512 * 1024 },
};
const MANY = 200;

/** The kernel's helper, on a router that lets nothing else through. It puts right what NAT has made wrong. */
const HELPER = `
table inet ftp_fw {
  ct helper ftp-std {
    type "ftp" protocol tcp
  }
  chain assign {
    type filter hook prerouting priority filter; policy accept;
    tcp dport 21 ct helper set "ftp-std"
  }
  chain forward {
    type filter hook forward priority filter; policy drop;
    ct state vmap { established : accept, invalid : drop }
    ct state related ct helper "ftp" tcp dport 1024-65535 accept
    meta l4proto { icmp, ipv6-icmp } accept
    tcp dport 21 ct state new accept
  }
}`;

/** What a host does by itself where nothing listens. */
const REFUSING = `
table inet own {
  chain input {
    type filter hook input priority filter; policy accept;
    tcp dport 50000-50009 reject with tcp reset
  }
}`;

const FORWARD_TO_SERVER = `
table ip nat {
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    iifname "eth0" tcp dport { 21, 50000-50009 } dnat to ${SERVER.private}
  }
}`;

const PLACES = ['client', 'home', 'office', 'server'] as const;
const ROLES = { client: 'client', home: 'client-device', office: 'server-device', server: 'server' } as const;
type Files = Readonly<Record<keyof Hosts, Buffer>>;

/** Captures on all four hosts while something happens. */
async function captured(hosts: Hosts, what: () => Promise<unknown>): Promise<Files> {
  const captures = await Promise.all(PLACES.map((place) => HostCapture.start(hosts[place])));
  await what();
  const [client, home, office, server] = await Promise.all(captures.map((capture) => capture.file()));
  assert.ok(client && home && office && server);
  return { client, home, office, server };
}

/** Of the files of some places; the reader gets them in pieces, as from a disk. */
function trace(files: Partial<Files>, roles: Partial<typeof ROLES> = ROLES): TraceBuilder {
  const builder = new TraceBuilder();
  for (const place of PLACES) {
    const file = files[place];
    if (!file) continue;
    const reader = new CaptureReader();
    for (let at = 0; at < file.length; at += 10_000)
      for (const packet of reader.push(file.subarray(at, at + 10_000)))
        builder.add({ name: place, role: roles[place] }, packet);
    assert.equal(reader.end().flaw, undefined);
  }
  return builder;
}

/** The first negotiation of the only session. */
function only(builder: TraceBuilder): Timeline {
  assert.equal(builder.sessions().length, 1);
  const [timeline] = builder.timelines(1);
  assert.ok(timeline, JSON.stringify(builder.transcript(1)));
  return timeline;
}

/** Each step at each place: `SYN> rewritten from A -> from B, dropped`. */
function drawn({ steps }: Timeline): readonly string[] {
  return steps.map(
    ({ text, towards, hops }) =>
      `${text.split(' ', 1)[0]}${towards === 'server' ? '>' : '<'} ${hops.map(hopText).join(', ')}`,
  );
}

function hopText({ verdict, before, after }: Hop): string {
  return before === undefined ? verdict : `${verdict} ${before} -> ${after}`;
}

function data({ steps }: Timeline): Step {
  const step = steps.find(({ connection, kind }) => connection === 'data' && kind === 'open');
  assert.ok(step);
  return step;
}

function assertConcluded(timeline: Timeline, wanted: Partial<Conclusion> & { readonly at?: string }): void {
  const { at, ...conclusion } = wanted;
  const { places, conclusion: given } = timeline;
  assert.deepEqual(
    Object.fromEntries(Object.keys(conclusion).map((key) => [key, given[key as keyof Conclusion]])),
    conclusion,
    JSON.stringify(given),
  );
  if (at !== undefined) assert.equal(places[given.place ?? -1]?.name, at);
  assert.ok(given.outcome === 'ok' || given.why !== '');
}

const CURL = ['curl', '-sS', '-k', '--user', 'user:secret'] as const;

async function curl({ client }: Hosts, ...args: readonly string[]): Promise<void> {
  // Whether it gets the file is for the trace to say.
  await client.run(...CURL, ...args).catch(() => undefined);
}

/** Curl waits long for a data connection that never comes; a SYN that was sent twice is enough. */
async function givenUp({ client }: Hosts, ...args: readonly string[]): Promise<void> {
  const syns = await HostCapture.start(client, 'tcp[13] == 2 and dst portrange 50000-50009');
  const child = client.spawn(...CURL, ...args);
  await syns.untilPackets(2);
  child.kill();
  await once(child, 'exit');
}

const URL_V4 = `ftp://${SERVER.public}/a.txt`;

/** Whether the kernel has the FTP helper; else the test is skipped. */
function loads(t: TestContext, host: Namespace, rules: string): boolean {
  try {
    host.nft(rules);
    return true;
  } catch (error) {
    t.skip(`this kernel has no FTP helper: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}

const claims: { readonly name: string; readonly run: (t: TestContext) => Promise<void> }[] = [];
function claim(name: string, run: (t: TestContext) => Promise<void>): void {
  claims.push({ name, run });
}

claim('passive, all four places: every step is seen everywhere, and NAT before and after', async (t) => {
  const hosts = row(t, 'private', 'public');
  hosts.home.nft(MASQUERADE);
  await ServerProcess.start(hosts.server, OPTIONS);
  const timeline = only(trace(await captured(hosts, () => curl(hosts, URL_V4))));
  const out = `rewritten from ${CLIENT.private} -> from ${HOME.v4}, passed`;
  const back = `passed, rewritten to ${HOME.v4} -> to ${CLIENT.private}`;
  assert.deepEqual(drawn(timeline), [
    `SYN> ${out}`,
    `EPSV> ${out}`,
    `229< ${back}`,
    `SYN> ${out}`,
    `RETR> ${out}`,
    `150< ${back}`,
    `the< ${back}`,
    `FIN< ${back}`,
    `226< ${back}`,
  ]);
  assert.deepEqual(
    timeline.places.map(({ name, addresses }) => [name, ...addresses]),
    [['CLIENT', CLIENT.private], ['CLIENT NAT', HOME.v4], ['SERVER ROUTER'], ['SERVER', SERVER.public]],
  );
  assert.ok(timeline.steps.every(({ arrived }) => arrived));
  assertConcluded(timeline, { outcome: 'ok' });
});

claim('passive inside TLS, blocked by a firewall whose helper is blind: it came in and never went out', async (t) => {
  const hosts = row(t, 'public', 'public');
  if (!loads(t, hosts.office, HELPER)) return;
  await ServerProcess.start(hosts.server, { ...OPTIONS, tls: await testCertificate() });
  const files = await captured(hosts, async () => {
    await curl(hosts, URL_V4);
    await givenUp(hosts, '--ssl-reqd', '--connect-to', `localhost::${SERVER.public}:`, 'ftp://localhost/a.txt');
  });
  const builder = trace(files);
  assert.deepEqual(
    builder.sessions().map(({ tls, outcomes }) => ({ tls: tls?.version, name: tls?.serverName, outcomes })),
    [
      { tls: undefined, name: undefined, outcomes: ['ok'] },
      { tls: 'TLSv1.3', name: 'localhost', outcomes: ['timeout'] },
    ],
  );
  const [timeline] = builder.timelines(2);
  assert.ok(timeline);
  assert.equal(timeline.tls, true);
  const step = data(timeline);
  assert.deepEqual(
    step.hops.map(({ verdict }) => verdict),
    ['passed', 'dropped'],
  );
  assert.ok((step.times ?? 1) > 1 && !step.arrived);
  assertConcluded(timeline, { outcome: 'timeout', cause: 'HELPER_TLS', step: step.number, at: 'SERVER FIREWALL' });
  assert.ok(timeline.conclusion.also.includes('the same without TLS would work'));
  // From the client's place alone the same is known, but for where.
  const [alone] = trace({ client: files.client }).timelines(2);
  assert.ok(alone);
  assertConcluded(alone, { outcome: 'timeout', cause: 'HELPER_TLS', at: 'NETWORK (FIREWALL)' });
});

claim('passive rejected: by a reset or by ICMP, and by whom', async (t) => {
  for (const rule of ['reject with tcp reset', 'reject with icmpx admin-prohibited'] as const) {
    const hosts = row(t, 'public', 'public');
    hosts.office.nft(forward(`tcp dport 50000-50009 ${rule}`));
    await ServerProcess.start(hosts.server, OPTIONS);
    const files = await captured(hosts, () => curl(hosts, URL_V4, '--disable-epsv'));
    const timeline = only(trace(files));
    assert.deepEqual(
      data(timeline).hops.map(({ verdict }) => verdict),
      ['passed', 'rejected'],
    );
    assertConcluded(timeline, { outcome: 'refused', cause: 'RANGE_REJECT', at: 'SERVER FIREWALL' });
    // A reset that is forged on the way has another TTL than the server's own packets.
    assertConcluded(only(trace({ client: files.client })), { outcome: 'refused', at: 'NETWORK (FIREWALL)' });
  }
});

claim('a server that listens no more refuses by itself', async (t) => {
  const hosts = row(t, 'public', 'public');
  await ServerProcess.start(hosts.server, OPTIONS);
  hosts.server.nft(REFUSING);
  const files = await captured(hosts, () => curl(hosts, URL_V4));
  for (const some of [files, { client: files.client }])
    assertConcluded(only(trace(some)), { outcome: 'refused', at: 'SERVER' });
});

claim('active behind NAT: the server does not connect to a private address', async (t) => {
  const hosts = row(t, 'private', 'public');
  hosts.home.nft(MASQUERADE);
  await ServerProcess.start(hosts.server, OPTIONS);
  const files = await captured(hosts, () => curl(hosts, '-P', '-', '--disable-eprt', URL_V4));
  for (const some of [files, { client: files.client }, { server: files.server }]) {
    const timeline = only(trace(some));
    assert.equal(timeline.mode, 'active');
    assertConcluded(timeline, { outcome: '500', cause: 'ACTIVE_NAT' });
    assert.ok(timeline.conclusion.fix.includes('use passive mode (EPSV)'));
  }
});

claim('active, dropped before the client: the SYN of the server', async (t) => {
  const hosts = row(t, 'public', 'public');
  hosts.home.nft(forward(`iifname "eth1" ${SYN} drop`));
  await ServerProcess.start(hosts.server, { ...OPTIONS, limits: { dataWaitMs: 1_500 } });
  const files = await captured(hosts, () => curl(hosts, '-P', '-', URL_V4));
  const timeline = only(trace(files));
  assert.deepEqual(
    data(timeline).hops.map(({ verdict }) => verdict),
    ['passed', 'dropped'],
  );
  assertConcluded(timeline, { outcome: '425', cause: 'ACTIVE_DROP', at: 'CLIENT FIREWALL' });
  assertConcluded(only(trace({ client: files.client })), {
    outcome: '425',
    cause: 'ACTIVE_DROP',
    at: 'NETWORK (FIREWALL)',
  });
});

claim('active, the helper rewrites PORT: before and after, and the connection back', async (t) => {
  const hosts = row(t, 'private', 'public');
  if (!loads(t, hosts.home, `${MASQUERADE}${HELPER}`)) return;
  await ServerProcess.start(hosts.server, OPTIONS);
  const files = await captured(hosts, () => curl(hosts, '-P', '-', '--disable-eprt', URL_V4));
  const timeline = only(trace(files));
  const port = timeline.steps.find(({ text }) => text.startsWith('PORT'));
  const [hop] = port?.hops ?? [];
  assert.match(`${hop?.before} -> ${hop?.after}`, /^PORT 10,1,0,2,(\d+,\d+) -> PORT 203,0,113,1,\d+,\d+$/);
  assert.deepEqual(
    data(timeline).hops.map(({ verdict }) => verdict),
    ['passed', 'rewritten'],
  );
  assert.deepEqual([data(timeline).to.host, data(timeline).arrived], [HOME.v4, true]);
  assertConcluded(timeline, { outcome: 'ok' });
  // The same session on both sides of NAT, though only the two ends were captured, and nobody says which is which.
  const ends = only(trace({ client: files.client, server: files.server }, {}));
  assert.equal(ends.steps.length, timeline.steps.length);
  assert.match(drawn(ends)[1] ?? '', /^PORT> rewritten PORT 10,1,0,2,\S+ -> PORT 203,0,113,1,/);
});

claim('the helper drops a PORT that it cannot read: the command connection freezes', async (t) => {
  const hosts = row(t, 'private', 'public');
  if (!loads(t, hosts.home, `${MASQUERADE}${HELPER}`)) return;
  await ServerProcess.start(hosts.server, OPTIONS);
  const files = await captured(hosts, async () => {
    const raw = await RawClient.login(21, { host: SERVER.public, sockets: hosts.client });
    const capture = await HostCapture.start(hosts.client, 'tcp dst port 21 and greater 70');
    raw.write('PORT  10,1,0,2,200,10\r\n');
    // Sent twice: by then the first one is lost.
    await capture.untilSeen('PORT ', 2);
    raw.socket.destroy();
  });
  for (const some of [files, { client: files.client }]) {
    const timeline = only(trace(some));
    const step = timeline.steps.find(({ text }) => text.startsWith('PORT'));
    assert.ok(step && (step.times ?? 1) > 1 && !step.arrived);
    assertConcluded(timeline, { outcome: 'timeout', cause: 'HELPER_FREEZE', step: step.number });
  }
  assertConcluded(only(trace(files)), { at: 'CLIENT NAT + FIREWALL' });
});

claim('the answer to the SYN is dropped by a firewall that remembers nothing', async (t) => {
  const hosts = row(t, 'public', 'public');
  hosts.office.nft(forward('tcp sport 50000-50009 drop'));
  await ServerProcess.start(hosts.server, OPTIONS);
  const timeline = only(trace(await captured(hosts, () => givenUp(hosts, URL_V4))));
  const last = data(timeline).hops.at(-1);
  assert.deepEqual([last?.verdict, last?.place], ['dropped', 2]);
  assert.match(last?.note ?? '', /^the answer/);
  assertConcluded(timeline, { outcome: 'timeout', cause: 'STATELESS_ANSWER', at: 'SERVER FIREWALL' });
});

claim('the server is behind NAT and announces its private address', async (t) => {
  const hosts = row(t, 'public', 'private');
  hosts.office.nft(FORWARD_TO_SERVER);
  await ServerProcess.start(hosts.server, OPTIONS);
  const believing = await captured(hosts, () =>
    curl(hosts, '--disable-epsv', '--no-ftp-skip-pasv-ip', `ftp://${OFFICE.v4}/a.txt`),
  );
  assertConcluded(only(trace(believing)), { outcome: 'refused', cause: 'PASV_PRIVATE' });
  const ignoring = only(trace(await captured(hosts, () => curl(hosts, '--disable-epsv', `ftp://${OFFICE.v4}/a.txt`))));
  assertConcluded(ignoring, { outcome: 'ok' });
  assert.deepEqual(
    ignoring.places.map(({ name }) => name),
    ['CLIENT', 'CLIENT ROUTER', 'SERVER NAT', 'SERVER'],
  );
});

claim('IPv6, and places found out from how far packets have come', async (t) => {
  const hosts = row(t, 'public', 'public');
  await ServerProcess.start(hosts.server, OPTIONS);
  const files = await captured(hosts, () => curl(hosts, `ftp://[${SERVER.v6}]/a.txt`));
  const timeline = only(trace(files, {}));
  assert.deepEqual(
    timeline.places.map(({ role }) => role),
    ['client', 'client-device', 'server-device', 'server'],
  );
  assert.deepEqual(trace(files, {}).sessions()[0]?.vantages, [...PLACES]);
  assertConcluded(timeline, { outcome: 'ok' });
});

claim('half a capture: begun in the middle of a session, at one of two places', async (t) => {
  const hosts = row(t, 'private', 'public');
  hosts.home.nft(MASQUERADE);
  await ServerProcess.start(hosts.server, OPTIONS);
  const client = await HostCapture.start(hosts.client);
  const raw = await RawClient.login(21, { host: SERVER.public, sockets: hosts.client });
  const server = await HostCapture.start(hosts.server);
  assert.equal((await raw.download('RETR a.txt')).toString(), 'the file');
  await raw.command('QUIT', 221);
  const files = { client: await client.file(), server: await server.file() };
  const timeline = only(trace(files));
  assertConcluded(timeline, { outcome: 'ok' });
  assert.match(drawn(timeline).join(), /EPSV> rewritten from 10\.1\.0\.2 -> from 203\.0\.113\.1/);
  const half = trace({ server: files.server });
  assertConcluded(only(half), { outcome: 'ok' });
  assert.deepEqual(half.sessions()[0]?.notes, ['its beginning was not captured']);
});

claim('packets are lost on the way: what is sent again is told from what is sent', async (t) => {
  const hosts = row(t, 'public', 'public');
  hosts.office.nft(forward('meta length > 1000 numgen inc mod 7 0 drop'));
  await ServerProcess.start(hosts.server, OPTIONS);
  const files = await captured(hosts, () => curl(hosts, '-o', '/dev/null', `ftp://${SERVER.public}/long.bin`));
  const timeline = only(trace(files));
  assertConcluded(timeline, { outcome: 'ok' });
  assert.match(
    timeline.steps.find(({ kind }) => kind === 'content')?.words ?? '',
    /^524288 octets, \d+ packets sent again$/,
  );
  assert.deepEqual(
    trace({ client: files.client })
      .transcript(1)
      .map(({ text }) => text),
    trace(files)
      .transcript(1)
      .map(({ text }) => text),
  );
});

claim(`${MANY} sessions in one file, told apart`, async (t) => {
  const hosts = row(t, 'private', 'public');
  hosts.home.nft(MASQUERADE);
  const passivePorts = { first: 50_000, last: 50_999 };
  const limits = { maxSessions: 2 * MANY, maxSessionsPerAddress: 2 * MANY };
  await ServerProcess.start(hosts.server, { ...OPTIONS, passivePorts, limits });
  const files = await captured(hosts, async () => {
    const clients = await ClientProcess.start(hosts.client, {
      host: SERVER.public,
      user: 'anonymous',
      password: 'a@b',
    });
    await Promise.all(Array.from({ length: MANY }, (_, index) => clients.get('/a.txt', index + 1)));
    await Promise.all(Array.from({ length: MANY }, (_, index) => clients.close(index + 1)));
  });
  const builder = trace(files);
  const sessions = builder.sessions();
  assert.equal(sessions.length, MANY);
  assert.equal(new Set(sessions.map(({ client }) => client.port)).size, MANY);
  for (const { id, outcomes, vantages } of sessions) {
    assert.deepEqual([outcomes, vantages], [['ok'], [...PLACES]], JSON.stringify(builder.transcript(id)));
    const [timeline] = builder.timelines(id);
    assert.deepEqual(timeline && data(timeline).hops.map(({ verdict }) => verdict), ['rewritten', 'passed']);
  }
});

claim('a file that was cut short gives what is in it, and says so; what is no capture is refused', async (t) => {
  const hosts = row(t, 'public', 'public');
  await ServerProcess.start(hosts.server, OPTIONS);
  const { client: file } = await captured(hosts, () => curl(hosts, URL_V4));
  const reader = new CaptureReader();
  const builder = new TraceBuilder();
  for (const packet of reader.push(file.subarray(0, file.indexOf('229 Entering') + 20)))
    builder.add({ name: 'a' }, packet);
  assert.match(reader.end().flaw ?? '', /cut short/);
  const timeline = only(builder);
  assert.equal(timeline.command, 'EPSV');
  assertConcluded({ ...timeline, conclusion: { ...timeline.conclusion, why: '-' } }, { outcome: 'unknown' });
  assert.throws(
    () => new CaptureReader().push(Buffer.from('220 this is no capture')),
    (error) => error instanceof CaptureFault && error.code === 'not-a-capture',
  );
});

void describe('captures of several places', { concurrency: 2 }, () => {
  for (const { name, run } of claims) test(name, { skip, timeout }, run);
});
