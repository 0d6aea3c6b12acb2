import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { type NetrcEntry, NetrcFault, findNetrc, formatNetrc, parseNetrc } from './netrc.js';

const readable: readonly (readonly [name: string, source: string, expected: readonly NetrcEntry[]])[] = [
  ['nothing', '', []],
  ['only comments and blank lines', '# mine\n\n  # more\n', []],
  [
    'the usual form on one line',
    'machine ftp.example.com login ann password secret\n',
    [{ machine: 'ftp.example.com', login: 'ann', password: 'secret' }],
  ],
  [
    'a field a line, with tabs and CRLF',
    'machine ftp.example.com\r\n\tlogin ann\r\n\tpassword secret\r\n\taccount acct\r\n',
    [{ machine: 'ftp.example.com', login: 'ann', password: 'secret', account: 'acct' }],
  ],
  [
    'several machines and a default',
    'machine a login x password 1\nmachine b login y password 2\ndefault login anonymous password me@',
    [
      { machine: 'a', login: 'x', password: '1' },
      { machine: 'b', login: 'y', password: '2' },
      { machine: undefined, login: 'anonymous', password: 'me@' },
    ],
  ],
  ['keywords in capitals', 'MACHINE a LOGIN b', [{ machine: 'a', login: 'b' }]],
  [
    'a macro, up to an empty line, whatever is in it',
    'machine a login b\nmacdef init\ncd /pub\nmachine not login this\n\nmachine c login d\n',
    [
      { machine: 'a', login: 'b' },
      { machine: 'c', login: 'd' },
    ],
  ],
  ['a macro up to the end', 'machine a login b\nmacdef init\nbin', [{ machine: 'a', login: 'b' }]],
  ['a macro without lines', 'macdef init\n\nmachine a', [{ machine: 'a' }]],
  [
    'comments behind values',
    'machine a # the first\nlogin b # as b\npassword c',
    [{ machine: 'a', login: 'b', password: 'c' }],
  ],
  ['a password that begins with #', 'machine a login b password #c', [{ machine: 'a', login: 'b', password: '#c' }]],
  ['a password with # in it', 'machine a password c#d', [{ machine: 'a', password: 'c#d' }]],
  [
    'quoted values, escapes in them',
    String.raw`machine a login "b c" password "d\"e\\f\tg\nh"`,
    [{ machine: 'a', login: 'b c', password: 'd"e\\f\tg\nh' }],
  ],
  ['an empty quoted value', 'machine a password ""', [{ machine: 'a', password: '' }]],
  ['a quote within a word as itself', 'machine a password b"c', [{ machine: 'a', password: 'b"c' }]],
  ['a keyword as a value', 'machine login login machine', [{ machine: 'login', login: 'machine' }]],
  ['a quoted keyword as no keyword', 'machine a "login" b', [{ machine: 'a' }]],
  ['unknown words by leaving them out', 'machine a port 2121 login b', [{ machine: 'a', login: 'b' }]],
  ['the last of a field given twice', 'machine a login b login c', [{ machine: 'a', login: 'c' }]],
];

for (const [name, source, expected] of readable) {
  test(`parseNetrc reads ${name}`, () => assert.deepEqual(parseNetrc(source), expected));
}

const unreadable: readonly (readonly [name: string, source: string, line: number])[] = [
  ['a machine without a name', 'machine a\n\nmachine', 3],
  ['a password without a value', 'machine a login b\npassword\n', 2],
  ['a login before any machine', '\nlogin a', 2],
  ['a quote without an end', 'machine a\nlogin b password "secret\nmachine c', 2],
  ['a quote that ends in a backslash', 'machine a password "secret\\', 1],
];

for (const [name, source, line] of unreadable) {
  test(`parseNetrc refuses ${name}, with the line and without the password`, () => {
    assert.throws(
      () => parseNetrc(source),
      (error: unknown) => error instanceof NetrcFault && error.line === line && !error.message.includes('secret'),
    );
  });
}

const value = fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed());
const entry = fc
  .record({
    machine: fc.option(value, { nil: undefined }),
    login: fc.option(value, { nil: undefined }),
    password: fc.option(value, { nil: undefined }),
    account: fc.option(value, { nil: undefined }),
  })
  .map(({ machine, ...fields }): NetrcEntry => ({
    machine,
    ...Object.fromEntries(Object.entries(fields).filter(([, field]) => field !== undefined)),
  }));

test('parseNetrc(formatNetrc(x)) is x', () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 5 }), (entries) => {
      assert.deepEqual(parseNetrc(formatNetrc(entries)), entries);
    }),
    { numRuns: 1000 },
  );
});

test('any text is read or refused with NetrcFault', () => {
  const words = fc.constantFrom(
    'machine ',
    'default ',
    'login ',
    'password ',
    'macdef ',
    '"',
    '\\',
    '#',
    '\n',
    'a',
    ' ',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(words).map((each) => each.join('')),
  );
  fc.assert(
    fc.property(text, (source) => {
      try {
        parseNetrc(source);
      } catch (error) {
        assert.ok(error instanceof NetrcFault);
      }
    }),
    { numRuns: 2000 },
  );
});

const entries = parseNetrc(`
machine one login ann password 1
machine one login bob password 2
machine two password 3
default login anyone password 4
`);

const lookups: readonly (readonly [host: string, user: string | undefined, password: string | undefined])[] = [
  ['one', undefined, '1'],
  ['ONE', 'ann', '1'],
  ['one', 'bob', '2'],
  ['one', 'carl', undefined],
  ['two', undefined, '3'],
  ['two', 'carl', '3'],
  ['three', undefined, '4'],
  ['three', 'anyone', '4'],
  ['three', 'carl', undefined],
];

for (const [host, user, password] of lookups) {
  test(`findNetrc gives ${user ?? 'nobody in particular'} at ${host} ${password ?? 'nothing'}`, () => {
    assert.equal(findNetrc(entries, host, user)?.password, password);
  });
}
