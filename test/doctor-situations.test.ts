// The doctor in every situation of the measured table (firewall.md): NAT, firewalls of the same kind on both sides, in clear and in TLS. What
// works and what does not is as the model predicts, and so is the cause that is named, as far as it can be told from the client's place.
import assert from 'node:assert/strict';
import { type TestContext, describe, test } from 'node:test';
import {
  DEFAULT_PLAN,
  FIREWALL_KINDS,
  type Observation,
  type WayObservation,
  nameOf,
  simulate,
} from '@twinport/ftp/firewall';
import { type DoctorReport, runDoctor } from './kit/doctor-run.js';
import { missingNamespaces } from './kit/namespace.js';
import { missing } from './kit/peers.js';
import { type Hosts, MASQUERADE, OFFICE, SERVER, SYN, loads, row } from './kit/row-of-hosts.js';
import { testCertificate } from './kit/server.js';
import { ServerProcess } from './kit/server-process.js';

const RANGE = { first: 50_000, last: 50_009 };
const RANGE_TEXT = `${RANGE.first}-${RANGE.last}`;
/** Milliseconds. A test that hangs must end by itself, for its network to be removed. */
const timeout = 90_000;
const skip = missingNamespaces() || missing('nft');

interface Situation {
  readonly nat: 'none' | 'client' | 'server' | 'both';
  /** Whether the server announces its public address. */
  readonly announces: boolean;
  readonly firewalls: (typeof KINDS)[number];
}

const KINDS = ['helper+range', 'helper', 'range', 'stateless', 'control'] as const;
const NATS: readonly Pick<Situation, 'nat' | 'announces'>[] = [
  { nat: 'none', announces: false },
  { nat: 'client', announces: false },
  { nat: 'server', announces: false },
  { nat: 'server', announces: true },
  { nat: 'both', announces: false },
  { nat: 'both', announces: true },
];

/** Of a router: `eth0` is the side of the client. */
function firewall(kind: Situation['firewalls']): string {
  const helper = kind === 'helper' || kind === 'helper+range';
  const range = kind === 'range' || kind === 'helper+range' ? `, ${RANGE_TEXT}` : '';
  const rules =
    kind === 'stateless'
      ? [
          `iifname "eth0" tcp dport { 21, ${RANGE_TEXT} } accept`,
          `iifname "eth1" tcp sport { 21, ${RANGE_TEXT} } tcp flags & ack == ack accept`,
          'iifname "eth1" tcp sport 20 tcp dport 1024-65535 accept',
          'iifname "eth0" tcp dport 20 tcp flags & ack == ack accept',
        ]
      : [
          'ct state vmap { established : accept, invalid : drop }',
          ...(helper ? ['ct state related ct helper "ftp" tcp dport 1024-65535 accept'] : []),
          `iifname "eth0" ${SYN} tcp dport { 21${range} } accept`,
        ];
  return `
table inet ftp_fw {
  ${helper ? 'ct helper ftp-std { type "ftp" protocol tcp; }' : ''}
  chain assign {
    type filter hook prerouting priority filter; policy accept;
    ${helper ? 'tcp dport 21 ct helper set "ftp-std"' : ''}
  }
  chain forward {
    type filter hook forward priority filter; policy drop;
    meta l4proto { icmp, ipv6-icmp } accept
    ${rules.join('\n    ')}
  }
}`;
}

/** Who forwards the control port only, forwards no range. */
function serverNat(kind: Situation['firewalls']): string {
  const ports = kind === 'helper' || kind === 'control' ? '21' : `21, ${RANGE_TEXT}`;
  return `
table ip nat {
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    iifname "eth0" tcp dport { ${ports} } dnat to ${SERVER.private}
  }
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    oifname "eth0" masquerade
  }
}`;
}

function build(t: TestContext, { nat, firewalls }: Situation): Hosts | undefined {
  const [clientNat, behindNat] = [nat === 'client' || nat === 'both', nat === 'server' || nat === 'both'];
  const hosts = row(t, clientNat ? 'private' : 'public', behindNat ? 'private' : 'public');
  for (const router of [hosts.home, hosts.office]) if (!loads(t, router, firewall(firewalls))) return undefined;
  if (clientNat) hosts.home.nft(MASQUERADE);
  if (behindNat) hosts.office.nft(serverNat(firewalls));
  return hosts;
}

function isWay(one: Observation): one is WayObservation {
  return one.kind === 'way';
}

function assertAsPredicted(report: DoctorReport, situation: Situation): void {
  const { nat, announces, firewalls } = situation;
  const features = FIREWALL_KINDS[firewalls];
  const path = {
    clientNat: nat === 'client' || nat === 'both',
    serverNat: nat === 'server' || nat === 'both',
    clientFirewall: features,
    serverFirewall: features,
  };
  const plan = {
    ...DEFAULT_PLAN,
    passive: RANGE,
    tls: 'explicit',
    announced: announces ? '203.0.113.2' : undefined,
  } as const;
  const ways = report.observations.filter(isWay);
  assert.ok(ways.length >= 5);
  for (const way of ways) {
    const { conclusion } = simulate({ plan, path, way: way.way, tls: way.security !== 'clear' });
    const where = `${nameOf(way)}: ${JSON.stringify(way.failure)}, predicted ${conclusion.outcome} ${conclusion.cause ?? ''}`;
    assert.equal(way.failure === undefined, conclusion.outcome === 'ok', where);
    const named = report.findings.filter(({ evidence }) =>
      evidence.some((line) => line.startsWith(`${nameOf(way)},`) || line.startsWith(`${nameOf(way)}:`)),
    );
    if (!way.failure)
      assert.deepEqual(
        named.map(({ id }) => id),
        [],
        where,
      );
    else
      assert.ok(
        named.some(({ id, alike }) => id === conclusion.cause || alike.includes(conclusion.cause ?? '')),
        `${where}, not ${named.map(({ id }) => id).join()}`,
      );
  }
}

void describe('the doctor in each situation', { concurrency: 3 }, () => {
  for (const nat of NATS) {
    for (const firewalls of KINDS) {
      const situation = { ...nat, firewalls };
      const name = `NAT: ${nat.nat}${nat.announces ? ', announced' : ''}; firewalls: ${firewalls}`;
      test(name, { skip, timeout }, async (t) => {
        const hosts = build(t, situation);
        if (!hosts) return;
        const { key, cert } = await testCertificate();
        const publicAddress = nat.announces ? { publicAddress: OFFICE.v4 } : {};
        await ServerProcess.start(hosts.server, {
          port: 21,
          passivePorts: RANGE,
          tls: { key, cert },
          ...publicAddress,
        });
        const host = nat.nat === 'server' || nat.nat === 'both' ? OFFICE.v4 : SERVER.public;
        // In clear it looks at TLS besides, and can compare; in TLS alone it cannot.
        const reports = await Promise.all(
          ['ftp', 'ftpes'].map((scheme) => runDoctor(hosts.client, '--insecure', `${scheme}://user:secret@${host}`)),
        );
        for (const report of reports) assertAsPredicted(report, situation);
      });
    }
  }
});
