// The client behind firewalls and NAT, each of them a network namespace: every data path that is left is found, and where none is left
// the error says which device stands where in the way, and what to do. No call may take longer than 10 seconds, see ClientProcess.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type TestContext, describe, test } from 'node:test';
import type { ConnectOptions, DataAttempt } from '@twinport/ftp/client';
import { ClientProcess, type ReportedError } from './kit/client-process.js';
import { foreignServer, missingServer } from './kit/foreign-servers.js';
import { type Namespace, missingNamespaces } from './kit/namespace.js';
import { PacketCapture } from './kit/packet-capture.js';
import { missing } from './kit/peers.js';
import {
  CLIENT,
  HELPER,
  HOME,
  MASQUERADE,
  NO_ICMP_ERRORS,
  OFFICE,
  SERVER,
  SYN,
  forward,
  loads,
  row,
} from './kit/row-of-hosts.js';
import { testCertificate } from './kit/server.js';
import { ServerProcess, type ServerProcessOptions } from './kit/server-process.js';

const RANGE = { first: 50_000, last: 50_009 };
const ACTIVE_RANGE = { first: 41_000, last: 41_009 };
const CONTENT = 'the file';
const CONTENT_HASH = createHash('sha256').update(CONTENT).digest('hex');
const MIB = 1024 * 1024;

/** Milliseconds. A test that hangs must end by itself, for its network to be removed. */
const timeout = 40_000;
const skip = missingNamespaces() || missing('nft');

const OPTIONS: ServerProcessOptions = { port: 21, passivePorts: RANGE, files: { '/a.txt': CONTENT } };

function clientIn(host: Namespace, server: string, options: Partial<ConnectOptions> = {}): Promise<ClientProcess> {
  return ClientProcess.start(host, { host: server, user: 'user', password: 'secret', ...options });
}

const RANGE_TEXT = `${RANGE.first}-${RANGE.last}`;
const PASSIVE_DROPPED = forward(`tcp dport ${RANGE_TEXT} drop`);
const PASSIVE_REJECTED = forward(`tcp dport ${RANGE_TEXT} reject with tcp reset`);
const PASSIVE_PROHIBITED = forward(`tcp dport ${RANGE_TEXT} reject`);
const ACTIVE_DROPPED = forward(`iifname "eth1" ${SYN} drop`);
const ACTIVE_REJECTED = forward(`iifname "eth1" ${SYN} reject with tcp reset`);

const FORWARD_TO_SERVER = `
table ip nat {
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    iifname "eth0" tcp dport { 21, ${RANGE_TEXT} } dnat to ${SERVER.private}
  }
}`;

const FORWARD_TO_CLIENT = `${MASQUERADE}
table ip nat {
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    iifname "eth1" tcp dport ${ACTIVE_RANGE.first}-${ACTIVE_RANGE.last} dnat to ${CLIENT.private}
  }
}
${forward('ct state { established, related } accept', 'ct status dnat accept', `iifname "eth1" ${SYN} drop`)}`;

/** A stateful firewall: what it knows, and what begins with a SYN to an open port. */
const STATEFUL = forward(
  'ct state { established, related } accept',
  'meta l4proto { icmp, ipv6-icmp } accept',
  `tcp flags & (fin | syn | rst | ack) == syn tcp dport { 21, ${RANGE_TEXT} } accept`,
  'drop',
);

async function download(client: ClientProcess, number = 1): Promise<string | undefined> {
  const { hash, verified, way } = await client.get('/a.txt', number);
  assert.equal(hash, CONTENT_HASH);
  assert.equal(verified, 'size');
  return way;
}

function assertNamed(error: ReportedError, attempts: readonly Pick<DataAttempt, 'command' | 'endpoint'>[]): void {
  assert.equal(error.kind, 'DataConnectionError');
  assert.equal(error.code, 'DATA_CONNECTION');
  assert.deepEqual(
    error.attempts?.map(({ command, endpoint }) => `${command} ${endpoint?.host}`),
    attempts.map(({ command, endpoint }) => `${command} ${endpoint?.host}`),
  );
  for (const { command, endpoint } of error.attempts ?? []) {
    assert.ok(endpoint && endpoint.port >= 1024);
    assert.ok(error.message.includes(command));
    assert.ok(error.message.includes(`${endpoint.host} port ${endpoint.port}`), error.message);
  }
}

const at = (command: string, host: string): Pick<DataAttempt, 'command' | 'endpoint'> => ({
  command,
  endpoint: { host, port: 1 },
});

/** `command('NOOP')` answers after whatever has failed. */
async function assertGoesOn(client: ClientProcess): Promise<void> {
  assert.equal((await client.command('NOOP')).code, 200);
}

/** Most of their time is spent in waiting for what a firewall drops, so several are made at a time. */
const claims: { name: string; skip: string | false; run: (t: TestContext) => Promise<void> }[] = [];
function claim(name: string, options: { skip: string | false }, run: (t: TestContext) => Promise<void>): void {
  claims.push({ name, ...options, run });
}

claim('(a) behind NAT active mode is refused: the error says so; automatic mode downloads', { skip }, async (t) => {
  const { client, home, server } = row(t, 'private', 'public');
  home.nft(MASQUERADE);
  await ServerProcess.start(server, OPTIONS);
  const active = await clientIn(client, SERVER.public, { data: { mode: 'active' } });
  const error = await active.failure(active.get('/a.txt'));
  assertNamed(error, [at('EPRT', CLIENT.private), at('PORT', CLIENT.private)]);
  assert.match(error.message, /500 Illegal EPRT command/);
  assert.match(
    error.hint ?? '',
    /behind NAT.*10\.1\.0\.2.*private.*passive mode.*activeAddress.*activePorts.*forward/s,
  );
  await assertGoesOn(active);
  assert.equal(active.verbs().filter((verb) => verb === 'USER').length, 1);

  const automatic = await clientIn(client, SERVER.public);
  assert.equal(await download(automatic), 'EPSV');
  assert.deepEqual(automatic.warnings('DATA_PATH_FAILED'), []);
});

for (const [how, rules] of [
  ['drops', forward('ip daddr 10.0.0.0/8 drop')],
  ['rejects', forward('ip daddr 10.0.0.0/8 reject')],
] as const) {
  claim(
    `(a) a server that believes the private address, whose network ${how} what goes there: the error says NAT`,
    { skip: skip || missingServer('vsftpd') },
    async (t) => {
      const { client, home, office, server } = row(t, 'private', 'public');
      home.nft(MASQUERADE);
      office.nft(rules);
      office.ip('route', 'add', '10.0.0.0/8', 'via', HOME.v4); // else it has no way there at all, and says so
      await foreignServer(t, 'vsftpd', {
        namespace: server.name,
        host: SERVER.public,
        port: 21,
        vsftpd: ['port_promiscuous=YES', 'connect_from_port_20=NO'],
        files: { 'a.txt': CONTENT },
      });
      const active = await clientIn(client, SERVER.public, { data: { mode: 'active' } });
      const error = await active.failure(active.get('/a.txt'));
      assertNamed(error, [at('EPRT', CLIENT.private), at('PORT', CLIENT.private)]);
      assert.match(
        error.hint ?? '',
        /behind NAT.*10\.1\.0\.2.*private.*passive mode.*activeAddress.*activePorts.*forward/s,
      );
      await assertGoesOn(active);

      const listing = await active.failure(active.list('/'));
      assertNamed(listing, [at('EPRT', CLIENT.private), at('PORT', CLIENT.private)]);
      assert.equal(await download(await clientIn(client, SERVER.public)), 'EPSV');
    },
  );
}

claim(
  '(b) a server behind NAT that announces its private address: PASV is repaired, EPSV needs no repair',
  { skip },
  async (t) => {
    const { client, office, server } = row(t, 'public', 'private');
    office.nft(FORWARD_TO_SERVER);
    await ServerProcess.start(server, OPTIONS);
    const plain = await clientIn(client, OFFICE.v4, { data: { extended: false } });
    assert.equal(await download(plain), 'PASV');
    const [warning] = plain.warnings('ADDRESS_REPAIRED');
    assert.match(warning ?? '', /announces 10\.2\.0\.2 port 5000\d; connecting to 203\.0\.113\.2 port 5000\d/);

    const extended = await clientIn(client, OFFICE.v4);
    assert.equal(await download(extended), 'EPSV');
    assert.deepEqual(extended.warnings('ADDRESS_REPAIRED'), []);
  },
);

claim('(b) NAT that forwards the control port only: the error tells of it', { skip }, async (t) => {
  const { client, office, server } = row(t, 'public', 'private');
  office.nft(FORWARD_TO_SERVER.replace(`{ 21, ${RANGE_TEXT} }`, '21'));
  await ServerProcess.start(server, OPTIONS);
  const passive = await clientIn(client, OFFICE.v4, { data: { mode: 'passive' } });
  const error = await passive.failure(passive.get('/a.txt'));
  assertNamed(error, [at('EPSV', OFFICE.v4), at('PASV', OFFICE.v4)]);
  assert.match(error.hint ?? '', /server is behind NAT.*10\.2\.0\.2.*refuses port 5000\d.*forward/s);
  await assertGoesOn(passive);
});

for (const [how, rules, sent] of [
  ['dropped', PASSIVE_DROPPED, ['EPSV', 'EPRT']],
  ['reset', PASSIVE_REJECTED, ['EPSV', 'PASV', 'EPRT']],
  ['prohibited by ICMP', PASSIVE_PROHIBITED, ['EPSV', 'PASV', 'EPRT']],
] as const) {
  for (const security of ['clear', 'TLS'] as const) {
    claim(
      `(c) passive ${how}, active open: active is found, and tried first from then on, ${security}`,
      { skip },
      async (t) => {
        const { client, office, server } = row(t, 'public', 'public');
        office.nft(rules);
        const { key, cert } = await testCertificate();
        await ServerProcess.start(server, { ...OPTIONS, ...(security === 'TLS' && { tls: { key, cert } }) });
        const tls = { mode: 'explicit', ca: cert, servername: 'localhost' } as const;
        const one = await clientIn(client, SERVER.public, security === 'TLS' ? { tls } : {});
        assert.equal(await download(one), 'EPRT');
        assert.deepEqual(waysOf(one), sent);
        assert.deepEqual(await Promise.all([download(one), download(one, 2)]), ['EPRT', 'EPRT']);
        assert.deepEqual(waysOf(one), [...sent, 'EPRT']);
        assert.deepEqual(waysOf(one, 2), ['EPRT']);
      },
    );
  }
}

const WAYS = new Set(['EPSV', 'PASV', 'EPRT', 'PORT']);
function waysOf(client: ClientProcess, number = 1): readonly string[] {
  return client.verbs(number).filter((verb) => WAYS.has(verb));
}

for (const kind of ['our server', 'vsftpd'] as const) {
  claim(
    `(d) everything dropped: the error of a download and of a listing names each way; ${kind} answers on`,
    { skip: skip || (kind === 'vsftpd' && missingServer(kind)) },
    async (t) => {
      const { client, home, office, server } = row(t, 'public', 'public');
      office.nft(PASSIVE_DROPPED);
      home.nft(ACTIVE_DROPPED);
      if (kind === 'vsftpd') {
        const vsftpd = { passivePorts: RANGE, files: { 'a.txt': CONTENT } };
        await foreignServer(t, kind, { ...vsftpd, namespace: server.name, host: SERVER.public, port: 21 });
      } else await ServerProcess.start(server, OPTIONS);
      const blocked = await clientIn(client, SERVER.public);
      for (const call of [() => blocked.get('/a.txt'), () => blocked.list('/')]) {
        const error = await blocked.failure(call());
        assertNamed(error, [at('EPSV', SERVER.public), at('EPRT', CLIENT.public)]);
        assert.match(error.message, /no answer within .*no connection came within/s);
        assert.match(error.hint ?? '', /Passive: .*firewall.*passive ports.*Active: .*firewall.*activePorts/s);
        await assertGoesOn(blocked);
      }
    },
  );
}

claim('(d) everything rejected: every way is tried, and the error says that it was refused', { skip }, async (t) => {
  const { client, home, office, server } = row(t, 'public', 'public');
  office.nft(PASSIVE_REJECTED);
  home.nft(ACTIVE_REJECTED);
  await ServerProcess.start(server, OPTIONS);
  const blocked = await clientIn(client, SERVER.public);
  const error = await blocked.failure(blocked.get('/a.txt'));
  const [theirs, ours] = [SERVER.public, CLIENT.public];
  assertNamed(error, [at('EPSV', theirs), at('PASV', theirs), at('EPRT', ours), at('PORT', ours)]);
  assert.match(error.hint ?? '', /Passive: .*reject.*Active: .*reject/s);
  await assertGoesOn(blocked);
  assert.equal(blocked.verbs().filter((verb) => verb === 'USER').length, 1);
});

claim('(e) IPv6: passive dropped, active open: EPRT is found, and tried first from then on', { skip }, async (t) => {
  const { client, office, server } = row(t, 'public', 'public');
  office.nft(PASSIVE_DROPPED);
  await ServerProcess.start(server, OPTIONS);
  const one = await clientIn(client, SERVER.v6);
  assert.equal(await download(one), 'EPRT');
  assert.ok(one.lines().some((line) => line.startsWith(`EPRT |2|${CLIENT.v6}|`)));
  assert.deepEqual(await Promise.all([download(one), download(one, 2)]), ['EPRT', 'EPRT']);
  assert.deepEqual(waysOf(one), ['EPSV', 'EPRT', 'EPRT']);
  assert.deepEqual(waysOf(one, 2), ['EPRT']);
});

claim('(e) IPv6: everything dropped', { skip }, async (t) => {
  const { client, home, office, server } = row(t, 'public', 'public');
  office.nft(PASSIVE_DROPPED);
  home.nft(ACTIVE_DROPPED);
  await ServerProcess.start(server, OPTIONS);
  const blocked = await clientIn(client, SERVER.v6);
  const error = await blocked.failure(blocked.get('/a.txt'));
  assertNamed(error, [at('EPSV', SERVER.v6), at('EPRT', CLIENT.v6)]);
  assert.match(error.hint ?? '', /IPv6/);
  await assertGoesOn(blocked);
});

const LONG_FILE = { longFiles: { '/long.bin': 16 * MIB } };
const LONG_HASH = createHash('sha256')
  .update('x'.repeat(16 * MIB))
  .digest('hex');
/** Octets a second: of the long file more than a second and a half. */
const SLOW = { rateLimit: { down: 10 * MIB } };

claim(
  '(f) a firewall that drops the control connection in the middle of a download: the file is whole, and the client goes on',
  { skip },
  async (t) => {
    const { client, office, server } = row(t, 'public', 'public');
    await ServerProcess.start(server, { ...OPTIONS, ...LONG_FILE });
    const one = await clientIn(client, SERVER.public, SLOW);
    const transfer = one.get('/long.bin');
    await one.until(({ name, value }) => name === 'transfer' && value.state === 'progress');
    office.nft(forward('tcp sport 21 drop', 'tcp dport 21 drop'));
    const { hash, verified, attempts } = await transfer;
    assert.equal(hash, LONG_HASH);
    assert.equal(verified, 'size');
    assert.equal(attempts, 1);
    assert.match(one.warnings('CONTROL_LOST').join(), /keepaliveMs/);
    office.nft('delete table inet ftp_fw');
    assert.equal(await download(one), 'EPSV');
    assert.equal(one.verbs().filter((verb) => verb === 'USER').length, 2);
  },
);

for (const keepaliveMs of [300, 0]) {
  claim(
    `(f) a firewall that forgets idle connections after a second: keepalive of ${keepaliveMs} ms`,
    { skip },
    async (t) => {
      const { client, office, server } = row(t, 'public', 'public');
      office.nft(STATEFUL);
      office.sysctl('net/netfilter/nf_conntrack_tcp_timeout_established', 1);
      await ServerProcess.start(server, { ...OPTIONS, ...LONG_FILE });
      const one = await clientIn(client, SERVER.public, { ...SLOW, limits: { keepaliveMs } });
      const { hash, verified } = await one.get('/long.bin');
      assert.equal(hash, LONG_HASH);
      assert.equal(verified, 'size');
      assert.equal(one.warnings('CONTROL_LOST').length, keepaliveMs > 0 ? 0 : 1);
      await download(one);
      const logins = one.verbs().filter((verb) => verb === 'USER').length;
      assert.equal(logins, keepaliveMs > 0 ? 1 : 2);
    },
  );
}

for (const family of ['public', 'v6'] as const) {
  claim(
    `(g) a smaller MTU on the way, and nobody is told of it: STALLED, and the hint says why, ${family === 'v6' ? 'IPv6' : 'IPv4'}`,
    { skip },
    async (t) => {
      const { client, home, office, server } = row(t, 'public', 'public');
      for (const [router, device] of [
        [home, 'eth1'],
        [office, 'eth0'],
      ] as const) {
        router.ip('link', 'set', device, 'mtu', '1300');
        router.nft(NO_ICMP_ERRORS);
      }
      await ServerProcess.start(server, { ...OPTIONS, longFiles: { '/long.bin': MIB } });
      const limits = { stallMs: 1_000, maxAttempts: 1 };
      const one = await clientIn(client, SERVER[family], { limits });
      assert.equal(await download(one), 'EPSV');
      for (const call of [() => one.get('/long.bin'), () => one.put('/up.bin', 4 * MIB)]) {
        const error = await one.failure(call());
        assert.equal(error.code, 'STALLED');
        assert.match(error.hint ?? '', /MTU.*ICMP.*MSS/s);
        await assertGoesOn(one);
      }
    },
  );
}

for (const [family, ways] of [
  ['public', ['EPSV', 'PASV', 'EPRT', 'PORT']],
  ['v6', ['EPSV', 'EPRT']],
] as const) {
  claim(
    `(h) the kernel's helper reads our commands: ${ways.join(', ')} with only the control port open`,
    { skip: skip || missing('tcpdump') },
    async (t) => {
      const { client, office, server } = row(t, 'public', 'public');
      if (!loads(t, office, HELPER)) return;
      await ServerProcess.start(server, OPTIONS);
      const capture = await PacketCapture.start(client, 'tcp dst port 21');
      for (const way of ways) {
        const extended = way.startsWith('EP');
        const mode = way === 'EPSV' || way === 'PASV' ? 'passive' : 'active';
        const one = await clientIn(client, SERVER[family], { data: { mode, extended } });
        assert.equal(await download(one), way);
        assert.equal(await download(one), way);
        assert.deepEqual((await one.list('/')).names, ['a.txt']);
        await one.close();
        const read = capture.segments.filter((segment) => segment.includes(way));
        assert.equal(read.length, 3);
        for (const segment of read)
          assert.match(segment, /^(EPSV|PASV|EPRT \|[12]\|[\d.a-f:]+\|\d+\||PORT [\d,]+)\r\n$/);
      }
      assert.equal(office.counted('inet ftp_fw dropped'), 0);
    },
  );
}

claim('(h) TLS blinds the helper, and the error says so', { skip }, async (t) => {
  const { client, office, server } = row(t, 'public', 'public');
  if (!loads(t, office, HELPER)) return;
  const { key, cert } = await testCertificate();
  await ServerProcess.start(server, { ...OPTIONS, tls: { key, cert } });
  const one = await clientIn(client, SERVER.public, { tls: { mode: 'explicit', ca: cert, servername: 'localhost' } });
  const error = await one.failure(one.get('/a.txt'));
  assertNamed(error, [at('EPSV', SERVER.public), at('EPRT', CLIENT.public)]);
  assert.match(error.hint ?? '', /TLS.*helper/s);
  await assertGoesOn(one);
});

claim(
  '(i) active mode behind NAT that forwards a range to the client, its public address given',
  { skip },
  async (t) => {
    const { client, home, server } = row(t, 'private', 'public');
    home.nft(FORWARD_TO_CLIENT);
    const events = await ServerProcess.start(server, OPTIONS);
    for (const [extended, way] of [
      [true, 'EPRT'],
      [false, 'PORT'],
    ] as const) {
      const data = { mode: 'active', extended, activePorts: ACTIVE_RANGE, activeAddress: HOME.v4 } as const;
      const one = await clientIn(client, SERVER.public, { data });
      assert.equal(await download(one), way);
      assert.equal(await download(one), way);
    }
    const open = await events.untilData('open', 4);
    assert.ok(open.every(({ mode, remote }) => mode === 'active' && remote?.host === HOME.v4));
    assert.ok(
      open.every(({ remote }) => remote && remote.port >= ACTIVE_RANGE.first && remote.port <= ACTIVE_RANGE.last),
    );
  },
);

void describe('the client between firewalls and NAT', { concurrency: 2 }, () => {
  for (const { name, skip: reason, run } of claims) test(name, { skip: reason, timeout }, run);
});
