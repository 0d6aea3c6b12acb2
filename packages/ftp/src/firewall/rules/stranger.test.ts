import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NetworkPath } from './network-path.js';
import { FIREWALL_KINDS, type Features } from './policy.js';
import { DEFAULT_PLAN } from './port-plan.js';
import { outcomeOf, simulate } from './simulate.js';
import { type Stranger, letsIn } from './stranger.js';

const OPEN: Features = { open: true };
const BARE: NetworkPath = { clientNat: false, serverNat: false, clientFirewall: OPEN, serverFirewall: OPEN };
const plan = { ...DEFAULT_PLAN, tls: 'explicit' } as const;

function getsIn(path: Partial<NetworkPath>, stranger: Stranger, tls = false): boolean {
  return letsIn({ plan, path: { ...BARE, ...path }, tls }, stranger);
}

const UNRELATED: Stranger = { towards: 'server', clientPort: 40_000, serverPort: 8080 };
const IDLE: Stranger = { towards: 'server', clientPort: 40_000, serverPort: 50_100 };
const FROM_20: Stranger = { towards: 'client', clientPort: 6000, serverPort: 20 };
const SERVICE: Stranger = { towards: 'client', clientPort: 22, serverPort: 40_000, named: true };

test('what FTP does not need gets in where a rule is wider than FTP', () => {
  const { range, control, helper, 'range+active': active } = FIREWALL_KINDS;
  assert.equal(getsIn({}, UNRELATED), true);
  for (const kind of [range, control, helper, active]) assert.equal(getsIn({ serverFirewall: kind }, UNRELATED), false);
  assert.equal(getsIn({ serverFirewall: range }, IDLE), true);
  assert.equal(getsIn({ serverFirewall: helper }, IDLE), false);
  assert.equal(getsIn({ clientFirewall: active }, FROM_20), true);
  assert.equal(getsIn({ clientFirewall: range }, FROM_20), false);
});

test('a PORT that names the port of a service opens it only where every port may be expected, and the helper can read it', () => {
  const { helper } = FIREWALL_KINDS;
  assert.equal(getsIn({ clientFirewall: helper }, SERVICE), false);
  assert.equal(getsIn({ clientFirewall: { ...helper, anyExpected: true } }, SERVICE), true);
  assert.equal(getsIn({ clientFirewall: { ...helper, anyExpected: true } }, { ...SERVICE, named: false }), false);
  assert.equal(getsIn({ clientFirewall: { ...helper, anyExpected: true } }, SERVICE, true), false);
});

test('NAT lets in what it forwards, and translates IPv4 only', () => {
  const path = { ...BARE, serverNat: true };
  assert.equal(letsIn({ plan, path, tls: false }, UNRELATED), false);
  assert.equal(letsIn({ plan, path, tls: false }, IDLE), true);
  assert.equal(letsIn({ plan, path, tls: false, family: 'ipv6' }, UNRELATED), true);
  const both = { ...BARE, clientNat: true };
  assert.equal(outcomeOf({ plan, path: both, way: 'EPRT', tls: false }), '500');
  assert.equal(outcomeOf({ plan, path: both, way: 'EPRT', tls: false, family: 'ipv6' }), 'ok');
});

test('the firewall of the host itself stands behind its router', () => {
  const path = { ...BARE, serverNat: true, serverHost: FIREWALL_KINDS.helper };
  assert.equal(outcomeOf({ plan, path, way: 'EPSV', tls: false }), 'ok');
  // Its helper reads the private address of the 227, as the server has written it, and translates nothing.
  assert.equal(outcomeOf({ plan, path, way: 'PASVi', tls: false }), 'ok');
  assert.equal(outcomeOf({ plan, path, way: 'PASV', tls: false }), 'refused');
  const { conclusion, places } = simulate({ plan, path, way: 'EPSV', tls: true });
  assert.equal(conclusion.outcome, 'timeout');
  assert.equal(conclusion.cause, 'HELPER_TLS');
  assert.deepEqual(
    places.map(({ name }) => name),
    ['CLIENT', 'CLIENT ROUTER', 'SERVER NAT', "SERVER'S OWN FIREWALL", 'SERVER'],
  );
  assert.equal(conclusion.place, 3);
});
