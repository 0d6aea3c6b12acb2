import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PageDecoder, PageEncoder } from './page.js';
import { bytes, checkEveryCut, checkRefused, checkRoundTrip, run } from './split-points.test.js';

const full = 'x'.repeat(255);

const files: [string, string][] = [
  ['', '\x04\x00\x00\x00'],
  ['abc', '\x04\x00\x03\x01abc\x04\x01\x00\x00'],
  [full, `\x04\x00\xff\x01${full}\x04\x01\x00\x00`],
  [`${full}yz`, `\x04\x00\xff\x01${full}\x04\x01\x02\x01yz\x04\x02\x00\x00`],
];

for (const [stored, wire] of files) {
  test(`${stored.length} octets become pages and come back at every split point`, () => {
    checkEveryCut(() => new PageEncoder(), stored, wire);
    checkEveryCut(() => new PageDecoder(), wire, stored);
  });
}

test('descriptor pages are skipped and access controlled pages are read, longer headers and all', () => {
  const wire =
    '\x06\x00\x02\x02..dd\x04\x00\x01\x01a\x05\x01\x01\x03.c\x04\x02\x01\x01b\x04\x00\x00\x02\x04\x03\x00\x00';
  checkEveryCut(() => new PageDecoder(), wire, 'acb');
});

test('an empty page in the middle is read, and takes its index', () => {
  checkEveryCut(() => new PageDecoder(), '\x04\x00\x00\x01\x04\x01\x01\x01a\x04\x02\x00\x00', 'a');
});

const malformed: [string, string][] = [
  ['nothing at all', ''],
  ['a cut header', '\x04\x00'],
  ['a cut page', '\x04\x00\x03\x01ab'],
  ['no last page', '\x04\x00\x01\x01a'],
  ['a header of 3 bytes', '\x03\x00\x00\x00'],
  ['a header of no bytes', '\x00\x00\x00\x00'],
  ['a simple page with a longer header', '\x05\x00\x01\x01.a\x04\x01\x00\x00'],
  ['a last page with data', '\x04\x00\x01\x00'],
  ['an unknown page type', '\x04\x00\x00\x04\x04\x00\x00\x00'],
  ['a hole', '\x04\x01\x01\x01a\x04\x02\x00\x00'],
  ['a page twice', '\x04\x00\x01\x01a\x04\x00\x01\x01a\x04\x01\x00\x00'],
  ['data after the last page', '\x04\x00\x00\x00a'],
];

for (const [what, wire] of malformed) {
  test(`${what} is refused`, () => checkRefused(() => new PageDecoder(), wire, 'page'));
}

test('any bytes survive the round trip', () => {
  checkRoundTrip(
    () => new PageEncoder(),
    () => new PageDecoder(),
  );
});

test('the page index starts again at 0 after 255', () => {
  const stored = 'page'.repeat(20_000);
  const wire = run(new PageEncoder(), [bytes(stored)]);
  assert.equal(wire.charCodeAt(256 * 259 + 1), 0);
  assert.equal(run(new PageDecoder(), [bytes(wire)]), stored);
});

test('ended says when the last page has been read', () => {
  const decoder = new PageDecoder();
  decoder.push(bytes('\x04\x00\x00'));
  assert.equal(decoder.ended, false);
  decoder.push(bytes('\x00'));
  assert.equal(decoder.ended, true);
});
