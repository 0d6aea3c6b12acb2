import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { noProxy } from './no-proxy.js';

const MATCHES: readonly (readonly [host: string, list: string])[] = [
  ['ftp.example.com', '*'],
  ['192.0.2.7', 'a, *'],
  ['example.com', 'example.com'],
  ['FTP.Example.COM.', 'example.com'],
  ['ftp.example.com', '.example.com'],
  ['example.com', '.example.com'],
  ['ftp.example.com', '*.Example.com.'],
  ['ftp.example.com', 'a,b example.com\tc'],
  ['ftp.example.com', 'example.com:21'],
  ['localhost', 'localhost,127.0.0.1'],
  ['192.0.2.7', '192.0.2.7'],
  ['192.0.2.7', '192.0.2.7:2121'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['192.0.2.7', '::ffff:192.0.2.7'],
  ['10.255.0.1', '10.0.0.0/8'],
  ['10.255.0.1', '10.9.9.9/8'],
  ['192.168.9.1', '192.168.8.0/23'],
  ['192.0.2.7', '192.0.2.7/32'],
  ['192.0.2.7', '0.0.0.0/0'],
  ['10.255.0.1', '::ffff:10.0.0.0/104'],
  ['2001:db8::1', '2001:DB8:0::1'],
  ['[2001:db8::1]', '2001:db8::1'],
  ['2001:db8::1', '[2001:db8::1]:21'],
  ['fd12::1', 'fd00::/8'],
];

const DOES_NOT_MATCH: readonly (readonly [host: string, list: string])[] = [
  ['ftp.example.com', ''],
  ['ftp.example.com', ' , ,'],
  ['badexample.com', 'example.com'],
  ['example.com', 'ftp.example.com'],
  ['ftp.example.com', '.'],
  ['ftp.example.com', '*.'],
  ['ftp.example.com', 'com.'.repeat(2)],
  ['ftp.example.com', '192.0.2.0/0'],
  ['192.0.2.7', '2.7'],
  ['192.0.2.7', '.2.7'],
  ['192.168.10.1', '192.168.8.0/23'],
  ['11.0.0.1', '10.0.0.0/8'],
  ['192.0.2.7', '192.0.2.7/33'],
  ['192.0.2.7', '192.0.2.7/'],
  ['192.0.2.7', '192.0.2.7/-1'],
  ['192.0.2.7', '192.0.2.7/x'],
  ['10.0.0.1', '10.0.0.0/8/8'],
  ['10.0.0.1', '::ffff:10.0.0.0/90'],
  ['fe00::1', 'fd00::/8'],
  ['2001:db8::1', '0.0.0.0/0'],
  ['192.0.2.7', '::/0'],
];

for (const [host, list] of MATCHES) {
  test(`${host} is in ${JSON.stringify(list)}`, () => assert.equal(noProxy(host, list), true));
}

for (const [host, list] of DOES_NOT_MATCH) {
  test(`${host} is not in ${JSON.stringify(list)}`, () => assert.equal(noProxy(host, list), false));
}

const dotted = (value: number): string => [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff).join('.');

test('an IPv4 address is in a network where their first bits are the same', () => {
  const address = fc.integer({ min: 0, max: 2 ** 32 - 1 });
  fc.assert(
    fc.property(address, address, fc.integer({ min: 0, max: 32 }), fc.boolean(), (host, random, bits, near) => {
      // The same network more often than chance would have it.
      const mask = bits === 0 ? 0 : (2 ** 32 - 2 ** (32 - bits)) >>> 0;
      const network = near ? ((host & mask) | (random & ~mask)) >>> 0 : random;
      const expected = (host & mask) >>> 0 === (network & mask) >>> 0;
      assert.equal(noProxy(dotted(host), `${dotted(network)}/${bits}`), expected);
    }),
  );
});
