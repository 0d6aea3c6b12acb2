// `twinport doctor --server` on the machine of a server, its own firewall being wrong in ways that from a client's place look all the same.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { type TestContext, describe, test } from 'node:test';
import { type ServerReport, runDoctor, runServerDoctor } from './kit/doctor-run.js';
import { missingNamespaces } from './kit/namespace.js';
import { missing } from './kit/peers.js';
import { type Hosts, SERVER, loads, row } from './kit/row-of-hosts.js';
import { testCertificate } from './kit/server.js';
import { ServerProcess, type ServerProcessOptions } from './kit/server-process.js';

const RANGE = { first: 50_000, last: 50_009 };
const RANGE_TEXT = `${RANGE.first}-${RANGE.last}`;
/** Milliseconds. A test that hangs must end by itself, for its network to be removed. */
const timeout = 60_000;
const skip = missingNamespaces() || missing('nft');
const URL = `ftp://user:secret@${SERVER.public}`;

interface Firewall {
  /** Rules beside those for what is known already and for ICMP. */
  readonly rules: readonly string[];
  readonly assign?: string;
  /** Default: prerouting at priority filter. */
  readonly hook?: string;
}

function hostFirewall({ rules, assign = '', hook = 'prerouting priority filter' }: Firewall): string {
  return `
table inet host {
  ct helper ftp-std { type "ftp" protocol tcp; }
  chain assign {
    type filter hook ${hook}; policy accept;
    ${assign}
  }
  chain input {
    type filter hook input priority filter; policy drop;
    ct state established accept
    meta l4proto { icmp, ipv6-icmp } accept
    ${rules.join('\n    ')}
  }
}`;
}

const CONTROL = 'tcp dport 21 ct state new accept';
const BOTH = `tcp dport { 21, ${RANGE_TEXT} } ct state new accept`;
const RELATED = 'ct state related ct helper "ftp" tcp dport 1024-65535 accept';
const ANY_RELATED = 'ct state related tcp dport 1024-65535 accept';
const HELPER_ON_21 = 'tcp dport 21 ct helper set "ftp-std"';

interface Row {
  readonly name: string;
  readonly firewall: Firewall;
  readonly findings: readonly string[];
  readonly options?: Partial<ServerProcessOptions>;
  readonly flags?: readonly string[];
  /** What a client finds: whether the server's own doctor sees no ghosts. */
  readonly clientWorks: boolean;
}

const ROWS: readonly Row[] = [
  { name: 'the range is open', firewall: { rules: [BOTH] }, findings: [], clientWorks: true },
  {
    name: 'a helper, in clear',
    firewall: { rules: [CONTROL, RELATED], assign: HELPER_ON_21 },
    findings: [],
    clientWorks: true,
  },
  { name: 'the control port only', firewall: { rules: [CONTROL] }, findings: ['RANGE_DROP'], clientWorks: false },
  { name: 'nothing at all', firewall: { rules: [] }, findings: ['CONTROL_BLOCKED', 'RANGE_DROP'], clientWorks: false },
  {
    name: 'a part of the range',
    firewall: { rules: [CONTROL, 'tcp dport 50000-50004 ct state new accept'] },
    findings: ['RANGE_DROP'],
    clientWorks: true,
  },
  {
    name: 'for IPv4 alone',
    firewall: { rules: [`meta nfproto ipv4 ${BOTH}`, CONTROL] },
    findings: ['V6_RULE_MISSING'],
    clientWorks: true,
  },
  {
    name: 'related, and no helper',
    firewall: { rules: [CONTROL, ANY_RELATED] },
    findings: ['HELPER_ABSENT'],
    clientWorks: false,
  },
  {
    name: 'related, no helper, and TLS, which no helper could read',
    firewall: { rules: [CONTROL, ANY_RELATED] },
    flags: ['--tls', 'explicit'],
    findings: ['RANGE_DROP'],
    clientWorks: false,
  },
  {
    name: 'a helper at raw priority',
    firewall: { rules: [CONTROL, ANY_RELATED], assign: HELPER_ON_21, hook: 'prerouting priority raw' },
    findings: ['HELPER_PRIORITY'],
    clientWorks: false,
  },
  {
    name: 'a helper on output',
    firewall: { rules: [CONTROL, RELATED], assign: HELPER_ON_21, hook: 'output priority filter' },
    findings: ['HELPER_HOOK'],
    clientWorks: false,
  },
  {
    name: 'a helper on another port',
    firewall: { rules: [CONTROL, RELATED], assign: 'tcp dport 2121 ct helper set "ftp-std"' },
    findings: ['HELPER_PORT'],
    clientWorks: false,
  },
  {
    name: 'a helper and TLS',
    firewall: { rules: [CONTROL, RELATED], assign: HELPER_ON_21 },
    flags: ['--tls', 'explicit'],
    findings: ['HELPER_TLS'],
    clientWorks: true,
  },
];

function assertFindings({ findings, unread }: ServerReport, ids: readonly string[]): void {
  assert.deepEqual(unread, []);
  const text = findings.map(({ id, evidence }) => `${id}: ${evidence.join('; ')}`).join('\n');
  assert.deepEqual(findings.map(({ id }) => id).toSorted(), ids.toSorted(), text);
}

/** Carries out what it says is to be done. */
async function repair({ server }: Hosts, { findings }: ServerReport): Promise<void> {
  for (const { fix } of findings) for (const command of fix) await server.run('sh', '-c', command);
}

void describe('doctor --server', { concurrency: 3 }, () => {
  for (const { name, firewall, findings, options, flags = [], clientWorks } of ROWS) {
    test(`${name}: ${findings.join() || 'no finding'}`, { skip, timeout }, async (t) => {
      const hosts = row(t, 'public', 'public');
      // Active mode is left out: the client lets nothing in.
      hosts.client.nft(
        'table inet host { chain input { type filter hook input priority filter; tcp flags & (syn | ack) == syn drop; }; }',
      );
      if (!loads(t, hosts.server, hostFirewall(firewall))) return;
      const tls = await testCertificate();
      await ServerProcess.start(hosts.server, {
        port: 21,
        passivePorts: RANGE,
        files: { '/a.txt': 'a' },
        ...(flags.length > 0 && { tls }),
        ...options,
      });
      const args = ['--passive-ports', RANGE_TEXT, ...flags];
      const report = await runServerDoctor(hosts.server, ...args);
      assertFindings(report, findings);
      if (name !== 'a part of the range') assert.equal((await runDoctor(hosts.client, URL)).works, clientWorks);
      if (findings.length === 0) return;
      await repair(hosts, report);
      assertFindings(await runServerDoctor(hosts.server, ...args), []);
      assert.equal((await runDoctor(hosts.client, URL)).works, true);
    });
  }
});

async function started(t: TestContext, where: 'public' | 'private', wrapper: readonly string[] = []): Promise<Hosts> {
  const hosts = row(t, 'public', where);
  hosts.server.sysctl('net/ipv4/ip_unprivileged_port_start', 21);
  await ServerProcess.start(hosts.server, { port: 21, passivePorts: RANGE }, wrapper);
  return hosts;
}

test('a private address and none that is announced: PASV_PRIVATE, possibly', { skip, timeout }, async (t) => {
  const { server } = await started(t, 'private');
  const report = await runServerDoctor(server, '--passive-ports', RANGE_TEXT);
  // In a container the tests themselves are.
  const inContainer = ['/.dockerenv', '/run/.containerenv'].some((path) => existsSync(path));
  assertFindings(report, [inContainer ? 'PASV_LOOPBACK' : 'PASV_PRIVATE']);
  assert.equal(report.findings[0]?.sure, 'possible');
  assert.equal(report.exitCode, 0);
  assertFindings(await runServerDoctor(server, '--passive-ports', RANGE_TEXT, '--public-address', '203.0.113.2'), []);
});

test('a server that may not use port 20: PORT20_REQUIRED', { skip: skip || missing('setpriv'), timeout }, async (t) => {
  const unprivileged = ['setpriv', '--bounding-set', '-net_bind_service', '--inh-caps', '-net_bind_service', '--'];
  const { server } = await started(t, 'public', unprivileged);
  assertFindings(await runServerDoctor(server, '--passive-ports', RANGE_TEXT), ['PORT20_REQUIRED']);
  assertFindings(await runServerDoctor(server, '--passive-ports', RANGE_TEXT, '--active-port', 'any'), []);
});

test('nothing listens: CONTROL_REFUSED', { skip, timeout }, async (t) => {
  const { server } = row(t, 'public', 'public');
  const report = await runServerDoctor(server, '--passive-ports', RANGE_TEXT);
  assertFindings(report, ['CONTROL_REFUSED']);
  assert.equal(report.exitCode, 10);
});
