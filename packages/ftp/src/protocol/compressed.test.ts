import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { CompressedDecoder, CompressedEncoder } from './compressed.js';
import { bytes, checkEveryCut, checkRefused, checkRoundTrip, everyCut, latin1, run } from './split-points.test.js';

const filler = 0x20;
const endOfFile = '\x00\x40';

const encoded: [string, string, string][] = [
  ['an empty file', '', ''],
  ['data', 'abc', '\x03abc'],
  ['a pair, which is not worth a run', 'aab', '\x03aab'],
  ['a run', 'aaa', '\x83a'],
  ['a run of filler', '   ', '\xc3'],
  ['data around runs', 'xaaay   z', '\x01x\x83a\x01y\xc3\x01z'],
  ['a run that starts at an odd place', 'xyzaaaa', '\x03xyz\x84a'],
  ['the longest run', 'a'.repeat(63), '\xbfa'],
  ['a longer run', 'a'.repeat(66), '\xbfa\x83a'],
  ['a run with a remainder not worth a count', 'a'.repeat(64), '\xbfa\x01a'],
  ['a run with a pair over', 'a'.repeat(65), '\xbfa\x02aa'],
  ['the longest string', 'ab'.repeat(63), `\x7e${'ab'.repeat(63)}`],
  ['a longer string', 'abcd'.repeat(32), `\x7f${'abcd'.repeat(32).slice(0, -1)}\x01d`],
  ['zeros that are not the filler', '\0\0\0\0', '\x84\0'],
];

for (const [what, stored, wire] of encoded) {
  test(`${what} is compressed as in RFC 959`, () => {
    assert.equal(run(new CompressedEncoder({ filler }), [bytes(stored)]), wire + endOfFile);
    checkEveryCut(() => new CompressedDecoder({ filler }), wire + endOfFile, stored);
  });
}

test('in record mode a line end becomes an end-of-record escape', () => {
  const encoder = new CompressedEncoder({ filler, records: true });
  const wire = '\x01a\x00\x80\x00\x80\x84b\x00\x80\x01c\x00\x40';
  assert.equal(run(encoder, [bytes('a\n\nbbbb\nc')]), wire);
  checkEveryCut(() => new CompressedDecoder({ filler, records: true }), wire, 'a\n\nbbbb\nc');
  checkEveryCut(() => new CompressedDecoder({ filler }), wire, 'abbbbc');
});

const streams: [string, string, string][] = [
  ['counts of none', `\x80a\xc0\x01b${endOfFile}`, 'b'],
  ['a single replicated byte', `\x81a${endOfFile}`, 'a'],
  ['a single filler', `\xc1${endOfFile}`, ' '],
  ['end of record and file at once', '\x01a\x00\xc0', 'a\n'],
  ['suspect data', `\x00\x20\x01a${endOfFile}`, 'a'],
  ['a marker', `\x01a\x00\x10\x02no\x01b${endOfFile}`, 'ab'],
  ['a marker that ends the file', '\x01a\x00\x50\x011', 'a'],
];

for (const [what, wire, stored] of streams) {
  test(`${what} is read at every split point`, () => {
    checkEveryCut(() => new CompressedDecoder({ filler, records: true }), wire, stored);
  });
}

const malformed: [string, string][] = [
  ['nothing at all', ''],
  ['no end of file', '\x01a'],
  ['a cut string', '\x02a'],
  ['a cut run', '\x82'],
  ['a cut escape', '\x00'],
  ['an escape without a descriptor', `\x00\x00${endOfFile}`],
  ['an undefined descriptor bit', `\x00\x41`],
  ['a cut marker', '\x00\x10\x02a'],
  ['a marker without text', `\x00\x10${endOfFile}`],
  ['a marker as a run', `\x00\x10\x83${'a'.repeat(0x83)}${endOfFile}`],
  ['a marker that would break a reply line', `\x00\x10\x02\r\n${endOfFile}`],
];

for (const [what, wire] of malformed) {
  test(`${what} is refused`, () => checkRefused(() => new CompressedDecoder({ filler }), wire, 'compressed'));
}

test('a marker over the limit is refused', () => {
  const wire = `\x00\x10\x0512345${endOfFile}`;
  checkEveryCut(() => new CompressedDecoder({ filler, maxMarkerLength: 5 }), wire, '');
  checkRefused(() => new CompressedDecoder({ filler, maxMarkerLength: 4 }), wire, 'compressed');
});

test('any bytes survive the round trip, with and without records, whatever the filler', () => {
  for (const byte of [0x00, 0x20, 0x40]) {
    for (const records of [false, true]) {
      checkRoundTrip(
        () => new CompressedEncoder({ filler: byte, records }),
        () => new CompressedDecoder({ filler: byte, records }),
      );
    }
  }
});

test('compression costs at most an octet in 127, and one a push', () => {
  const fewValues = fc.array(fc.nat(2), { maxLength: 1000 }).map((list) => Uint8Array.from(list));
  fc.assert(
    fc.property(fc.oneof(fewValues, fc.uint8Array({ maxLength: 1000 })), (stored) => {
      const wire = new CompressedEncoder({ filler: 0 }).push(stored);
      assert.ok(wire.length <= stored.length + Math.floor(stored.length / 127) + 1);
    }),
  );
});

test('a marker is told with the octets decoded before it', () => {
  const encoder = new CompressedEncoder({ filler });
  const wire =
    latin1(encoder.push(bytes('aaaaab'))) +
    latin1(encoder.marker('6')) +
    latin1(encoder.push(bytes('  '))) +
    latin1(encoder.end());
  for (const pieces of everyCut(bytes(wire))) {
    const markers: [string, number][] = [];
    const decoder = new CompressedDecoder({ filler, onMarker: (text, position) => markers.push([text, position]) });
    assert.equal(run(decoder, pieces), 'aaaaab  ');
    assert.deepEqual(markers, [['6', 6]]);
  }
});

test('a marker that cannot be sent is refused', () => {
  for (const text of ['', 'a b', '1'.repeat(128)]) {
    assert.throws(() => new CompressedEncoder({ filler }).marker(text), { name: 'SyntaxFault', part: 'marker' });
  }
});

test('suspected errors are told', () => {
  let told = 0;
  run(new CompressedDecoder({ filler, onSuspect: () => told++ }), [bytes(`\x00\x20\x01a\x00\x20\x01b${endOfFile}`)]);
  assert.equal(told, 2);
});

test('what follows the end of file is left for the next file, and pushing more is refused', () => {
  const decoder = new CompressedDecoder({ filler });
  assert.equal(latin1(decoder.push(bytes(`\x01a${endOfFile}\x01b`))), 'a');
  assert.equal(decoder.ended, true);
  assert.equal(latin1(decoder.rest), '\x01b');
  assert.throws(() => decoder.push(bytes('a')), { part: 'compressed' });
});
