import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { canonicalAddress } from './address.js';
import {
  formatEprt,
  formatEpsvReply,
  formatHostPort,
  formatLongHostPort,
  formatLpsvReply,
  formatPasvReply,
  parseEprt,
  parseEpsvArgument,
  parseEpsvReply,
  parseHostPort,
  parseLongHostPort,
  parseLpsvReply,
  parsePasvReply,
} from './endpoint.js';
import { reply } from './reply.js';

const fault = (part: string): object => ({ name: 'SyntaxFault', code: 'SYNTAX', part });

const hostPorts: readonly (readonly [text: string, host: string, port: number])[] = [
  ['192,0,2,1,20,162', '192.0.2.1', 5282],
  ['0,0,0,0,0,0', '0.0.0.0', 0],
  ['255,255,255,255,255,255', '255.255.255.255', 65_535],
  ['010,000,002,001,004,001', '10.0.2.1', 1025],
  [' 10, 0 ,2,1,4,1 ', '10.0.2.1', 1025],
];

for (const [text, host, port] of hostPorts) {
  test(`parseHostPort reads ${JSON.stringify(text)}`, () => {
    assert.deepEqual(parseHostPort(text), { host, port });
  });
}

for (const text of [
  '',
  '1,2,3,4,5',
  '1,2,3,4,5,6,7',
  '1,2,3,4,5,256',
  '256,2,3,4,5,6',
  '1,2,3,4,5,-6',
  '1,2,3,4,5,',
  ',1,2,3,4,5',
  '1,2,3,4,5,0x6',
  '1,2,3,4,5,0006',
  '1.2.3.4,5,6',
  '(1,2,3,4,5,6)',
  '1,2,3,4,5,6 x',
  '1,2,3,4,5,1 2',
  '1,2,3,4,5,6\n',
  '1,2,3,4,5,٦',
]) {
  test(`parseHostPort refuses ${JSON.stringify(text)}`, () => {
    assert.throws(() => parseHostPort(text), fault('host-port'));
  });
}

test('formatHostPort refuses what PORT cannot say', () => {
  for (const host of ['::1', 'localhost', '1.2.3', ''])
    assert.throws(() => formatHostPort({ host, port: 1 }), fault('host-port'));
  for (const port of [-1, 65_536, 1.5, Number.NaN])
    assert.throws(() => formatHostPort({ host: '1.2.3.4', port }), fault('host-port'));
  assert.equal(formatHostPort({ host: '::ffff:192.0.2.1', port: 5282 }), '192,0,2,1,20,162');
});

test('formatPasvReply writes what clients look for', () => {
  assert.deepEqual(
    formatPasvReply({ host: '192.0.2.1', port: 5282 }),
    reply(227, 'Entering Passive Mode (192,0,2,1,20,162)'),
  );
});

for (const text of [
  'Entering Passive Mode (192,0,2,1,20,162)',
  'Entering Passive Mode (192,0,2,1,20,162).',
  'Entering Passive Mode 192,0,2,1,20,162',
  '=192,0,2,1,20,162',
  'Passive mode OK (192,000,002,001,020,162)',
  'ok 192, 0, 2, 1, 20, 162, go on',
  '192,0,2,1,20,162 after 30 s',
  'Mode2 192,0,2,1,20,162',
]) {
  test(`parsePasvReply reads ${JSON.stringify(text)}`, () => {
    assert.deepEqual(parsePasvReply(reply(227, text)), { host: '192.0.2.1', port: 5282 });
    assert.deepEqual(parsePasvReply(reply(227, 'note', text, 'end')), { host: '192.0.2.1', port: 5282 });
  });
}

for (const text of [
  '',
  'Entering Passive Mode',
  '(1,2,3,4,5)',
  '(1,2,3,4,5,6,7)',
  '(1,2,3,4,5,256)',
  '(1,2,3,4,5,1234)',
  '(1.2.3.4,5,6)',
  '(|||5|)',
]) {
  test(`parsePasvReply refuses ${JSON.stringify(text)}`, () => {
    assert.throws(() => parsePasvReply(reply(227, text)), fault('host-port'));
  });
}

test('the answers to PASV, EPSV and LPSV are read only under their own code', () => {
  assert.throws(() => parsePasvReply(reply(229, '(1,2,3,4,5,6)')), fault('host-port'));
  assert.throws(() => parseEpsvReply(reply(227, '(|||5282|)')), fault('epsv'));
  assert.throws(() => parseLpsvReply(reply(227, '(4,4,1,2,3,4,2,5,6)')), fault('long-host-port'));
});

const eprts: readonly (readonly [text: string, protocol: number, host: string])[] = [
  ['|1|132.235.1.2|5282|', 1, '132.235.1.2'],
  ['|2|1080::8:800:200C:417A|5282|', 2, '1080::8:800:200c:417a'],
  ['!2!2001:0db8:0:0:0:0:0:1!5282!', 2, '2001:db8::1'],
  ['~2~::FFFF:192.0.2.1~5282~', 2, '192.0.2.1'],
  ['@01@192.0.2.1@05282@', 1, '192.0.2.1'],
];

for (const [text, protocol, host] of eprts) {
  test(`parseEprt reads ${text}`, () => {
    assert.deepEqual(parseEprt(text), { protocol, endpoint: { host, port: 5282 } });
  });
}

for (const text of [
  '',
  '|',
  '|1|1.2.3.4|5',
  '|1|1.2.3.4|5|6',
  '|1|1.2.3.4|5||',
  '|1|1.2.3.4||',
  '|1|1.2.3.4|65536|',
  '|1|1.2.3.4|-5|',
  '|1|1.2.3.4|5 |',
  '|1|::1|5|',
  '|2|1.2.3.4|5|',
  '|2|fe80::1%eth0|5|',
  '|2|[::1]|5|',
  '|1|localhost|5|',
  '|1||5|',
  '||1.2.3.4|5|',
  '|x|1.2.3.4|5|',
  '|-1|1.2.3.4|5|',
  ' 1 1.2.3.4 5 ',
  'é1é1.2.3.4é5é',
  '\x7f1\x7f1.2.3.4\x7f5\x7f',
  '.1.1.2.3.4.5.',
  ':2:::1:5:',
  '|1|1.2.3.4!5|',
]) {
  test(`parseEprt refuses ${JSON.stringify(text)}`, () => {
    assert.throws(() => parseEprt(text), fault('eprt'));
  });
}

test('parseEprt tells an unknown protocol from nonsense, so that 522 can answer it', () => {
  for (const text of ['|0|x|5|', '|3|1.2.3.4|5|', '|99999|x|y|'])
    assert.throws(() => parseEprt(text), fault('address-family'));
});

test('formatEprt writes the protocol of the address, without a scope', () => {
  assert.equal(formatEprt({ host: '192.0.2.1', port: 5282 }), '|1|192.0.2.1|5282|');
  assert.equal(formatEprt({ host: 'FE80::1%eth0', port: 5282 }), '|2|fe80::1|5282|');
  assert.throws(() => formatEprt({ host: 'localhost', port: 5282 }), fault('eprt'));
  assert.throws(() => formatEprt({ host: '::1', port: 65_536 }), fault('eprt'));
});

for (const text of [
  'Entering Extended Passive Mode (|||5282|)',
  '(!!!5282!)',
  'ok |||5282|',
  '(||| 5282 |)',
  '(|1|192.0.2.1|5282|)',
  '(|2|2001:DB8::1|5282|)',
  '(||192.0.2.1|5282|)',
  '((((5282()',
]) {
  test(`parseEpsvReply reads ${JSON.stringify(text)}`, () => {
    assert.equal(parseEpsvReply(reply(229, 'note', text)), 5282);
  });
}

for (const text of [
  '',
  '(||5282|)',
  '(|||5282)',
  '(|||65536|)',
  '(|||123456|)',
  '(||||)',
  '(|||5282!)',
  '(1,2,3,4,5,6)',
  '55555282',
]) {
  test(`parseEpsvReply refuses ${JSON.stringify(text)}`, () => {
    assert.throws(() => parseEpsvReply(reply(229, text)), fault('epsv'));
  });
}

test('parseEpsvArgument knows the three forms of EPSV', () => {
  for (const text of [undefined, '', ' ']) assert.deepEqual(parseEpsvArgument(text), { kind: 'any' });
  for (const text of ['ALL', 'all', ' All ']) assert.deepEqual(parseEpsvArgument(text), { kind: 'all' });
  assert.deepEqual(parseEpsvArgument('2'), { kind: 'protocol', protocol: 2 });
  assert.deepEqual(parseEpsvArgument('9'), { kind: 'protocol', protocol: 9 });
  for (const text of ['x', '-1', '1.5', '123456', 'ALL 1']) assert.throws(() => parseEpsvArgument(text), fault('epsv'));
});

const loopback6 = `6,16,${'0,'.repeat(15)}1,2,20,162`;

test('parseLongHostPort reads the families 4 and 6', () => {
  assert.deepEqual(parseLongHostPort('4,4,192,0,2,1,2,20,162'), { host: '192.0.2.1', port: 5282 });
  assert.deepEqual(parseLongHostPort(loopback6), { host: '::1', port: 5282 });
});

for (const text of [
  '',
  '4',
  '4,4,1,2,3,4',
  '4,4,1,2,3,4,2,5',
  '4,4,1,2,3,4,2,5,6,7',
  '4,5,1,2,3,4,2,5,6',
  '4,4,1,2,3,4,1,5,6',
  '6,4,1,2,3,4,2,5,6',
  '4,4,1,2,3,256,2,5,6',
  'x',
  `${loopback6},${'1,'.repeat(500)}`,
]) {
  test(`parseLongHostPort refuses ${JSON.stringify(text.slice(0, 60))}`, () => {
    assert.throws(() => parseLongHostPort(text), fault('long-host-port'));
  });
}

test('parseLongHostPort tells an unknown family from nonsense, so that 521 can answer it', () => {
  for (const text of ['5,4,1,2,3,4,2,5,6', '16,2,1,2,2,5,6'])
    assert.throws(() => parseLongHostPort(text), fault('address-family'));
});

test('parseLpsvReply reads both families in any surrounding text', () => {
  assert.deepEqual(parseLpsvReply(reply(228, 'Entering Long Passive Mode 4, 4, 192,0,2,1, 2,20,162.')), {
    host: '192.0.2.1',
    port: 5282,
  });
  assert.deepEqual(parseLpsvReply(reply(228, `(${loopback6})`)), { host: '::1', port: 5282 });
  for (const text of ['', '(1,2,3,4,5,6)', `(${loopback6},1)`])
    assert.throws(() => parseLpsvReply(reply(228, text)), fault('long-host-port'));
});

const port = fc.nat(65_535);
const ipv4 = fc.record({ host: fc.ipV4(), port }, { noNullPrototype: true });
const ip = fc.record({ host: fc.oneof(fc.ipV4(), fc.ipV6()).map(canonicalAddress), port }, { noNullPrototype: true });

test('every form of an endpoint reads back as the endpoint', () => {
  fc.assert(
    fc.property(ipv4, ip, (four, any) => {
      assert.deepEqual(parseHostPort(formatHostPort(four)), four);
      assert.deepEqual(parsePasvReply(formatPasvReply(four)), four);
      assert.deepEqual(parseEprt(formatEprt(any)).endpoint, any);
      assert.equal(parseEpsvReply(formatEpsvReply(any.port)), any.port);
      assert.deepEqual(parseLongHostPort(formatLongHostPort(any)), any);
      assert.deepEqual(parseLpsvReply(formatLpsvReply(any)), any);
    }),
  );
});
