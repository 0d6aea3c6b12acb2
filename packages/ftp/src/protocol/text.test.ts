import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { decodeText, encodeText, isValidUtf8Text } from './text.js';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

const decoded: readonly (readonly [name: string, bytes: string, text: string])[] = [
  ['nothing', '', ''],
  ['ASCII', '61 62 63', 'abc'],
  ['a byte order mark, which is kept', 'ef bb bf 61', '\ufeffa'],
  ['two bytes', 'c3 a9', 'é'],
  ['three bytes', 'e2 82 ac', '€'],
  ['four bytes', 'f0 9f 9a a2', '🚢'],
  ['the last code point', 'f4 8f bf bf', '\u{10ffff}'],
  ['ISO 8859-1', '63 61 66 e9', 'caf\udce9'],
  ['a lone continuation', '80 61', '\udc80a'],
  ['an overlong slash', 'c0 af', '\udcc0\udcaf'],
  ['an overlong slash of three bytes', 'e0 80 af', '\udce0\udc80\udcaf'],
  ['an overlong slash of four bytes', 'f0 80 80 af', '\udcf0\udc80\udc80\udcaf'],
  ['an encoded surrogate', 'ed b2 80', '\udced\udcb2\udc80'],
  ['a CESU-8 pair', 'ed a0 bd ed ba a2', '\udced\udca0\udcbd\udced\udcba\udca2'],
  ['past the last code point', 'f4 90 80 80', '\udcf4\udc90\udc80\udc80'],
  ['F5 and above', 'f5 ff fe', '\udcf5\udcff\udcfe'],
  ['a lead past the last one', 'f5 80 80 80', '\udcf5\udc80\udc80\udc80'],
  ['a sequence cut by the end', '61 e2 82', 'a\udce2\udc82'],
  ['a sequence cut by a letter', 'e2 82 61', '\udce2\udc82a'],
  ['a sequence cut by another', 'e2 82 c3 a9', '\udce2\udc82é'],
  ['valid text around an invalid byte', 'c3 a9 ff f0 9f 9a a2 fe 61', 'é\udcff🚢\udcfea'],
];

for (const [name, bytes, text] of decoded) {
  test(`decodeText reads ${name}, and encodeText gives the bytes back`, () => {
    assert.equal(decodeText(hex(bytes)), text);
    assert.deepEqual(encodeText(text), hex(bytes));
  });
}

test('any bytes survive decodeText and encodeText', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.array(fc.constantFrom(0x41, 0x80, 0xbf, 0xc3, 0xe0, 0xed, 0xf0, 0xf4, 0xff)),
  );
  fc.assert(
    fc.property(bytes, (given) => {
      assert.deepEqual(encodeText(decodeText(Uint8Array.from(given))), Uint8Array.from(given));
    }),
    { numRuns: 2000 },
  );
});

test('well-formed text survives encodeText and decodeText', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.equal(decodeText(encodeText(text)), text);
    }),
  );
});

test('an escaped byte never decodes to ASCII, so no separator or line end can hide in one', () => {
  for (let byte = 0x80; byte <= 0xff; byte += 1)
    assert.equal(decodeText(Uint8Array.of(byte)), String.fromCharCode(0xdc00 + byte));
});

test('a lone surrogate that stands for no byte is sent as a question mark', () => {
  for (const text of ['\ud800', '\udbff', '\udc00', '\udc2f', '\udc7f', '\udd00', '\udfff']) {
    assert.deepEqual(encodeText(`é${text}b`), hex('c3 a9 3f 62'));
  }
});

test('isValidUtf8Text tells text with escaped bytes from text without', () => {
  assert.equal(isValidUtf8Text(decodeText(hex('f0 9f 9a a2'))), true);
  assert.equal(isValidUtf8Text(decodeText(hex('63 e9'))), false);
});
