import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ebcdicFromLatin1, latin1FromEbcdic } from './ebcdic-table.js';
import type { CodePage } from './ebcdic-table.js';
import { EBCDIC_NEWLINE, EbcdicDecoder, EbcdicEncoder } from './ebcdic.js';
import { bytes, checkEveryCut, checkRoundTrip } from './split-points.test.js';

const codePages: CodePage[] = ['037', '1047'];
const everyByte = Array.from({ length: 256 }, (_, byte) => byte);

for (const codePage of codePages) {
  test(`code page ${codePage} gives each of the 256 bytes its own code`, () => {
    assert.equal(new Set(latin1FromEbcdic[codePage]).size, 256);
    for (const byte of everyByte) {
      assert.equal(latin1FromEbcdic[codePage][ebcdicFromLatin1[codePage][byte] ?? -1], byte);
    }
  });

  test(`code page ${codePage} survives the round trip in any pieces`, () => {
    checkRoundTrip(
      () => new EbcdicEncoder(codePage),
      () => new EbcdicDecoder(codePage),
    );
  });

  test(`code page ${codePage} sends LF as NL and keeps NEL apart`, () => {
    checkEveryCut(() => new EbcdicEncoder(codePage), 'A\nB\x85', '\xc1\x15\xc2\x25');
    checkEveryCut(() => new EbcdicDecoder(codePage), '\xc1\x15\xc2\x25', 'A\nB\x85');
    assert.equal(ebcdicFromLatin1[codePage][0x0a], EBCDIC_NEWLINE);
  });

  test(`code page ${codePage} has the invariant characters where all EBCDIC pages have them`, () => {
    const wire = '\xc8\x85\x93\x93\x96\x6b\x40\xe6\x96\x99\x93\x84\x4b\x40\xf0\xf1\xf9\x61\x7e\x4d\x5d\x6d';
    checkEveryCut(() => new EbcdicEncoder(codePage), 'Hello, World. 019/=()_', wire);
  });
}

test('the two code pages differ in six characters', () => {
  const differing = everyByte.filter((byte) => latin1FromEbcdic['037'][byte] !== latin1FromEbcdic['1047'][byte]);
  assert.deepEqual(differing, [0x5f, 0xad, 0xb0, 0xba, 0xbb, 0xbd]);
  checkEveryCut(() => new EbcdicEncoder('1047'), '[]^\xac\xdd\xa8', '\xad\xbd\x5f\xb0\xba\xbb');
  checkEveryCut(() => new EbcdicEncoder('037'), '[]^\xac\xdd\xa8', '\xba\xbb\xb0\x5f\xad\xbd');
});

test('the input is left as it was', () => {
  const chunk = bytes('ABC');
  new EbcdicEncoder('037').push(chunk);
  assert.deepEqual(chunk, bytes('ABC'));
});
