import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FIREWALL_KINDS, type Features } from './policy.js';
import { DEFAULT_PLAN } from './port-plan.js';
import { type Situation, type Way, outcomeOf, simulate } from './simulate.js';
import type { Outcome } from './timeline.js';

/** Of the measured table: NAT, firewalls at both sides, then how each of nine ways ended. */
type MeasuredRow = readonly [nat: string, firewalls: string, ...outcomes: readonly string[]];

/** Outcomes as the table writes them. */
const WRITTEN: Readonly<Record<string, Outcome>> = {
  OK: 'ok',
  'T/O': 'timeout',
  REF: 'refused',
  '425': '425',
  '500': '500',
};

/** Columns: PORT, EPRT, PASV, PASVi, EPSV, then inside TLS PORT, PASV, PASVi, EPSV. Linux 6.18, nftables 1.0.6, vsftpd 3.0.3; firewalls of the same kind on both sides. */
const MEASURED: readonly MeasuredRow[] = [
  ['none', 'hr', 'OK', 'OK', 'OK', 'OK', 'OK', '425', 'OK', 'OK', 'OK'],
  ['none', 'helper', 'OK', 'OK', 'OK', 'OK', 'OK', '425', 'T/O', 'T/O', 'T/O'],
  ['none', 'range', '425', '425', 'OK', 'OK', 'OK', '425', 'OK', 'OK', 'OK'],
  ['none', 'stateless', 'OK', 'OK', 'OK', 'OK', 'OK', 'OK', 'OK', 'OK', 'OK'],
  ['none', 'ctl', '425', '425', 'T/O', 'T/O', 'T/O', '425', 'T/O', 'T/O', 'T/O'],
  ['client', 'hr', 'OK', 'OK', 'OK', 'OK', 'OK', '500', 'OK', 'OK', 'OK'],
  ['client', 'helper', 'OK', 'OK', 'OK', 'OK', 'OK', '500', 'T/O', 'T/O', 'T/O'],
  ['client', 'range', '500', '500', 'OK', 'OK', 'OK', '500', 'OK', 'OK', 'OK'],
  ['client', 'stateless', '500', '500', 'OK', 'OK', 'OK', '500', 'OK', 'OK', 'OK'],
  ['client', 'ctl', '500', '500', 'T/O', 'T/O', 'T/O', '500', 'T/O', 'T/O', 'T/O'],
  ['server', 'hr', 'OK', 'OK', 'OK', 'OK', 'OK', '425', 'REF', 'OK', 'OK'],
  ['server', 'helper', 'OK', 'OK', 'OK', 'OK', 'OK', '425', 'REF', 'T/O', 'T/O'],
  ['server', 'range', '425', '425', 'REF', 'OK', 'OK', '425', 'REF', 'OK', 'OK'],
  ['server', 'stateless', 'OK', 'OK', 'REF', 'OK', 'OK', 'OK', 'REF', 'OK', 'OK'],
  ['server', 'ctl', '425', '425', 'REF', 'T/O', 'T/O', '425', 'REF', 'T/O', 'T/O'],
  ['server+pa', 'hr', 'OK', 'OK', 'OK', 'OK', 'OK', '425', 'OK', 'OK', 'OK'],
  ['server+pa', 'helper', 'OK', 'OK', 'REF', 'REF', 'OK', '425', 'T/O', 'T/O', 'T/O'],
  ['server+pa', 'range', '425', '425', 'OK', 'OK', 'OK', '425', 'OK', 'OK', 'OK'],
  ['server+pa', 'stateless', 'OK', 'OK', 'OK', 'OK', 'OK', 'OK', 'OK', 'OK', 'OK'],
  ['server+pa', 'ctl', '425', '425', 'T/O', 'T/O', 'T/O', '425', 'T/O', 'T/O', 'T/O'],
  ['both', 'hr', 'OK', 'OK', 'OK', 'OK', 'OK', '500', 'REF', 'OK', 'OK'],
  ['both', 'helper', 'OK', 'OK', 'OK', 'OK', 'OK', '500', 'REF', 'T/O', 'T/O'],
  ['both', 'range', '500', '500', 'REF', 'OK', 'OK', '500', 'REF', 'OK', 'OK'],
  ['both', 'stateless', '500', '500', 'REF', 'OK', 'OK', '500', 'REF', 'OK', 'OK'],
  ['both', 'ctl', '500', '500', 'REF', 'T/O', 'T/O', '500', 'REF', 'T/O', 'T/O'],
  ['both+pa', 'hr', 'OK', 'OK', 'OK', 'OK', 'OK', '500', 'OK', 'OK', 'OK'],
  ['both+pa', 'helper', 'OK', 'OK', 'REF', 'REF', 'OK', '500', 'T/O', 'T/O', 'T/O'],
  ['both+pa', 'range', '500', '500', 'OK', 'OK', 'OK', '500', 'OK', 'OK', 'OK'],
  ['both+pa', 'stateless', '500', '500', 'OK', 'OK', 'OK', '500', 'OK', 'OK', 'OK'],
  ['both+pa', 'ctl', '500', '500', 'T/O', 'T/O', 'T/O', '500', 'T/O', 'T/O', 'T/O'],
];

const COLUMNS: readonly (readonly [way: Way, tls: boolean])[] = [
  ['PORT', false],
  ['EPRT', false],
  ['PASV', false],
  ['PASVi', false],
  ['EPSV', false],
  ['PORT', true],
  ['PASV', true],
  ['PASVi', true],
  ['EPSV', true],
];

const FIREWALLS: Readonly<Record<string, Features>> = {
  hr: FIREWALL_KINDS['helper+range'],
  helper: FIREWALL_KINDS.helper,
  range: FIREWALL_KINDS.range,
  stateless: FIREWALL_KINDS.stateless,
  ctl: FIREWALL_KINDS.control,
};

function situationOf(nat: string, firewalls: string, way: Way, tls: boolean): Situation {
  const features = FIREWALLS[firewalls] ?? {};
  return {
    plan: { ...DEFAULT_PLAN, tls: 'explicit', announced: nat.endsWith('+pa') ? '203.0.113.2' : undefined },
    path: {
      clientNat: nat === 'client' || nat.startsWith('both'),
      serverNat: nat.startsWith('server') || nat.startsWith('both'),
      clientFirewall: features,
      serverFirewall: features,
    },
    way,
    tls,
  };
}

void describe('what was measured is what is predicted', () => {
  for (const [nat, firewalls, ...cells] of MEASURED) {
    for (const [index, [way, tls]] of COLUMNS.entries()) {
      test(`NAT ${nat}, firewalls ${firewalls}: ${way}${tls ? ' inside TLS' : ''}`, () => {
        assert.equal(outcomeOf(situationOf(nat, firewalls, way, tls)), WRITTEN[cells[index] ?? '']);
      });
    }
  }

  test('the table has 270 cells', () => {
    assert.equal(
      MEASURED.reduce((sum, [, , ...cells]) => sum + cells.length, 0),
      270,
    );
  });
});

test('what fails says at which step, where, by which rule, why, and what to do', () => {
  for (const [nat, firewalls] of MEASURED) {
    for (const [way, tls] of COLUMNS) {
      const { conclusion, steps, places } = simulate(situationOf(nat, firewalls, way, tls));
      if (conclusion.outcome === 'ok') continue;
      const { step, place, why, fix, cause } = conclusion;
      assert.ok(
        steps.some(({ number }) => number === step),
        `${nat} ${firewalls} ${way}`,
      );
      assert.ok(place !== undefined && places[place]);
      assert.ok(why !== '' && fix.length > 0, cause);
    }
  }
});

/** What to do about a firewall at this side that lets only the control connection through. */
function cureAt(side: 'client' | 'server'): string {
  const open = { open: true };
  const path = { clientNat: false, serverNat: false, clientFirewall: open, serverFirewall: open };
  const closed = { ...path, [`${side}Firewall`]: FIREWALL_KINDS.control };
  return simulate({ plan: DEFAULT_PLAN, path: closed, way: 'EPSV', tls: false }).conclusion.fix.join();
}

test('the cure is for the firewall that stopped it', () => {
  assert.match(cureAt('client'), /TCP out, at the client’s firewall, to ports 50000-50100 of the server/);
  assert.match(cureAt('server'), /TCP in to ports 50000-50100 of the server/);
});
