import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assert as check, property, uint8Array } from 'fast-check';
import { decodeText } from '../protocol/index.js';
import { textCodec } from './text-codec.js';

const ENCODINGS = ['utf-8', 'windows-1252', 'iso-8859-15', 'koi8-r', 'shift_jis', 'euc-kr', 'gbk', 'big5'];

for (const encoding of ENCODINGS) {
  test(`${encoding}: every name comes back byte for byte`, () => {
    const codec = textCodec(encoding);
    check(
      property(uint8Array({ maxLength: 40 }), (bytes) => {
        assert.deepEqual(Buffer.from(codec.encode(codec.fromWire(decodeText(bytes)))), Buffer.from(bytes));
      }),
    );
  });
}

test('names are read and written as the encoding has them', () => {
  const table: [string, string, number[]][] = [
    ['windows-1252', 'Größe €', [0x47, 0x72, 0xf6, 0xdf, 0x65, 0x20, 0x80]],
    ['koi8-r', 'Привет', [0xf0, 0xd2, 0xc9, 0xd7, 0xc5, 0xd4]],
    ['shift_jis', '表示', [0x95, 0x5c, 0x8e, 0xa6]],
    ['utf-8', 'ä', [0xc3, 0xa4]],
  ];
  for (const [encoding, name, bytes] of table) {
    const codec = textCodec(encoding);
    assert.deepEqual([...codec.encode(name)], bytes, encoding);
    assert.equal(codec.fromWire(decodeText(Uint8Array.from(bytes))), name, encoding);
  }
});

test('a byte that means nothing in the encoding is kept', () => {
  const codec = textCodec('shift_jis');
  const bytes = Uint8Array.of(0x61, 0xff, 0x62);
  const name = codec.fromWire(decodeText(bytes));
  assert.deepEqual(codec.encode(name), Buffer.from(bytes));
});

test('what an encoding cannot write, and encodings there are none, are usage errors', () => {
  assert.throws(() => textCodec('windows-1252').encode('日'), { code: 'USAGE' });
  assert.throws(() => textCodec('no-such-encoding'), { code: 'USAGE' });
  assert.throws(() => textCodec('utf-16le'), { code: 'USAGE' });
});
