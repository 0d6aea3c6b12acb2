import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { type Command, formatCommand, maskCommand, maskText, parseCommand } from './command.js';
import { decodeText } from './text.js';

const latin1 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
const fault = { name: 'SyntaxFault', code: 'SYNTAX', part: 'command' };

const accepted: readonly (readonly [line: string, verb: string, argument: string | undefined])[] = [
  ['NOOP', 'NOOP', undefined],
  ['noop', 'NOOP', undefined],
  ['type i', 'TYPE', 'i'],
  ['CWD ', 'CWD', ''],
  ['CWD  a b ', 'CWD', ' a b '],
  ['CWD\ta', 'CWD', 'a'],
  ['CWD \ta\t', 'CWD', '\ta\t'],
  [' \t\n NOOP', 'NOOP', undefined],
  ['\nUSER x', 'USER', 'x'],
  ['XSHA256 a', 'XSHA256', 'a'],
  ['ABCDEFGHIJKL', 'ABCDEFGHIJKL', undefined],
  ['STOR caf\xe9', 'STOR', 'caf\udce9'],
  ['STOR caf\xc3\xa9', 'STOR', 'café'],
];

for (const [line, verb, argument] of accepted) {
  test(`parseCommand reads ${JSON.stringify(line)}`, () => {
    assert.deepEqual(parseCommand(latin1(line)), { verb, argument });
  });
}

const refused = [
  '',
  ' ',
  '\t\n ',
  'ABCDEFGHIJKLM',
  'P@SW',
  'caf\xe9 a',
  'U\xc5\xbfER a',
  '-',
  'NO\0OP',
  'NOOP\0',
  'CWD a\0b',
  'CWD a\rb',
  'CWD a\r',
  '\rNOOP',
  'CWD a\nb',
  'NOOP\n',
  '\0',
];

for (const line of refused) {
  test(`parseCommand refuses ${JSON.stringify(line)}`, () => {
    assert.throws(() => parseCommand(latin1(line)), fault);
  });
}

const formatted: readonly (readonly [command: Command, line: string])[] = [
  [{ verb: 'NOOP', argument: undefined }, 'NOOP\r\n'],
  [{ verb: 'CWD', argument: '' }, 'CWD \r\n'],
  [{ verb: 'CWD', argument: ' a ' }, 'CWD  a \r\n'],
  [{ verb: 'STOR', argument: 'caf\udce9 é' }, 'STOR caf\xe9 \xc3\xa9\r\n'],
];

for (const [command, line] of formatted) {
  test(`formatCommand writes ${JSON.stringify(line)}`, () => {
    assert.deepEqual(formatCommand(command), latin1(line));
  });
}

for (const [verb, argument] of [
  ['CWD', 'a\r\nDELE b'],
  ['CWD', 'a\n'],
  ['CWD', '\r'],
  ['CWD', '\0'],
  ['CWD a', ''],
  ['NOOP\r\nQUIT', undefined],
  ['', undefined],
] as const) {
  test(`formatCommand refuses ${JSON.stringify([verb, argument])}, which would not be one command`, () => {
    assert.throws(() => formatCommand({ verb, argument }), fault);
  });
}

const argument = fc
  .uint8Array()
  .map((bytes) => decodeText(bytes.filter((byte) => byte !== 0 && byte !== 10 && byte !== 13)));

test('parseCommand(formatCommand(x)) is x', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Z0-9]{1,12}$/), fc.option(argument, { nil: undefined }), (verb, given) => {
      const command = { verb, argument: given };
      assert.deepEqual(parseCommand(formatCommand(command).slice(0, -2)), command);
    }),
  );
});

const masked: readonly (readonly [verb: string, argument: string | undefined, log: string])[] = [
  ['PASS', 'secret', 'PASS ***'],
  ['pass', 'secret', 'pass ***'],
  ['PASS', '', 'PASS ***'],
  ['PASS', undefined, 'PASS'],
  ['ACCT', 'secret', 'ACCT ***'],
  ['USER', 'anna', 'USER anna'],
  ['CWD', 'a\r\n\x1b[2J\x7f\x85\0b', 'CWD a\\x0d\\x0a\\x1b[2J\\x7f\\x85\\x00b'],
  ['STOR', 'caf\udce9 é 🚢', 'STOR caf\\xe9 é 🚢'],
  ['STOR', 'a\u2028b\u202egnp.exe\ud800', 'STOR a\\u2028b\\u202egnp.exe\\ud800'],
];

for (const [verb, given, log] of masked) {
  test(`maskCommand writes ${JSON.stringify(log)}`, () => {
    assert.equal(maskCommand({ verb, argument: given }), log);
  });
}

test('maskText leaves nothing that could begin a new line or an escape sequence', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const text = maskText(decodeText(bytes));
      assert.doesNotMatch(text, /[\p{Cc}\p{Cs}]/u);
    }),
  );
});
