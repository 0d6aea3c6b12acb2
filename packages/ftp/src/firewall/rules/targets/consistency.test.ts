import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DEFAULT_PLAN, type PortPlan } from '../port-plan.js';
import { RULES_TARGETS, type RulesTarget, renderRules } from './render.js';
import { RulesRefused, type RulesRequest } from './target.js';

function request(change: Partial<RulesRequest>, plan: Partial<PortPlan> = {}): RulesRequest {
  return { role: 'server', features: { range: true }, ...change, plan: { ...DEFAULT_PLAN, ...plan } };
}

function atRouter(router: RulesRequest['router']): RulesRequest {
  return request({ role: 'router', ...(router && { router }) });
}

const ROUTER = { side: 'server', client: 'wan', server: 'lan' } as const;
const HELPER = { helper: 'assigned' } as const;

/** A request, how it is written, and what is said. */
type Case = readonly [name: string, request: RulesRequest, said: RegExp, target?: RulesTarget];

const REFUSED: readonly Case[] = [
  [
    'a helper and an announced address',
    request({ features: HELPER }, { announced: '203.0.113.2' }),
    /helper ignores a 227/,
  ],
  ['a helper and TLS from the first byte', request({ features: HELPER }, { tls: 'implicit' }), /can read TLS/],
  ['a helper without state', request({ features: { ...HELPER, stateful: false } }), /without state/],
  ['more sessions than ports', request({ sessions: 102 }), /has 101 ports, and 102 sessions/],
  [
    'a client that lets in active data from any port',
    request({ role: 'client', features: { active: true } }, { active: 'any' }),
    /every unprivileged port of the clients/,
  ],
  ['pinholes on a router', request({ role: 'router', router: ROUTER, features: { pinholes: true } }), /own host/],
  ['NAT to nowhere', request({ role: 'router', router: ROUTER, serverNat: true }), /where the server is/],
  ...(['kubernetes', 'docker', 'haproxy'] as const).map((target): Case => [
    `${target} without a range`,
    request({ server: { ipv4: '192.0.2.1' } }, { passive: undefined }),
    /any of 64512: give it a small range/,
    target,
  ]),
  ['a router without interfaces', request({ role: 'router' }), /two interfaces/],
  ['a helper in a security group', request({ features: HELPER }), /aws reads no commands/, 'aws'],
  ['a security group of a client', request({ role: 'client' }), /no rules for a client/, 'gcp'],
  ['a security group without state', request({ features: { stateful: false } }), /remembers connections/, 'azure'],
  ['pinholes without nftables', request({ features: { pinholes: true } }), /use nftables/, 'iptables'],
  ['a helper of pf on a server', request({ features: HELPER }), /ftp-proxy/, 'pf-openbsd'],
  ['haproxy to nowhere', request({}), /where the server is/, 'haproxy'],
  ['a rule in place of an interface', atRouter({ ...ROUTER, client: 'wan" accept' }), /name of an interface/],
  ['an interface as ip shows its peer', atRouter({ ...ROUTER, server: 'eth0@if5' }), /name of an interface/],
  ['a rule in place of an address', request({ server: { ipv4: '10.0.0.1; accept' } }), /no IPv4 address/],
  ['a command in place of a scope', request({ server: { ipv6: 'fe80::1%$(id)' } }), /no IPv6 address/, 'haproxy'],
  ['a name in place of a network', request({ sources: ['face/24'] }), /no network/],
  ['a prefix too long', request({ sources: ['192.0.2.0/33'] }), /no network/],
  ['an address in place of a network', request({ sources: ['192.0.2.1'] }), /no network/, 'aws'],
  [
    'a network of the other family, which left none: everyone for a NetworkPolicy',
    request({ families: ['ipv4'], sources: ['2001:db8::/32'] }),
    /network of IPv6/,
    'kubernetes',
  ],
  ['networks where everyone gets in', request({ sources: ['192.0.2.0/24'] }), /lets in everyone/, 'docker'],
  [
    'networks of clients on a client',
    request({ role: 'client', sources: ['192.0.2.0/24'] }),
    /only servers are the other side/,
    'ufw',
  ],
  [
    'active data to a client of firewalld',
    request({ role: 'client', features: { active: true } }),
    /needs the helper/,
    'firewalld',
  ],
];

const DOUBTED: readonly Case[] = [
  ['a helper and TLS that may be', request({ features: HELPER }, { tls: 'explicit' }), /inside TLS get no data/],
  ['any passive port', request({}, { passive: undefined }), /1024-65535 are open/],
  ['port 20 without the privilege', request({ features: { active: true } }, { control: 2121 }), /CAP_NET_BIND_SERVICE/],
  ['active data from any port', request({ features: { active: true } }, { active: 'any' }), /anywhere/],
  ['a helper behind a security group', request({ features: HELPER }), /a security group in front/],
  ['a private address in the 227', request({ serverNat: true }), /names the private address/],
  [
    'active mode behind the clients’ NAT',
    request({ role: 'client', clientNat: true, features: { active: true } }),
    /needs a helper that rewrites PORT/,
  ],
  ['outwards all without state', request({ features: { stateful: false, outward: true } }), /only answers to FTP/],
  ['active mode of a cloud', request({ features: { active: true } }), /matches no source port/, 'aws'],
  ['a helper of ufw', request({ features: HELPER }), /port 22 of a client/, 'ufw'],
  ['one family of two', request({ families: ['ipv4'] }), /IPv4 and IPv6 alike/, 'ufw'],
  ['a host that keeps no other port', request({}), /over SSH is locked out/],
  ['a client that keeps others', request({ role: 'client', keep: [80] }), /over SSH is locked out/, 'iptables'],
  ['a load balancer', request({}), /address of the load balancer/, 'kubernetes'],
];

void describe('pairs that cannot work are refused, with the reason', () => {
  for (const [name, each, said, target = 'nftables'] of REFUSED) {
    test(name, () => {
      assert.throws(
        () => renderRules(target, each),
        (error) => error instanceof RulesRefused && said.test(error.message),
      );
    });
  }
});

void describe('what works in part is warned of', () => {
  for (const [name, each, said, target = 'nftables'] of DOUBTED) {
    test(name, () => {
      assert.match(renderRules(target, each).warnings.join('\n'), said);
    });
  }
});

test('a server with its range open is not warned of, nor is a helper beside the range', () => {
  for (const features of [{ range: true }, { ...HELPER, range: true }]) {
    const asked = request({ features, keep: [22] }, { announced: '203.0.113.2', tls: 'explicit' });
    assert.deepEqual(renderRules('nftables', asked).warnings, []);
  }
});

test('every rule says what it is for and its risk, in every target', () => {
  const asked = request({ server: { ipv4: '10.20.0.2' }, features: { range: true, outward: true } });
  for (const target of RULES_TARGETS) {
    const text = renderRules(target, asked)
      .texts.map((each) => each.text)
      .join('');
    for (const what of ['control: to port 21', 'passive data: from ports 1024-65535 to ports 50000-50100'])
      assert.match(text, new RegExp(`${what}.*Risk: .+\\.`), target);
    assert.match(text, /101 ports of the server can be reached at all times/, target);
  }
});
