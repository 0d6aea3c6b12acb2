import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { escapeTelnet, MAX_SUBNEGOTIATION_LENGTH, TelnetFilter } from './telnet.js';

const latin1 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

function filter(chunks: readonly Uint8Array[]): { data: string; interrupts: number } {
  const telnet = new TelnetFilter();
  let data = '';
  let interrupts = 0;
  for (const chunk of chunks) {
    const stripped = telnet.push(chunk);
    data += text(stripped.bytes);
    interrupts += stripped.interrupts;
  }
  return { data, interrupts };
}

const long = 'x'.repeat(MAX_SUBNEGOTIATION_LENGTH);
const nearly = long.slice(2);

const table: readonly (readonly [name: string, bytes: string, data: string, interrupts?: number])[] = [
  ['plain lines', 'NOOP\r\nPWD\r\n', 'NOOP\r\nPWD\r\n'],
  ['negotiation', '\xff\xfb\x01\xff\xfc\x03\xff\xfd\x18\xff\xfe\x0aNOOP\r\n', 'NOOP\r\n'],
  ['negotiation inside an argument', 'CWD a\xff\xfd\x18b\r\n', 'CWD ab\r\n'],
  ['a negotiated option that looks like IAC', '\xff\xfb\xffNOOP\r\n', 'NOOP\r\n'],
  ['a doubled IAC', 'CWD a\xff\xffb\r\n', 'CWD a\xffb\r\n'],
  ['two doubled IACs', 'CWD \xff\xff\xff\xff\r\n', 'CWD \xff\xff\r\n'],
  ['IP and DM as sent by the RFC', '\xff\xf4\xff\xf2ABOR\r\n', 'ABOR\r\n', 2],
  ['a Synch that lost its DM', '\xff\xf4\xffABOR\r\n', 'ABOR\r\n', 1],
  ['a Synch sent urgent throughout', '\xff\xf4\xf2ABOR\r\n', 'ABOR\r\n', 1],
  ['a stray F4 and a stray F2', '\xf4\xf2ABOR\r\n', 'ABOR\r\n'],
  ['a stray F2 before an IAC sequence', '\xf2\xff\xf4\xf2abor\r\n', 'abor\r\n', 1],
  ['a Synch after a line', 'NOOP\r\n\xff\xf4\xffABOR\r\nNOOP\r\n', 'NOOP\r\nABOR\r\nNOOP\r\n', 1],
  ['IP inside an argument', 'CWD a\xff\xf4b\r\n', 'CWD ab\r\n', 1],
  ['other commands', '\xff\xf1\xff\xf3\xff\xf5\xff\xf6\xff\xf7\xff\xf8\xff\xf9\xff\xf0NOOP\r\n', 'NOOP\r\n'],
  ['a subnegotiation', '\xff\xfa\x18\x00vt\n100\xff\xf0NOOP\r\n', 'NOOP\r\n'],
  ['a doubled IAC in a subnegotiation', '\xff\xfaa\xff\xff\xf0b\xff\xf0NOOP\r\n', 'NOOP\r\n'],
  ['an endless subnegotiation, dropped up to the limit', `\xff\xfa${long}xNOOP\r\n`, 'NOOP\r\n'],
  [
    'two subnegotiations just within the limit',
    `\xff\xfa${nearly}\xff\xf0\xff\xfa${nearly}\xff\xf0NOOP\r\n`,
    'NOOP\r\n',
  ],
  ['a lone IAC inside an argument, kept', 'STOR a\xffb\xff c\xff\r\n', 'STOR a\xffb\xff c\xff\r\n'],
  ['a lone IAC before a byte that is not UTF-8, kept', 'STOR \xff\xef\x80\r\n', 'STOR \xff\xef\x80\r\n'],
  ['F2 and F4 inside an argument, kept', 'STOR \xf2a\xf4\xf2b\r\n', 'STOR \xf2a\xf4\xf2b\r\n'],
  ['a line that begins with a four-byte character, kept', '\xf2\x80\x80\x80a\n', '\xf2\x80\x80\x80a\n'],
  ['a lone IAC as a whole line', '\xff\r\nNOOP\r\n', '\r\nNOOP\r\n'],
];

for (const [name, bytes, data, interrupts = 0] of table) {
  test(`TelnetFilter: ${name}, at every split`, () => {
    const whole = latin1(bytes);
    const expected = { data, interrupts };
    for (let at = 0; at <= whole.length; at += 1) {
      assert.deepEqual(filter([whole.subarray(0, at), whole.subarray(at)]), expected, `split at ${at}`);
    }
    assert.deepEqual(filter([...whole].map((byte) => Uint8Array.of(byte))), expected, 'byte by byte');
  });
}

test('what TelnetFilter yields does not depend on the split', () => {
  const byte = fc.oneof(fc.constantFrom(0xff, 0xfa, 0xf0, 0xf2, 0xf4, 0xfd, 0x0a, 0x41), fc.nat(255));
  fc.assert(
    fc.property(fc.array(fc.array(byte, { maxLength: 8 }), { maxLength: 8 }), (pieces) => {
      const split = filter(pieces.map((piece) => Uint8Array.from(piece)));
      assert.deepEqual(split, filter([Uint8Array.from(pieces.flat())]));
    }),
    { numRuns: 2000 },
  );
});

test('any argument survives escapeTelnet and TelnetFilter', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (argument) => {
      const line = latin1(`CWD ${text(argument).replaceAll('\n', '')}\r\n`);
      assert.deepEqual(filter([escapeTelnet(line)]), { data: text(line), interrupts: 0 });
    }),
  );
});

test('a chunk with nothing to strip is passed on as it is', () => {
  const telnet = new TelnetFilter();
  for (const line of ['USER anonymous\r\n', '', 'STOR \xf2a', '\xf4b\r\n']) {
    const chunk = latin1(line);
    assert.equal(telnet.push(chunk).bytes, chunk);
  }
});

test('an IAC held back at the end of a chunk is not lost in a later plain chunk', () => {
  const telnet = new TelnetFilter();
  assert.equal(text(telnet.push(latin1('CWD a\xff')).bytes), 'CWD a');
  assert.equal(text(telnet.push(latin1('bc')).bytes), '\xffbc');
});

test('escapeTelnet returns the same array when there is nothing to double', () => {
  const bytes = latin1('CWD a\r\n');
  assert.equal(escapeTelnet(bytes), bytes);
  assert.deepEqual(escapeTelnet(latin1('\xffa\xff\xff')), latin1('\xff\xffa\xff\xff\xff\xff'));
});
