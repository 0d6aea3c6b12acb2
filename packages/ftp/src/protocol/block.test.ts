import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BlockDecoder, BlockEncoder } from './block.js';
import { bytes, checkEveryCut, checkRefused, checkRoundTrip, everyCut, latin1, run } from './split-points.test.js';

const endOfFile = '\x40\x00\x00';

test('a chunk becomes blocks of the size asked for, and then an end-of-file block', () => {
  assert.equal(run(new BlockEncoder(), []), endOfFile);
  assert.equal(run(new BlockEncoder(), [bytes('abc')]), `\x00\x00\x03abc${endOfFile}`);
  assert.equal(run(new BlockEncoder({ blockSize: 2 }), [bytes('abcde')]), `\0\0\x02ab\0\0\x02cd\0\0\x01e${endOfFile}`);
  assert.equal(run(new BlockEncoder({ blockSize: 2 }), [bytes('ab')]), `\0\0\x02ab${endOfFile}`);
});

test('the count of a block is sent high byte first', () => {
  const wire = new BlockEncoder({ blockSize: 65_535 }).push(new Uint8Array(65_536));
  assert.equal(latin1(wire.subarray(0, 3)), '\x00\xff\xff');
  assert.equal(latin1(wire.subarray(65_538)), '\x00\x00\x01\x00');
});

test('in record mode a line end becomes the end of record of its block', () => {
  const records = { records: true };
  assert.equal(run(new BlockEncoder(records), [bytes('ab\nc\n')]), `\x80\0\x02ab\x80\0\x01c${endOfFile}`);
  assert.equal(run(new BlockEncoder(records), [bytes('ab\nc')]), `\x80\0\x02ab\0\0\x01c${endOfFile}`);
  assert.equal(run(new BlockEncoder(records), [bytes('a'), bytes('\n')]), `\0\0\x01a\x80\0\0${endOfFile}`);
  const small = new BlockEncoder({ records: true, blockSize: 2 });
  assert.equal(run(small, [bytes('abc\n\n')]), `\0\0\x02ab\x80\0\x01c\x80\0\0${endOfFile}`);
});

const streams: [string, string, string, boolean][] = [
  ['an empty file', endOfFile, '', false],
  ['data in the last block', '\x40\x00\x02ab', 'ab', false],
  ['empty blocks', `\0\0\0\0\0\x01a\0\0\0${endOfFile}`, 'a', false],
  ['records', `\x80\0\x02ab\x80\0\0\0\0\x01c${endOfFile}`, 'ab\n\nc', true],
  ['a record that ends the file', '\x80\0\x01a\xc0\0\x01b', 'a\nb\n', true],
  ['record ends in a file without records', `\x80\0\x01a\x80\0\x01b${endOfFile}`, 'ab', false],
  ['a marker between blocks', `\0\0\x01a\x10\0\x0212\0\0\x01b${endOfFile}`, 'ab', false],
  ['suspect data', `\x20\0\x02ab${endOfFile}`, 'ab', false],
];

for (const [what, wire, stored, records] of streams) {
  test(`${what} is read at every split point`, () => {
    checkEveryCut(() => new BlockDecoder({ records }), wire, stored);
  });
}

const malformed: [string, string][] = [
  ['nothing at all', ''],
  ['a cut header', '\x40\x00'],
  ['a cut last block', '\x40\x00\x03ab'],
  ['no end of file', '\x00\x00\x01a'],
  ['an undefined descriptor bit', `\x01\x00\x01a${endOfFile}`],
  ['an empty marker', `\x10\x00\x00${endOfFile}`],
  ['a marker over the limit', `\x10\x01\x00${'1'.repeat(256)}${endOfFile}`],
  ['a marker that would break a reply line', `\x10\x00\x03a\r\n${endOfFile}`],
  ['a marker with a space', `\x10\x00\x031 2${endOfFile}`],
];

for (const [what, wire] of malformed) {
  test(`${what} is refused`, () => checkRefused(() => new BlockDecoder(), wire, 'block'));
}

test('any bytes survive the round trip, with and without records, in blocks of any size', () => {
  for (const blockSize of [1, 7, 65_535]) {
    for (const records of [false, true]) {
      checkRoundTrip(
        () => new BlockEncoder({ blockSize, records }),
        () => new BlockDecoder({ records }),
      );
    }
  }
});

test('a marker is told with the octets decoded before it', () => {
  const encoder = new BlockEncoder({ records: true });
  const parts = [encoder.push(bytes('ab\nc')), encoder.marker('4'), encoder.push(bytes('d')), encoder.marker('~5!')];
  const wire = parts.map(latin1).join('') + endOfFile;
  for (const pieces of everyCut(bytes(wire))) {
    const markers: [string, number][] = [];
    const decoder = new BlockDecoder({ records: true, onMarker: (text, position) => markers.push([text, position]) });
    assert.equal(run(decoder, pieces), 'ab\ncd');
    assert.deepEqual(markers, [
      ['4', 4],
      ['~5!', 5],
    ]);
  }
});

test('a marker block may carry the end of file', () => {
  const markers: string[] = [];
  checkEveryCut(() => new BlockDecoder({ onMarker: (text) => markers.push(text) }), '\0\0\x01a\x50\0\x011', 'a');
  assert.deepEqual(new Set(markers), new Set(['1']));
});

test('a marker that cannot be sent is refused', () => {
  for (const text of ['', 'a b', 'a\r\n', 'é', '1'.repeat(256)]) {
    assert.throws(() => new BlockEncoder().marker(text), { name: 'SyntaxFault', part: 'marker' });
  }
});

test('suspected errors are told once a block', () => {
  let told = 0;
  const decoder = new BlockDecoder({ onSuspect: () => told++ });
  run(decoder, [bytes(`\x20\0\x02a`), bytes(`b\0\0\x01c\x20\0\0${endOfFile}`)]);
  assert.equal(told, 2);
});

test('what follows the end of file is left for the next file', () => {
  const next = '\0\0\x01b';
  for (const [first = new Uint8Array(0), second] of everyCut(bytes(`\0\0\x01a${endOfFile}${next}`)).slice(0, -2)) {
    const decoder = new BlockDecoder();
    let stored = latin1(decoder.push(first));
    let rest = latin1(decoder.rest);
    if (decoder.ended) rest += latin1(second ?? new Uint8Array(0));
    else if (second) {
      stored += latin1(decoder.push(second));
      rest = latin1(decoder.rest);
    }
    assert.deepEqual([stored, rest, decoder.ended], ['a', next, true]);
  }
});

test('pushing after the end is refused instead of lost', () => {
  const decoder = new BlockDecoder();
  decoder.push(bytes(endOfFile));
  assert.throws(() => decoder.push(bytes('a')), { part: 'block' });
});

test('the middle of a block is passed on without a copy', () => {
  const decoder = new BlockDecoder();
  decoder.push(bytes('\0\0\x09a'));
  const chunk = bytes('bcd');
  assert.equal(decoder.push(chunk), chunk);
});
