import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import {
  formatReply,
  isCompletion,
  isIntermediate,
  isPermanent,
  isPreliminary,
  isTransient,
  reply,
  type Reply,
  ReplyParser,
} from './reply.js';
import { decodeText } from './text.js';

const latin1 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
const fault = { name: 'SyntaxFault', part: 'reply' };

function parse(...chunks: readonly Uint8Array[]): Reply[] {
  const parser = new ReplyParser();
  return chunks.flatMap((chunk) => parser.push(chunk));
}

function parseAtEverySplit(whole: Uint8Array, expected: readonly Reply[]): void {
  for (let at = 0; at <= whole.length; at += 1) {
    assert.deepEqual(parse(whole.subarray(0, at), whole.subarray(at)), expected, `split at ${at}`);
  }
  assert.deepEqual(parse(...[...whole].map((byte) => Uint8Array.of(byte))), expected, 'byte by byte');
}

test('a file name cannot end a reply or begin another', () => {
  assert.deepEqual(reply(550, 'a\r\n226 done\0b'), { code: 550, lines: ['a??226 done?b'] });
  assert.deepEqual(
    formatReply({ code: 550, lines: ['a\r\n226 done', 'b\n'] }),
    latin1('550-a??226 done\r\n550 b?\r\n'),
  );
});

test('a reply without text has one empty line', () => {
  assert.deepEqual(reply(200), { code: 200, lines: [''] });
});

test('reply refuses a code outside 100 to 659', () => {
  for (const code of [0, 99, 660, 999, 1000, 200.5, Number.NaN, -200])
    assert.throws(() => reply(code, 'x'), RangeError);
  assert.equal(reply(100).code + reply(659).code, 759);
});

const formatted: readonly (readonly [name: string, lines: readonly string[], bytes: string])[] = [
  ['one line', ['ok'], '211 ok\r\n'],
  ['an empty line', [''], '211 \r\n'],
  ['two lines', ['a', 'b'], '211-a\r\n211 b\r\n'],
  [
    'inner lines indented',
    ['Features:', 'MDTM', '211 not the end', ' x', '', 'End'],
    '211-Features:\r\n MDTM\r\n 211 not the end\r\n  x\r\n \r\n211 End\r\n',
  ],
  ['bytes that are not UTF-8', ['caf\udce9'], '211 caf\xe9\r\n'],
];

for (const [name, lines, bytes] of formatted) {
  test(`formatReply writes ${name}, and ReplyParser reads it back at every split`, () => {
    assert.deepEqual(formatReply(reply(211, ...lines)), latin1(bytes));
    parseAtEverySplit(latin1(bytes), [{ code: 211, lines }]);
  });
}

const accepted: readonly (readonly [name: string, bytes: string, replies: readonly Reply[]])[] = [
  ['two replies', '150 a\r\n226 b\r\n', [reply(150, 'a'), reply(226, 'b')]],
  ['LF alone', '220-a\n b\n220 c\n', [reply(220, 'a', 'b', 'c')]],
  ['a code alone', '200\r\n', [reply(200, '')]],
  ['a code and a hyphen alone', '200-\r\n200\r\n', [reply(200, '', '')]],
  ['an unfinished reply', '220-a\r\n b\r\n220', []],
  ['inner lines that repeat the code', '230-a\r\n230-b\r\n230- c\r\n230 d\r\n', [reply(230, 'a', 'b', ' c', 'd')]],
  [
    'inner lines with other codes',
    '230-a\r\n200 b\r\n421-c\r\n226\r\n230 d\r\n',
    [reply(230, 'a', '200 b', '421-c', '226', 'd')],
  ],
  [
    'an inner line that only begins like the end',
    '230-a\r\n2300 b\r\n230b\r\n230 c\r\n',
    [reply(230, 'a', '2300 b', '230b', 'c')],
  ],
  ['inner lines without indentation', '211-a\r\nb\r\n\r\n\tc\r\n211 d\r\n', [reply(211, 'a', 'b', '', '\tc', 'd')]],
  ['only one space of indentation', '211-a\r\n   b\r\n211 c\r\n', [reply(211, 'a', '  b', 'c')]],
  ['text before the first code', 'Welcome\r\n to us\r\n220 a\r\n', [reply(220, 'Welcome', ' to us', 'a')]],
  ['text before a reply of many lines', '999 x\r\n220-a\r\n b\r\n220 c\r\n', [reply(220, '999 x', 'a', 'b', 'c')]],
  ['empty lines between replies', '\r\n200 a\r\n\r\n\n200 b\r\n', [reply(200, 'a'), reply(200, 'b')]],
  ['CR and NUL inside a line', '200 a\rb\0\r\r\n', [reply(200, 'a?b??')]],
];

for (const [name, bytes, replies] of accepted) {
  test(`ReplyParser reads ${name}, at every split`, () => {
    parseAtEverySplit(latin1(bytes), replies);
  });
}

const line = fc.oneof(
  fc.uint8Array().map((bytes) => decodeText(bytes)),
  fc.string({ unit: fc.constantFrom('2', '1', ' ', '-', 'a', '') }),
  fc.constantFrom('211 x', '211-x', '211', ' 211 x', '226 y'),
);
const anyReply = fc
  .tuple(fc.constantFrom(100, 211, 226, 659), fc.array(line, { minLength: 1, maxLength: 6 }))
  .map(([code, lines]) => reply(code, ...lines));

test('parsing what formatReply wrote gives the same replies, at any split', () => {
  fc.assert(
    fc.property(fc.array(anyReply, { maxLength: 4 }), fc.nat(), (replies, position) => {
      const whole = Uint8Array.from(replies.flatMap((given) => [...formatReply(given)]));
      const at = position % (whole.length + 1);
      assert.deepEqual(parse(whole.subarray(0, at), whole.subarray(at)), replies);
    }),
    { numRuns: 500 },
  );
});

const overLimit: readonly (readonly [name: string, bytes: string])[] = [
  ['a line over the limit', `200 ${'x'.repeat(30)}\r\n`],
  ['a line over the limit that has not ended', 'x'.repeat(34)],
  ['too many lines', '200-a\r\nb\r\nc\r\nd\r\ne\r\n'],
  ['too many lines before a code', 'a\r\nb\r\nc\r\nd\r\ne\r\n'],
  ['too many bytes', `200-${'x'.repeat(26)}\r\n${'x'.repeat(30)}\r\n`],
];

for (const [name, bytes] of overLimit) {
  test(`ReplyParser refuses ${name}, at every split`, () => {
    const limits = { maxLineLength: 32, maxLines: 4, maxReplyLength: 50 };
    assert.equal(new ReplyParser(limits).push(latin1('200-a\r\nb\r\nc\r\n200 d\r\n')).length, 1);
    for (let at = 0; at <= bytes.length; at += 1) {
      const parser = new ReplyParser(limits);
      assert.throws(() => [bytes.slice(0, at), bytes.slice(at)].map((chunk) => parser.push(latin1(chunk))), fault);
    }
  });
}

test('limits count for one reply, not for the connection', () => {
  const parser = new ReplyParser({ maxLines: 2, maxReplyLength: 20 });
  for (let i = 0; i < 50; i += 1) assert.equal(parser.push(latin1('200-a\r\n200 b\r\n')).length, 1);
});

test('reset forgets an unfinished reply and an unfinished line', () => {
  const parser = new ReplyParser();
  parser.push(latin1('220-a\r\n22'));
  parser.reset();
  assert.deepEqual(parser.push(latin1('234 ok\r\n')), [reply(234, 'ok')]);
});

test('the first digit tells the kind of a reply', () => {
  const kinds = [isPreliminary, isCompletion, isIntermediate, isTransient, isPermanent];
  for (let code = 100; code <= 659; code += 1) {
    const expected = kinds.map((_, i) => i === Math.trunc(code / 100) - 1);
    assert.deepEqual(
      kinds.map((kind) => kind(code)),
      expected,
      String(code),
    );
  }
});
