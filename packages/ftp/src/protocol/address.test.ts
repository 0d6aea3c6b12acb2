import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { addressBytes, canonicalAddress, formatAddress, ipVersion, isPrivate } from './address.js';

const canonical: readonly (readonly [text: string, spelling: string])[] = [
  ['192.0.2.1', '192.0.2.1'],
  ['0.0.0.0', '0.0.0.0'],
  ['255.255.255.255', '255.255.255.255'],
  ['::', '::'],
  ['::1', '::1'],
  ['1::', '1::'],
  ['2001:DB8::1', '2001:db8::1'],
  ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
  ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::FFFF:c000:201', '192.0.2.1'],
  ['::192.0.2.1', '::c000:201'],
  ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
  ['fe80::1%eth0', 'fe80::1'],
  ['::ffff:192.0.2.1%lo', '192.0.2.1'],
];

for (const [text, spelling] of canonical) {
  test(`canonicalAddress spells ${text} as ${spelling}`, () => {
    assert.equal(canonicalAddress(text), spelling);
    assert.equal(ipVersion(text), isIP(text));
  });
}

const refused = [
  '',
  '1.2.3',
  '1.2.3.4.5',
  '1.2.3.256',
  '01.2.3.4',
  '1.2.3.4 ',
  ' 1.2.3.4',
  '1.2.3.',
  '1..2.3',
  '0x1.2.3.4',
  '-1.2.3.4',
  '1.2.3.4%eth0',
  'localhost',
  ':',
  ':::',
  '1::2::3',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '1:2:3:4:5:6:7:8::',
  '::1:2:3:4:5:6:7:8',
  '12345::',
  'g::',
  '1.2.3.4::',
  '::1.2.3.4:1',
  '::1.2.3',
  '1:2:3:4:5:6:7:1.2.3.4',
  ':1::',
  '1::2:',
  '::1%',
  '%eth0',
  '::1%a b',
  '::1\n',
  '[::1]',
];

for (const text of refused) {
  test(`${JSON.stringify(text)} is no IP address`, () => {
    assert.equal(ipVersion(text), 0);
    assert.equal(addressBytes(text), undefined);
    assert.throws(() => canonicalAddress(text), { name: 'SyntaxFault', part: 'address' });
  });
}

test('any 4 or 16 bytes survive formatAddress and addressBytes, but an IPv4 address inside IPv6, which becomes IPv4', () => {
  const mapped = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff);
  const sparse = fc
    .array(fc.constantFrom(0, 0, 0, 1, 0xff), { minLength: 16, maxLength: 16 })
    .map((bytes) => Uint8Array.from(bytes));
  const full = fc.uint8Array({ minLength: 16, maxLength: 16 });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ minLength: 4, maxLength: 4 }), sparse, full), (bytes) => {
      fc.pre(!mapped.every((byte, index) => bytes[index] === byte));
      assert.deepEqual(addressBytes(formatAddress(bytes)), bytes);
    }),
  );
  assert.deepEqual(addressBytes(formatAddress(Uint8Array.of(...mapped, 192, 0, 2, 1))), Uint8Array.of(192, 0, 2, 1));
});

test('ipVersion agrees with Node on every well-formed address, and canonical spelling is stable', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
      assert.equal(ipVersion(text), isIP(text));
      assert.equal(canonicalAddress(canonicalAddress(text)), canonicalAddress(text));
    }),
  );
});

test('ipVersion agrees with Node on text that only looks like an address', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(':', '::', '.', '0', '1', 'f', '25', '1.2.3.4'), maxLength: 12 }),
      (text) => {
        assert.equal(ipVersion(text), isIP(text));
      },
    ),
    { numRuns: 3000 },
  );
});

test('private addresses are told from public ones', () => {
  for (const host of ['10.0.0.1', '172.16.0.1', '172.31.9.9', '192.168.1.1', '100.64.0.1', '169.254.1.1', '127.0.0.1'])
    assert.equal(isPrivate(host), true, host);
  for (const host of ['::1', 'fd00::1', 'fe80::1']) assert.equal(isPrivate(host), true, host);
  for (const host of [
    '11.0.0.1',
    '172.32.0.1',
    '192.167.1.1',
    '100.128.0.1',
    '203.0.113.1',
    '2001:db8::1',
    '10.example',
    'fd.example',
  ])
    assert.equal(isPrivate(host), false, host);
});
