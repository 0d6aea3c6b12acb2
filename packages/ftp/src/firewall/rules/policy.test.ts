import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FIREWALL_KINDS, type FirewallKind, type FtpPacket, policyOf, reaches } from './policy.js';
import { DEFAULT_PLAN } from './port-plan.js';
import { type Way, outcomeOf } from './simulate.js';

/** The measured rulesets, each on one router between client and server: did it work, was it open? */
interface MeasuredRules {
  readonly ruleset: string;
  readonly kind: FirewallKind;
  readonly passive: boolean;
  readonly active: boolean;
  readonly passiveTls: boolean;
  readonly activeTls: boolean;
  /** Somebody else's listener on a port of the range. */
  readonly stray: boolean;
  /** A peer that sends from port 20, to port 6000 of the client. */
  readonly fromPort20: boolean;
}

const NOTHING = {
  passive: false,
  active: false,
  passiveTls: false,
  activeTls: false,
  stray: false,
  fromPort20: false,
};
const EVERYTHING = { passive: true, active: true, passiveTls: true, activeTls: true, stray: true, fromPort20: true };
const RANGE = { ...NOTHING, passive: true, passiveTls: true, stray: true };

/** Linux 6.18, nftables 1.0.6, iptables 1.8.9; IPv4 and IPv6. */
const MEASURED: readonly MeasuredRules[] = [
  { ruleset: 'nft-control-only', kind: 'control', ...NOTHING },
  { ruleset: 'nft-related-noassign', kind: 'related', ...NOTHING },
  { ruleset: 'nft-helper-oldprio', kind: 'helper-too-early', ...NOTHING },
  { ruleset: 'nft-helper, ipt-helper', kind: 'helper', ...NOTHING, passive: true, active: true },
  { ruleset: 'nft-range, ipt-range', kind: 'range', ...RANGE },
  { ruleset: 'nft-range-active', kind: 'range+active', ...EVERYTHING },
  { ruleset: 'nft-stateless', kind: 'stateless', ...EVERYTHING },
];

const PASSIVE: readonly Way[] = ['PASV', 'EPSV'];
const ACTIVE: readonly Way[] = ['PORT', 'EPRT'];

void describe('what the measured rulesets let through is what their policies do', () => {
  for (const { ruleset, kind, passive, active, passiveTls, activeTls, stray, fromPort20 } of MEASURED) {
    const features = FIREWALL_KINDS[kind];
    const path = { clientNat: false, serverNat: false, clientFirewall: features, serverFirewall: features };
    const works = (way: Way, tls: boolean): boolean => outcomeOf({ plan: DEFAULT_PLAN, path, way, tls }) === 'ok';
    const isOpen = (packet: Pick<FtpPacket, 'towards' | 'clientPort' | 'serverPort'>): boolean =>
      reaches(policyOf('client', features, DEFAULT_PLAN), packet) &&
      reaches(policyOf('server', features, DEFAULT_PLAN), packet);

    test(`${ruleset}: transfers`, () => {
      for (const way of PASSIVE) assert.deepEqual([works(way, false), works(way, true)], [passive, passiveTls], way);
      for (const way of ACTIVE) assert.deepEqual([works(way, false), works(way, true)], [active, activeTls], way);
    });

    test(`${ruleset}: what else gets through`, () => {
      assert.equal(isOpen({ towards: 'server', clientPort: 40_000, serverPort: 8080 }), false);
      assert.equal(isOpen({ towards: 'client', clientPort: 8080, serverPort: 40_000 }), false);
      assert.equal(isOpen({ towards: 'server', clientPort: 40_000, serverPort: 50_007 }), stray);
      assert.equal(isOpen({ towards: 'client', clientPort: 6000, serverPort: 20 }), fromPort20);
    });
  }

  test('with pinholes FTPS works, and nothing is open', () => {
    const path = {
      clientNat: false,
      serverNat: false,
      clientFirewall: FIREWALL_KINDS.none,
      serverFirewall: FIREWALL_KINDS.pinholes,
    };
    assert.equal(outcomeOf({ plan: DEFAULT_PLAN, path, way: 'EPSV', tls: true }), 'ok');
    const stray = { towards: 'server', clientPort: 40_000, serverPort: 50_007 } as const;
    assert.equal(reaches(policyOf('server', FIREWALL_KINDS.pinholes, DEFAULT_PLAN), stray), false);
  });

  test('outwards all: everything of its own side gets out, nothing more gets in', () => {
    const policy = policyOf('server', { range: true, outward: true }, DEFAULT_PLAN);
    assert.equal(reaches(policy, { towards: 'client', clientPort: 443, serverPort: 40_000 }), true);
    assert.equal(reaches(policy, { towards: 'server', clientPort: 40_000, serverPort: 8080 }), false);
  });
});
