// Every row of the knowledge base that can be provoked here is: networks of namespaces, real firewalls, NAT and servers. The doctor has to
// name the row that was provoked and no other, and none where all is well.
import assert from 'node:assert/strict';
import { type TestContext, describe, test } from 'node:test';
import { type DoctorReport, runDoctor } from './kit/doctor-run.js';
import { type ForeignServerOptions, type ServerName, foreignServer, missingServer } from './kit/foreign-servers.js';
import { missingNamespaces } from './kit/namespace.js';
import { missing } from './kit/peers.js';
import { type Hosts, MASQUERADE, OFFICE, SERVER, SYN, forward, row } from './kit/row-of-hosts.js';
import { testCertificate } from './kit/server.js';
import { ServerProcess, type ServerProcessOptions } from './kit/server-process.js';

const RANGE = { first: 50_000, last: 50_009 };
const RANGE_TEXT = `${RANGE.first}-${RANGE.last}`;
const LOGIN = 'user:secret';
/** Milliseconds. A test that hangs must end by itself, for its network to be removed. */
const timeout = 60_000;
const skip = missingNamespaces() || missing('nft');
const MIB = 1024 * 1024;

const SERVING: ServerProcessOptions = {
  port: 21,
  passivePorts: RANGE,
  files: { '/a.txt': 'the file' },
  longFiles: { '/long.bin': MIB },
};

/** Names exactly these, as a set. */
function assertFindings({ findings }: DoctorReport, ...ids: readonly string[]): void {
  const text = findings.map(({ id, evidence }) => `${id}\n  ${evidence.join('\n  ')}`).join('\n');
  assert.deepEqual(findings.map(({ id }) => id).toSorted(), ids.toSorted(), text);
}

interface Claim {
  readonly name: string;
  readonly peer?: ServerName;
  readonly run: (t: TestContext) => Promise<void>;
}
const claims: Claim[] = [];
function claim(name: string, run: Claim['run'], peer?: ServerName): void {
  claims.push({ name, run, ...(peer && { peer }) });
}

function vsftpd(t: TestContext, { server }: Hosts, host: string, options: ForeignServerOptions = {}): Promise<unknown> {
  const files = { 'a.txt': 'the file', 'long.bin': 'x'.repeat(MIB) };
  return foreignServer(t, 'vsftpd', { passivePorts: RANGE, files, ...options, namespace: server.name, host, port: 21 });
}

function dnat(...ports: readonly string[]): string {
  return `
table ip nat {
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    iifname "eth0" tcp dport { ${ports.join(', ')} } dnat to ${SERVER.private}
  }
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    oifname "eth0" masquerade
  }
}`;
}

for (const family of ['public', 'v6'] as const) {
  for (const security of ['clear', 'TLS'] as const) {
    claim(`a healthy path: no finding, ${security}, ${family === 'v6' ? 'IPv6' : 'IPv4'}`, async (t) => {
      const { client, server } = row(t, 'public', 'public');
      const { key, cert } = await testCertificate();
      await ServerProcess.start(server, { ...SERVING, tls: { key, cert } });
      const host = family === 'v6' ? `[${SERVER.v6}]` : SERVER.public;
      const scheme = security === 'TLS' ? 'ftpes' : 'ftp';
      const report = await runDoctor(client, '--insecure', '--write', '/', `${scheme}://${LOGIN}@${host}`);
      assertFindings(report);
      assert.equal(report.exitCode, 0);
      assert.equal(report.failing.length, 0);
      assert.ok(report.working.some((way) => way.startsWith('EPRT')));
    });
  }
}

claim(
  'a healthy path to vsftpd: no finding',
  async (t) => {
    const hosts = row(t, 'public', 'public');
    await vsftpd(t, hosts, SERVER.public, { tls: 'explicit' });
    const report = await runDoctor(hosts.client, `ftp://${LOGIN}@${SERVER.public}`);
    assertFindings(report);
    assert.equal(report.works, true);
  },
  'vsftpd',
);

claim('PASV_PRIVATE: a server behind NAT names its private address; files get through all the same', async (t) => {
  const { client, office, server } = row(t, 'public', 'private');
  office.nft(dnat('21', RANGE_TEXT));
  await ServerProcess.start(server, SERVING);
  const report = await runDoctor(client, `ftp://${LOGIN}@${OFFICE.v4}`);
  assertFindings(report, 'PASV_PRIVATE');
  assert.deepEqual(report.failing, ['PASV (believed)']);
  assert.equal(report.exitCode, 0);
});

claim('RANGE_REJECT: NAT forwards the control port only', async (t) => {
  const { client, office, home, server } = row(t, 'public', 'private');
  office.nft(dnat('21'));
  home.nft(forward(`iifname "eth1" ${SYN} drop`));
  await ServerProcess.start(server, SERVING);
  const report = await runDoctor(client, `ftp://${LOGIN}@${OFFICE.v4}`);
  assertFindings(report, 'PASV_PRIVATE', 'RANGE_REJECT', 'ACTIVE_DROP');
  assert.equal(report.exitCode, 10);
  assert.match(report.verdict, /50000-50009/);
});

claim(
  'PASV_LOOPBACK: vsftpd in a container announces the container',
  async (t) => {
    const hosts = row(t, 'public', 'public');
    await vsftpd(t, hosts, SERVER.public, { publicAddress: '172.17.0.2' });
    assertFindings(await runDoctor(hosts.client, `ftp://${LOGIN}@${SERVER.public}`), 'PASV_LOOPBACK');
  },
  'vsftpd',
);

claim('RANGE_DROP: the passive range is dropped', async (t) => {
  const { client, office, server } = row(t, 'public', 'public');
  office.nft(forward(`tcp dport ${RANGE_TEXT} drop`));
  await ServerProcess.start(server, SERVING);
  const report = await runDoctor(client, `ftp://${LOGIN}@${SERVER.public}`);
  assertFindings(report, 'RANGE_DROP');
  assert.deepEqual(report.working, ['EPRT', 'PORT']);
});

for (const [how, rule] of [
  ['reset', 'reject with tcp reset'],
  ['prohibited', 'reject'],
] as const) {
  claim(`RANGE_REJECT: the passive range is rejected, ${how}`, async (t) => {
    const { client, office, server } = row(t, 'public', 'public');
    office.nft(forward(`tcp dport ${RANGE_TEXT} ${rule}`));
    await ServerProcess.start(server, SERVING);
    assertFindings(await runDoctor(client, `ftp://${LOGIN}@${SERVER.public}`), 'RANGE_REJECT');
  });
}

claim('ACTIVE_DROP: what comes to the client is dropped', async (t) => {
  const { client, home, server } = row(t, 'public', 'public');
  home.nft(forward(`iifname "eth1" ${SYN} drop`));
  await ServerProcess.start(server, SERVING);
  const report = await runDoctor(client, `ftp://${LOGIN}@${SERVER.public}`);
  assertFindings(report, 'ACTIVE_DROP');
  assert.equal(report.exitCode, 0);
});

claim('ACTIVE_CLOSED: what comes to the client is rejected', async (t) => {
  const { client, home, server } = row(t, 'public', 'public');
  home.nft(forward(`iifname "eth1" ${SYN} reject with tcp reset`));
  await ServerProcess.start(server, SERVING);
  assertFindings(await runDoctor(client, `ftp://${LOGIN}@${SERVER.public}`), 'ACTIVE_CLOSED');
});

for (const peer of ['twinport', 'vsftpd', 'proftpd', 'pure-ftpd'] as const) {
  claim(
    `ACTIVE_NAT: a client behind NAT, ${peer}`,
    async (t) => {
      const { client, home, server } = row(t, 'private', 'public');
      home.nft(MASQUERADE);
      if (peer === 'twinport') await ServerProcess.start(server, SERVING);
      else {
        const files = { 'a.txt': 'the file' };
        await foreignServer(t, peer, {
          passivePorts: RANGE,
          files,
          namespace: server.name,
          host: SERVER.public,
          port: 21,
        });
      }
      assertFindings(await runDoctor(client, `ftp://${LOGIN}@${SERVER.public}`), 'ACTIVE_NAT');
    },
    peer === 'twinport' ? undefined : peer,
  );
}

claim('CONTROL_BLOCKED: port 21 is dropped', async (t) => {
  const { client, office, server } = row(t, 'public', 'public');
  office.nft(forward('tcp dport 21 drop'));
  await ServerProcess.start(server, SERVING);
  const report = await runDoctor(client, `ftp://${LOGIN}@${SERVER.public}`);
  assertFindings(report, 'CONTROL_BLOCKED');
  assert.equal(report.exitCode, 7);
});

claim('CONTROL_REFUSED: nothing listens', async (t) => {
  const { client } = row(t, 'public', 'public');
  assertFindings(await runDoctor(client, `ftp://${LOGIN}@${SERVER.public}`), 'CONTROL_REFUSED');
});

claim('LOGIN_REFUSED: a wrong password', async (t) => {
  const { client, server } = row(t, 'public', 'public');
  await ServerProcess.start(server, SERVING);
  const report = await runDoctor(client, `ftp://user:wrong@${SERVER.public}`);
  assertFindings(report, 'LOGIN_REFUSED');
  assert.equal(report.exitCode, 9);
});

void describe('the doctor', { concurrency: 2 }, () => {
  for (const { name, peer, run } of claims)
    test(name, { skip: skip || (peer !== undefined && missingServer(peer)), timeout }, run);
});
