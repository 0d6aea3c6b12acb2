import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isInNetworks, isNetwork } from './networks.js';

test('networks are addresses with or without a length', () => {
  for (const good of ['10.0.0.0/8', '192.0.2.1', '0.0.0.0/0', '2001:db8::/32', '::1'])
    assert.equal(isNetwork(good), true, good);
  for (const bad of [
    '',
    '10.0.0.0/33',
    '10.0.0/8',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0.0/-1',
    '::/129',
    'fe80::1%eth0',
    'h',
  ])
    assert.equal(isNetwork(bad), false, bad);
});

test('an address is in a network of its kind, also when it is written as IPv6', () => {
  const networks = ['10.0.0.0/8', '2001:db8::/32'];
  for (const inside of ['10.1.2.3', '::ffff:10.1.2.3', '2001:db8::1'])
    assert.equal(isInNetworks(inside, networks), true, inside);
  for (const outside of ['11.0.0.0', '::ffff:11.0.0.1', '2001:db9::1', '::1', ''])
    assert.equal(isInNetworks(outside, networks), false, outside);
  assert.equal(isInNetworks('10.0.0.1', []), false);
});
