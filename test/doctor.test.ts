// Every row of the knowledge base that can be provoked here is: networks of namespaces, real firewalls, NAT and servers. The doctor has to
// name the row that was provoked and no other, and none where all is well.
import assert from 'node:assert/strict';
import { type TestContext, describe, test } from 'node:test';
import { KNOWLEDGE } from '@twinport/ftp/firewall';
import { type DoctorReport, runDoctor } from './kit/doctor-run.js';
import { type ForeignServerOptions, type ServerName, foreignServer, missingServer } from './kit/foreign-servers.js';
import { relayControl } from './kit/control-relay.js';
import { Network, missingNamespaces } from './kit/namespace.js';
import { missing } from './kit/peers.js';
import {
  HELPER,
  type Hosts,
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

// ---- the control connection

claim('DNS_UNKNOWN: a name without an address', async (t) => {
  const { client } = row(t, 'public', 'public');
  const report = await runDoctor(client, 'ftp://nowhere.invalid');
  assertFindings(report, 'DNS_UNKNOWN');
  assert.equal(report.exitCode, 6);
});

claim('V6_RULE_MISSING: the range is open in a table for IPv4 alone', async (t) => {
  const { client, office, server } = row(t, 'public', 'public');
  client.names({ 'ftp.test': [SERVER.public, SERVER.v6] });
  office.nft(forward('meta nfproto ipv4 accept', 'tcp dport 21 accept', `${SYN} drop`));
  await ServerProcess.start(server, SERVING);
  const report = await runDoctor(client, `ftp://${LOGIN}@ftp.test`);
  // The same rules keep active connections over IPv6 from getting out.
  assertFindings(report, 'V6_RULE_MISSING', 'ACTIVE_DROP');
  assert.equal(report.works, true);
});

claim('V6_RULE_MISSING: over IPv6 not even the control connection gets through', async (t) => {
  const { client, office, server } = row(t, 'public', 'public');
  client.names({ 'ftp.test': [SERVER.public, SERVER.v6] });
  office.nft(forward('meta nfproto ipv4 accept', `${SYN} drop`));
  await ServerProcess.start(server, SERVING);
  assertFindings(await runDoctor(client, `ftp://${LOGIN}@ftp.test`), 'V6_RULE_MISSING');
});

claim('a name with an IPv6 address, and a client without IPv6: no finding', async (t) => {
  const { client, server } = row(t, 'public', 'public');
  client.names({ 'ftp.test': [SERVER.public, SERVER.v6] });
  client.sysctl('net/ipv6/conf/all/disable_ipv6', 1);
  await ServerProcess.start(server, SERVING);
  assertFindings(await runDoctor(client, `ftp://${LOGIN}@ftp.test`));
});

claim('OTHER_PROTOCOL: an SSH server', async (t) => {
  const { client, server } = row(t, 'public', 'public');
  const listener = await server.listen(SERVER.public, 21);
  listener.on('connection', (socket) => socket.on('error', () => {}).write('SSH-2.0-OpenSSH_9.9\r\n'));
  const report = await runDoctor(client, `ftp://${LOGIN}@${SERVER.public}`);
  assertFindings(report, 'OTHER_PROTOCOL');
  assert.equal(report.exitCode, 14);
});

claim('CONTROL_CUT: the connection is ended before the server greets', async (t) => {
  const { client, server } = row(t, 'public', 'public');
  const listener = await server.listen(SERVER.public, 21);
  listener.on('connection', (socket) => socket.destroy());
  assertFindings(await runDoctor(client, `ftp://${LOGIN}@${SERVER.public}`), 'CONTROL_CUT');
});

claim('GREETING_SILENT: a port that expects TLS at once', async (t) => {
  const { client, server } = row(t, 'public', 'public');
  const { key, cert } = await testCertificate();
  await ServerProcess.start(server, { ...SERVING, tls: { key, cert, implicit: true } });
  assertFindings(await runDoctor(client, `ftp://${LOGIN}@${SERVER.public}`), 'GREETING_SILENT');
  assertFindings(await runDoctor(client, '--insecure', `ftps://${LOGIN}@${SERVER.public}:21`));
});

claim(
  'TOO_MANY: every session is taken',
  async (t) => {
    const hosts = row(t, 'public', 'public');
    await vsftpd(t, hosts, SERVER.public, { maxClients: 1 });
    const holder = await hosts.client.connect({ host: SERVER.public, port: 21 });
    await new Promise((resolve) => holder.once('data', resolve));
    const report = await runDoctor(hosts.client, `ftp://${LOGIN}@${SERVER.public}`);
    assertFindings(report, 'TOO_MANY');
    assert.equal(report.exitCode, 15);
  },
  'vsftpd',
);

claim('a server that takes one session at a time: every way is found to work', async (t) => {
  const { client, server } = row(t, 'public', 'public');
  await ServerProcess.start(server, { ...SERVING, limits: { maxSessionsPerAddress: 1 } });
  assertFindings(await runDoctor(client, `ftp://${LOGIN}@${SERVER.public}`));
});

claim(
  'TLS_NOT_OFFERED: a server without TLS',
  async (t) => {
    const hosts = row(t, 'public', 'public');
    await vsftpd(t, hosts, SERVER.public);
    const report = await runDoctor(hosts.client, `ftpes://${LOGIN}@${SERVER.public}`);
    assertFindings(report, 'TLS_NOT_OFFERED');
    assert.equal(report.exitCode, 8);
  },
  'vsftpd',
);

claim('CERT_UNTRUSTED: a certificate that nobody knows', async (t) => {
  const { client, server } = row(t, 'public', 'public');
  const { key, cert } = await testCertificate();
  await ServerProcess.start(server, { ...SERVING, tls: { key, cert } });
  assertFindings(await runDoctor(client, `ftpes://${LOGIN}@${SERVER.public}`), 'CERT_UNTRUSTED');
});

claim('TLS_CUT: a middlebox ends the connection at AUTH', async (t) => {
  const { client, office, server } = row(t, 'public', 'public');
  const { key, cert } = await testCertificate();
  await ServerProcess.start(server, { ...SERVING, tls: { key, cert } });
  await relayControl(office, SERVER.public, 'cuts AUTH');
  assertFindings(await runDoctor(client, '--insecure', `ftpes://${LOGIN}@${SERVER.public}`), 'TLS_CUT');
});

for (const peer of ['vsftpd', 'proftpd', 'pure-ftpd'] as const) {
  claim(
    `TLS_REQUIRED: a login in clear is refused by ${peer}`,
    async (t) => {
      const { client, server } = row(t, 'public', 'public');
      const options = { tls: 'explicit', requireTls: true, passivePorts: RANGE } as const;
      await foreignServer(t, peer, { ...options, namespace: server.name, host: SERVER.public, port: 21 });
      assertFindings(await runDoctor(client, `ftp://${LOGIN}@${SERVER.public}`), 'TLS_REQUIRED');
      assertFindings(await runDoctor(client, '--insecure', `ftpes://${LOGIN}@${SERVER.public}`));
    },
    peer,
  );
}

claim('IDLE_CONTROL: a firewall forgets a connection after three seconds', async (t) => {
  const { client, office, server } = row(t, 'public', 'public');
  office.nft(
    forward(
      'ct state { established, related } accept',
      'meta l4proto { icmp, ipv6-icmp } accept',
      `tcp flags & (fin | syn | rst | ack) == syn accept`,
      'drop',
    ),
  );
  await ServerProcess.start(server, SERVING);
  const healthy = await runDoctor(client, '--long', '6', `ftp://${LOGIN}@${SERVER.public}`);
  assertFindings(healthy);
  office.sysctl('net/netfilter/nf_conntrack_tcp_timeout_established', 3);
  assertFindings(await runDoctor(client, '--long', '6', `ftp://${LOGIN}@${SERVER.public}`), 'IDLE_CONTROL');
});

// ---- agreeing on a data connection

for (const [id, setting] of [
  ['PASV_DISABLED', 'pasv_enable=NO'],
  ['ACTIVE_DISABLED', 'port_enable=NO'],
] as const) {
  claim(
    `${id}: vsftpd with ${setting}`,
    async (t) => {
      const hosts = row(t, 'public', 'public');
      await vsftpd(t, hosts, SERVER.public, { vsftpd: [setting] });
      const report = await runDoctor(hosts.client, `ftp://${LOGIN}@${SERVER.public}`);
      assertFindings(report, id);
      assert.equal(report.works, true);
    },
    'vsftpd',
  );
}

claim(
  'EPSV_UNKNOWN: vsftpd that refuses EPSV',
  async (t) => {
    const hosts = row(t, 'public', 'public');
    await vsftpd(t, hosts, SERVER.public, { refuse: ['EPSV'] });
    assertFindings(await runDoctor(hosts.client, `ftp://${LOGIN}@${SERVER.public}`), 'EPSV_UNKNOWN');
  },
  'vsftpd',
);

claim('EPSV_UNKNOWN: something on the way that knows no EPSV', async (t) => {
  const { client, office, server } = row(t, 'public', 'public');
  await ServerProcess.start(server, SERVING);
  await relayControl(office, SERVER.public, 'knows no EPSV');
  // To the server all clients have the router's address, as with NAT.
  assertFindings(await runDoctor(client, `ftp://${LOGIN}@${SERVER.public}`), 'EPSV_UNKNOWN', 'ACTIVE_NAT');
});

for (const peer of ['twinport', 'vsftpd'] as const) {
  claim(
    `RANGE_EXHAUSTED: the only passive port is taken, ${peer}`,
    async (t) => {
      const { client, server } = row(t, 'public', 'public');
      const passivePorts = { first: 50_000, last: 50_000 };
      await server.listen(SERVER.public, 50_000);
      if (peer === 'twinport') await ServerProcess.start(server, { ...SERVING, passivePorts });
      else await foreignServer(t, peer, { passivePorts, namespace: server.name, host: SERVER.public, port: 21 });
      assertFindings(await runDoctor(client, `ftp://${LOGIN}@${SERVER.public}`), 'RANGE_EXHAUSTED');
    },
    peer === 'twinport' ? undefined : peer,
  );
}

claim(
  'RANGE_ESCAPE: ProFTPD takes any port when its range is taken',
  async (t) => {
    const { client, server } = row(t, 'public', 'public');
    const passivePorts = { first: 50_000, last: 50_001 };
    for (const port of [50_000, 50_001]) await server.listen(SERVER.public, port);
    await foreignServer(t, 'proftpd', { passivePorts, namespace: server.name, host: SERVER.public, port: 21 });
    const report = await runDoctor(client, '--passive-ports', '50000-50001', `ftp://${LOGIN}@${SERVER.public}`);
    assertFindings(report, 'RANGE_ESCAPE');
    assert.equal(report.works, true);
  },
  'proftpd',
);

claim('HELPER_FREEZE: a helper drops a 227 that comes in two pieces, and all behind it', async (t) => {
  const { client, home, office, server } = row(t, 'public', 'public');
  if (!loads(t, home, HELPER)) return;
  await ServerProcess.start(server, SERVING);
  await relayControl(office, SERVER.public, 'splits 227');
  assertFindings(await runDoctor(client, `ftp://${LOGIN}@${SERVER.public}`), 'HELPER_FREEZE', 'ACTIVE_NAT');
});

claim('HELPER_READS: odd lines tell that a helper reads along; without one they are answered', async (t) => {
  const { client, office, server } = row(t, 'public', 'public');
  await ServerProcess.start(server, SERVING);
  const args = ['--fingerprint', SERVER.public, `ftp://${LOGIN}@${SERVER.public}`];
  assertFindings(await runDoctor(client, ...args));
  if (!loads(t, office, HELPER)) return;
  const report = await runDoctor(client, ...args);
  assertFindings(report, 'HELPER_READS');
  assert.equal(report.findings[0]?.evidence.length, 3);
});

// ---- passive data connections

claim(
  'PASV_ZERO: vsftpd with listen_ipv6 and pasv_address',
  async (t) => {
    const hosts = row(t, 'public', 'public');
    const settings = ['listen=NO', 'listen_ipv6=YES'];
    await vsftpd(t, hosts, SERVER.public, { vsftpd: settings, publicAddress: SERVER.public });
    assertFindings(await runDoctor(hosts.client, `ftp://${LOGIN}@${SERVER.public}`), 'PASV_ZERO');
  },
  'vsftpd',
);

claim(
  'PASV_WRONG_ADDRESS: vsftpd announces an address that it had once',
  async (t) => {
    const hosts = row(t, 'public', 'public');
    await vsftpd(t, hosts, SERVER.public, { publicAddress: '203.0.113.77' });
    assertFindings(await runDoctor(hosts.client, `ftp://${LOGIN}@${SERVER.public}`), 'PASV_WRONG_ADDRESS');
  },
  'vsftpd',
);

claim(
  'PROXY_ADDRESS: only the machine that the 227 names takes data connections',
  async (t) => {
    const hosts = row(t, 'public', 'public');
    const proxy = '203.0.113.9';
    hosts.office.ip('addr', 'add', `${proxy}/24`, 'dev', 'eth0');
    hosts.office.nft(`
table ip nat {
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    ip daddr ${proxy} tcp dport ${RANGE_TEXT} dnat to ${SERVER.public}
  }
}
${forward('ct status dnat accept', `tcp dport ${RANGE_TEXT} drop`)}`);
    await vsftpd(t, hosts, SERVER.public, { publicAddress: proxy });
    const report = await runDoctor(hosts.client, `ftp://${LOGIN}@${SERVER.public}`);
    assertFindings(report, 'PROXY_ADDRESS');
    assert.ok(report.working.includes('PASV (believed)'));
  },
  'vsftpd',
);

claim(
  'HAIRPIN: inside, by the public address, whose router passes the control port back in',
  async (t) => {
    const network = new Network(t);
    const [client, office, server] = ['client', 'office', 'server'].map((name) => network.host(name));
    assert.ok(client && office && server);
    network.ethernet([
      { host: client, addresses: ['10.2.0.3/24'] },
      { host: office, addresses: ['10.2.0.1/24', `${OFFICE.v4}/32`] },
      { host: server, addresses: [`${SERVER.private}/24`] },
    ]);
    office.sysctl('net/ipv4/ip_forward', 1);
    for (const host of [client, server]) host.ip('route', 'add', 'default', 'via', '10.2.0.1');
    office.nft(`
table ip nat {
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    ip daddr ${OFFICE.v4} tcp dport 21 dnat to ${SERVER.private}
  }
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr 10.2.0.0/24 ip daddr ${SERVER.private} masquerade
  }
}`);
    const options = { passivePorts: RANGE, vsftpd: ['pasv_promiscuous=YES'] };
    await foreignServer(t, 'vsftpd', { ...options, namespace: server.name, host: SERVER.private, port: 21 });
    // The hairpin is NAT, too: to the server the client is the router.
    assertFindings(await runDoctor(client, `ftp://${LOGIN}@${OFFICE.v4}`), 'HAIRPIN', 'ACTIVE_NAT');
  },
  'vsftpd',
);

claim('PORT_ZERO: something on the way has put port 0 into the answers', async (t) => {
  const { client, office, server } = row(t, 'public', 'public');
  await ServerProcess.start(server, SERVING);
  await relayControl(office, SERVER.public, 'names port 0');
  assertFindings(await runDoctor(client, `ftp://${LOGIN}@${SERVER.public}`), 'PORT_ZERO', 'ACTIVE_NAT');
});

claim('HELPER_BLIND: a helper cannot read a 227 of several lines', async (t) => {
  const { client, home, office, server } = row(t, 'public', 'public');
  if (!loads(t, home, HELPER)) return;
  await ServerProcess.start(server, SERVING);
  await relayControl(office, SERVER.public, 'makes 227 many lines');
  const report = await runDoctor(client, `ftp://${LOGIN}@${SERVER.public}`);
  assertFindings(report, 'HELPER_BLIND', 'ACTIVE_NAT');
  assert.deepEqual(report.working, ['EPSV']);
});

for (const kind of ['twinport', 'vsftpd'] as const) {
  claim(
    `HELPER_TLS: with only a helper what works in clear fails in TLS, ${kind}`,
    async (t) => {
      const hosts = row(t, 'public', 'public');
      if (!loads(t, hosts.office, HELPER)) return;
      const { key, cert } = await testCertificate();
      if (kind === 'twinport') await ServerProcess.start(hosts.server, { ...SERVING, tls: { key, cert } });
      else await vsftpd(t, hosts, SERVER.public, { tls: 'explicit' });
      const report = await runDoctor(hosts.client, `ftp://${LOGIN}@${SERVER.public}`);
      assertFindings(report, 'HELPER_TLS');
      assert.equal(report.works, true);
      // In TLS alone it cannot be told from a range that is closed to all; the cure is the same.
      const alone = await runDoctor(hosts.client, '--insecure', `ftpes://${LOGIN}@${SERVER.public}`);
      assertFindings(alone, 'RANGE_DROP', 'ACTIVE_DROP');
      assert.equal(alone.exitCode, 10);
      assert.ok(alone.findings[0]?.alike.includes('HELPER_TLS'));
    },
    kind === 'twinport' ? undefined : kind,
  );
}

claim(
  'WIN_STATEFUL_FTP: the same with a server that says it is Windows',
  async (t) => {
    const hosts = row(t, 'public', 'public');
    if (!loads(t, hosts.home, HELPER)) return;
    await vsftpd(t, hosts, SERVER.public, { tls: 'explicit' });
    await relayControl(hosts.office, SERVER.public, 'is Windows');
    assertFindings(await runDoctor(hosts.client, `ftp://${LOGIN}@${SERVER.public}`), 'WIN_STATEFUL_FTP', 'ACTIVE_NAT');
  },
  'vsftpd',
);

claim('HELPER_VS_PASVADDR: a helper and a public address that is announced already', async (t) => {
  const { client, office, server } = row(t, 'public', 'private');
  if (!loads(t, office, HELPER)) return;
  office.nft(dnat('21'));
  await ServerProcess.start(server, { ...SERVING, publicAddress: OFFICE.v4 });
  const report = await runDoctor(client, `ftp://${LOGIN}@${OFFICE.v4}`);
  assertFindings(report, 'HELPER_VS_PASVADDR');
  assert.ok(report.working.includes('EPSV'));
});

// ---- active data connections

claim('ALG_MANGLE: something on the way writes another port into PORT and EPRT', async (t) => {
  const { client, office, server } = row(t, 'public', 'public');
  await ServerProcess.start(server, SERVING);
  await relayControl(office, SERVER.public, 'mangles PORT');
  assertFindings(await runDoctor(client, `ftp://${LOGIN}@${SERVER.public}`), 'ALG_MANGLE');
});

claim('FXP_BLOCKED: the client announces an address that is not its own', async (t) => {
  const { client, server } = row(t, 'public', 'public');
  await ServerProcess.start(server, SERVING);
  const report = await runDoctor(client, '--active-address', '203.0.113.50', `ftp://${LOGIN}@${SERVER.public}`);
  assertFindings(report, 'FXP_BLOCKED');
});

claim('ACTIVE_OTHER_ADDRESS: the server connects from its second address', async (t) => {
  const { client, home, server } = row(t, 'public', 'public');
  home.ip('route', 'add', '192.0.2.9/32', 'via', OFFICE.v4);
  server.ip('addr', 'add', '192.0.2.9/24', 'dev', 'eth0');
  server.nft(`
table ip nat {
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    tcp sport 20 snat to 192.0.2.9
  }
}`);
  await ServerProcess.start(server, SERVING);
  assertFindings(await runDoctor(client, `ftp://${LOGIN}@${SERVER.public}`), 'ACTIVE_OTHER_ADDRESS');
});

claim('PORT20_REQUIRED: the server may not use port 20, and only that is let in', async (t) => {
  const { client, home, server } = row(t, 'public', 'public');
  home.nft(forward(`iifname "eth1" tcp sport != 20 ${SYN} drop`));
  const unprivileged = ['setpriv', '--bounding-set', '-net_bind_service', '--inh-caps', '-net_bind_service', '--'];
  server.sysctl('net/ipv4/ip_unprivileged_port_start', 21);
  await ServerProcess.start(server, SERVING, unprivileged);
  assertFindings(await runDoctor(client, `ftp://${LOGIN}@${SERVER.public}`), 'PORT20_REQUIRED');
});

// ---- data connections that break

for (const kind of ['twinport', 'vsftpd'] as const) {
  claim(
    `BAD_IP: NAT with one address for commands and another for data, ${kind}`,
    async (t) => {
      const hosts = row(t, 'public', 'public');
      hosts.home.ip('addr', 'add', '203.0.113.9/24', 'dev', 'eth1');
      hosts.home.nft(`
table ip nat {
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    oifname "eth1" tcp dport ${RANGE_TEXT} snat to 203.0.113.9
  }
}`);
      if (kind === 'twinport') await ServerProcess.start(hosts.server, SERVING);
      else await vsftpd(t, hosts, SERVER.public);
      assertFindings(await runDoctor(hosts.client, `ftp://${LOGIN}@${SERVER.public}`), 'BAD_IP');
    },
    kind === 'twinport' ? undefined : kind,
  );
}

for (const family of ['public', 'v6'] as const) {
  claim(
    `DATA_STALL_PMTU: a smaller MTU on the way, and nobody is told of it, ${family === 'v6' ? 'IPv6' : 'IPv4'}`,
    async (t) => {
      const { client, home, office, server } = row(t, 'public', 'public');
      for (const [router, device] of [
        [home, 'eth1'],
        [office, 'eth0'],
      ] as const) {
        router.ip('link', 'set', device, 'mtu', '1300');
        router.nft(NO_ICMP_ERRORS);
      }
      await ServerProcess.start(server, SERVING);
      const host = family === 'v6' ? `[${SERVER.v6}]` : SERVER.public;
      const report = await runDoctor(client, '--write', '/', `ftp://${LOGIN}@${host}`);
      assertFindings(report, 'DATA_STALL_PMTU');
      assert.equal(report.findings[0]?.evidence.length, 2);
      assert.equal(report.exitCode, 10);
    },
  );
}

claim('DATA_RESET: something on the way resets connections that have carried 100 KB', async (t) => {
  const { client, office, server } = row(t, 'public', 'public');
  office.sysctl('net/netfilter/nf_conntrack_acct', 1);
  office.nft(forward('ct bytes > 100000 reject with tcp reset'));
  await ServerProcess.start(server, SERVING);
  assertFindings(await runDoctor(client, `ftp://${LOGIN}@${SERVER.public}`), 'DATA_RESET');
});

test('at least thirty rows of the knowledge base are provoked', () => {
  const provoked = new Set(claims.flatMap(({ name }) => /^([A-Z\d_]+): /.exec(name)?.[1] ?? []));
  const rows = KNOWLEDGE.map(({ id }) => id).filter((id) => provoked.has(id));
  assert.equal(rows.length, provoked.size);
  assert.ok(rows.length >= 30, String(rows.length));
});

void describe('the doctor', { concurrency: 3 }, () => {
  for (const { name, peer, run } of claims)
    test(name, { skip: skip || (peer !== undefined && missingServer(peer)), timeout }, run);
});
