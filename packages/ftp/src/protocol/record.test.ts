import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chain } from './chain.js';
import { EBCDIC_NEWLINE, EbcdicDecoder, EbcdicEncoder } from './ebcdic.js';
import { RecordDecoder, RecordEncoder } from './record.js';
import { bytes, checkEveryCut, checkRefused, checkRoundTrip } from './split-points.test.js';

const files: [string, string][] = [
  ['', '\xff\x02'],
  ['a', 'a\xff\x02'],
  ['\n', '\xff\x01\xff\x02'],
  ['a\nb\n', 'a\xff\x01b\xff\x01\xff\x02'],
  ['a\nb', 'a\xff\x01b\xff\x02'],
  ['\n\n', '\xff\x01\xff\x01\xff\x02'],
  ['\xff', '\xff\xff\xff\x02'],
  ['\xff\n\xff\x01', '\xff\xff\xff\x01\xff\xff\x01\xff\x02'],
];

for (const [stored, wire] of files) {
  test(`the records of ${JSON.stringify(stored)} go out and come back at every split point`, () => {
    checkEveryCut(() => new RecordEncoder(), stored, wire);
    checkEveryCut(() => new RecordDecoder(), wire, stored);
  });
}

test('code 3 ends the record and the file', () => {
  checkEveryCut(() => new RecordDecoder(), 'a\xff\x01b\xff\x03', 'a\nb\n');
});

test('a stream without its end of file, with an unknown code or with data after the end is refused', () => {
  for (const wire of [
    '',
    'a',
    '\xff',
    'a\xff\x01',
    '\xff\xff',
    '\xff\x00',
    '\xff\x04\xff\x02',
    '\xffa',
    '\xff\x02a',
    '\xff\x03\xff',
  ]) {
    checkRefused(() => new RecordDecoder(), wire, 'record');
  }
});

test('any bytes survive the round trip', () => {
  checkRoundTrip(
    () => new RecordEncoder(),
    () => new RecordDecoder(),
  );
});

test('EBCDIC lines become records when framed after their translation', () => {
  const options = { recordEnd: EBCDIC_NEWLINE };
  checkEveryCut(() => chain(new EbcdicEncoder('037'), new RecordEncoder(options)), 'A\nB', '\xc1\xff\x01\xc2\xff\x02');
  checkRoundTrip(
    () => chain(new EbcdicEncoder('037'), new RecordEncoder(options)),
    () => chain(new RecordDecoder(options), new EbcdicDecoder('037')),
  );
});

test('ended says when the end of file has been read', () => {
  const decoder = new RecordDecoder();
  decoder.push(bytes('a\xff'));
  assert.equal(decoder.ended, false);
  decoder.push(bytes('\x02'));
  assert.equal(decoder.ended, true);
});
