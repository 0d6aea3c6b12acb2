import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { addressBytes, formatAddress } from './address.js';
import { formatNetwork, isInNetwork, networkOf, parseNetwork } from './network.js';

const cases: readonly (readonly [network: string, inside: readonly string[], outside: readonly string[]])[] = [
  ['10.0.0.0/8', ['10.0.0.0', '10.255.255.255', '::ffff:10.1.2.3'], ['11.0.0.0', '9.255.255.255', '::10.1.2.3', '::1']],
  ['192.0.2.128/25', ['192.0.2.128', '192.0.2.255'], ['192.0.2.127', '192.0.3.128']],
  ['192.0.2.7', ['192.0.2.7'], ['192.0.2.6']],
  ['0.0.0.0/0', ['0.0.0.0', '255.255.255.255', '::ffff:8.8.8.8'], ['::', '2001:db8::1']],
  ['2001:db8::/33', ['2001:db8::1', '2001:db8:7fff::', '2001:db8::1%eth0'], ['2001:db8:8000::', '32.1.13.184']],
  ['::/0', ['::', '2001:db8::1'], ['192.0.2.1', '::ffff:192.0.2.1']],
  ['::ffff:10.0.0.0/104', ['10.1.2.3', '::ffff:10.1.2.3'], ['11.0.0.0']],
  ['2001:db8::1', ['2001:DB8:0::1'], ['2001:db8::2']],
];

for (const [text, inside, outside] of cases) {
  test(`${text} holds ${inside.join(', ')} and not ${outside.join(', ')}`, () => {
    const network = parseNetwork(text);
    for (const address of inside) assert.ok(isInNetwork(network, address), address);
    for (const address of [...outside, 'unknown', '']) assert.ok(!isInNetwork(network, address), address);
  });
}

for (const text of [
  '',
  'all',
  '10/8',
  '10.0.0.0/',
  '10.0.0.0/33',
  '10.0.0.1/8',
  '::/129',
  '2001:db8::1/64',
  '10.0.0.0/-1',
  '10.0.0.0/8/8',
  'fe80::%eth0/64',
  '10.0.0.0 /8',
]) {
  test(`${JSON.stringify(text)} is no network`, () => {
    assert.throws(() => parseNetwork(text), { part: 'network' });
  });
}

const anyAddress = fc.oneof(
  fc.uint8Array({ minLength: 4, maxLength: 4 }),
  fc.uint8Array({ minLength: 16, maxLength: 16 }),
);

test('an address is of its own network, which reads as it is written', () => {
  fc.assert(
    fc.property(anyAddress, fc.nat(32), fc.nat(128), (bytes, v4, v6) => {
      const address = formatAddress(bytes);
      const network = networkOf(address, { v4, v6 });
      assert.equal(network.prefix, addressBytes(address)?.length === 4 ? v4 : v6);
      assert.ok(isInNetwork(network, address));
      assert.deepEqual(parseNetwork(formatNetwork(network)), network);
    }),
  );
});
