import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { decodeText } from '../protocol/index.js';
import { FtpError } from './errors.js';
import type { TlsMode } from './options.js';
import { type ParsedFtpUrl, MAX_URL_LENGTH, formatFtpUrl, maskUrl, parseFtpUrl } from './url.js';

const host = 'example.com';
const off = 'off' as const;

const readable: readonly (readonly [text: string, expected: ParsedFtpUrl])[] = [
  ['ftp://example.com', { options: { host, tls: off }, path: '' }],
  ['ftp://example.com/', { options: { host, tls: off }, path: '' }],
  ['FTP://EXAMPLE.COM/A', { options: { host, tls: off }, path: 'A' }],
  ['ftpes://example.com/a', { options: { host, tls: 'explicit' }, path: 'a' }],
  ['ftps://example.com/a', { options: { host, tls: 'implicit' }, path: 'a' }],
  ['ftp://example.com:2121/a/b/', { options: { host, port: 2121, tls: off }, path: 'a/b/' }],
  ['ftps://example.com:/', { options: { host, tls: 'implicit' }, path: '' }],
  ['ftp://example.com/%2Fetc/motd', { options: { host, tls: off }, path: '/etc/motd' }],
  ['ftp://example.com//etc/motd', { options: { host, tls: off }, path: '/etc/motd' }],
  ['ftp://example.com/%2f', { options: { host, tls: off }, path: '/' }],
  ['ftp://example.com/a;type=a', { options: { host, tls: off }, path: 'a', type: 'ascii' }],
  ['ftp://example.com/a;TYPE=I', { options: { host, tls: off }, path: 'a', type: 'binary' }],
  ['ftp://example.com/a/;type=d', { options: { host, tls: off }, path: 'a/', type: 'directory' }],
  ['ftp://example.com/a%3Btype=a', { options: { host, tls: off }, path: 'a;type=a' }],
  ['ftp://example.com/a;type=x/b;1', { options: { host, tls: off }, path: 'a;type=x/b;1' }],
  ['ftp://example.com/a?b#c\\d', { options: { host, tls: off }, path: 'a?b#c\\d' }],
  ['ftp://example.com/a b%20c%25', { options: { host, tls: off }, path: 'a b c%' }],
  ['ftp://example.com/./a/../b', { options: { host, tls: off }, path: './a/../b' }],
  ['ftp://example.com/*.[ch]', { options: { host, tls: off }, path: '*.[ch]' }],
  ['ftp://example.com/caf%E9', { options: { host, tls: off }, path: 'caf\udce9' }],
  ['ftp://example.com/café', { options: { host, tls: off }, path: 'café' }],
  ['ftp://example.com/caf%C3%A9', { options: { host, tls: off }, path: 'café' }],
  ['ftp://ann@example.com/', { options: { host, user: 'ann', tls: off }, path: '' }],
  ['ftp://ann:@example.com/', { options: { host, user: 'ann', password: '', tls: off }, path: '' }],
  [
    'ftps://ann:a%3Ab%2Fc%40d%E9@example.com/',
    { options: { host, user: 'ann', password: 'a:b/c@d\udce9', tls: 'implicit' }, path: '' },
  ],
  [
    'ftp://ann@corp:a:b@c?#@example.com/x@y',
    { options: { host, user: 'ann@corp', password: 'a:b@c?#', tls: off }, path: 'x@y' },
  ],
  ['ftp://@example.com/', { options: { host, tls: off }, path: '' }],
  ['ftp://192.0.2.1:21/', { options: { host: '192.0.2.1', port: 21, tls: off }, path: '' }],
  ['ftp://[2001:DB8::1]/', { options: { host: '2001:db8::1', tls: off }, path: '' }],
  ['ftpes://ann@[::1]:2121/a', { options: { host: '::1', port: 2121, user: 'ann', tls: 'explicit' }, path: 'a' }],
  ['ftp://[fe80::1%25eth0]/', { options: { host: 'fe80::1%eth0', tls: off }, path: '' }],
  ['ftp://[fe80::1%eth0]/', { options: { host: 'fe80::1%eth0', tls: off }, path: '' }],
  ['ftps://bücher.example/', { options: { host: 'xn--bcher-kva.example', tls: 'implicit' }, path: '' }],
  ['ftp://b%C3%BCcher.example/', { options: { host: 'xn--bcher-kva.example', tls: off }, path: '' }],
];

for (const [text, expected] of readable) {
  test(`parseFtpUrl reads ${JSON.stringify(text)}`, () => {
    assert.deepEqual(parseFtpUrl(text), expected);
  });
}

const unreadable: readonly (readonly [text: string, message: RegExp])[] = [
  ['', /neither ftp:/],
  ['example.com/a', /neither ftp:/],
  ['ftp:example.com', /neither ftp:/],
  ['ftp:/example.com', /neither ftp:/],
  ['sftp://example.com/', /neither ftp:/],
  ['constructor://example.com/', /neither ftp:/],
  [' ftp://example.com/', /neither ftp:/],
  ['ftp://', /names no host/],
  ['ftp:///a', /names no host/],
  ['ftp://ann@/a', /names no host/],
  ['ftp://example.com:0/', /1 to 65535/],
  ['ftp://example.com:65536/', /1 to 65535/],
  ['ftp://example.com:x/', /told apart/],
  ['ftp://::1/', /told apart/],
  ['ftp://[::1/', /told apart/],
  ['ftp://[::1]x/', /told apart/],
  ['ftp://[192.0.2.1]/', /no IPv6 address/],
  ['ftp://[fe80::1%a b]/', /no IPv6 address/],
  ['ftp://exa mple.com/', /no name and no address/],
  ['ftp://example.com%00/', /line end or NUL/],
  ['ftp://example.com/a;type=x', /a, i or d/],
  ['ftp://example.com/a;type=', /a, i or d/],
  ['ftp://example.com/100%', /written %25/],
  ['ftp://example.com/%4x', /written %25/],
  ['ftp://example.com/a\r\nDELE b', /line end or NUL/],
  ['ftp://example.com/a%0d%0aDELE b', /line end or NUL/],
  ['ftp://example.com/a%0A', /line end or NUL/],
  ['ftp://example.com/a%00', /line end or NUL/],
  ['ftp://a%0a:b@example.com/', /line end or NUL/],
  ['ftp://a:b%0d@example.com/', /line end or NUL/],
  [`ftp://example.com/${'a'.repeat(MAX_URL_LENGTH)}`, /too long/],
];

for (const [text, message] of unreadable) {
  test(`parseFtpUrl refuses ${JSON.stringify(text.slice(0, 60))}`, () => {
    assert.throws(() => parseFtpUrl(text), { name: 'FtpError', code: 'USAGE', phase: 'usage', message });
  });
}

test('no message of parseFtpUrl shows a password', () => {
  for (const bad of ['ftp://ann:se/cret@example.com/', 'ftp://ann:se/cret', 'ftp://ann:secret@example.com/%0a']) {
    assert.throws(
      () => parseFtpUrl(bad),
      (error: unknown) => error instanceof FtpError && !error.message.includes('cret@'),
    );
  }
});

const octets = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.uint8Array({ maxLength: 12 }).map((bytes) => decodeText(Uint8Array.from(bytes))),
  fc.constantFrom('/', '//', 'a;type=a', ';type=d', '%2F', '?', '#', '\\', '..', '@', ':', 'a/b/', '\udce9'),
);
const text = fc
  .array(octets, { maxLength: 4 })
  .map((pieces) => pieces.join(''))
  .filter((joined) => !/[\r\n\0]/.test(joined))
  // What parseFtpUrl gives is always what decodeText gives.
  .filter((joined) => joined.isWellFormed() || decodeText(Buffer.from(joined, 'utf8')) === joined);
const hosts = fc.oneof(
  fc.domain().map((name) => name.toLowerCase()),
  fc.ipV4(),
  fc.ipV6().filter((address) => !address.includes('.')),
  fc.constantFrom('fe80::1%eth0', 'fe80::1%25', 'localhost', 'a_b', '::1'),
);
const parsed: fc.Arbitrary<ParsedFtpUrl> = fc
  .record({
    host: hosts,
    port: fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined }),
    user: fc.option(
      text.filter((user) => user !== ''),
      { nil: undefined },
    ),
    tls: fc.constantFrom<TlsMode>('off', 'explicit', 'implicit'),
    path: text,
    type: fc.option(fc.constantFrom('ascii' as const, 'binary' as const, 'directory' as const), { nil: undefined }),
  })
  .map(({ host: name, port, user, tls, path, type }) => ({
    options: { host: name, ...(port !== undefined && { port }), ...(user !== undefined && { user }), tls },
    path,
    ...(type !== undefined && { type }),
  }));

test('parseFtpUrl(formatFtpUrl(x)) is x, for all three schemes', () => {
  fc.assert(
    fc.property(parsed, (given) => {
      assert.deepEqual(parseFtpUrl(formatFtpUrl(given)), given);
    }),
    { numRuns: 2000 },
  );
});

test('octets that are not UTF-8 survive in path, user and password', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 20 }), (given) => {
      const bytes = Uint8Array.from(given).map((byte) => (byte === 10 || byte === 13 || byte === 0 ? 0xe9 : byte));
      const hex = Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
      const { options, path } = parseFtpUrl(`ftps://${hex}:${hex}@h/${hex}`);
      for (const value of [options.user, options.password, path]) assert.equal(value, decodeText(bytes));
    }),
  );
});

test('a URL and its text say the same, whatever WHATWG thinks of the scheme', () => {
  for (const scheme of ['ftp', 'ftpes', 'ftps']) {
    for (const rest of ['h/a', 'ann:pw@h:2121//etc/', 'h/a%2Fb;type=i', 'h/caf%E9?x#y', '[::1]:2121/%2Fa', 'h/é']) {
      const whole = `${scheme}://${rest}`;
      assert.deepEqual(parseFtpUrl(new URL(whole)), parseFtpUrl(whole), whole);
    }
  }
});

test('any text is read or refused with USAGE', () => {
  const bent = fc
    .tuple(fc.constantFrom('ftp://', 'ftps://', 'ftpes://', 'ftp:', ''), fc.string({ unit: 'binary' }))
    .map(([scheme, rest]) => scheme + rest);
  fc.assert(
    fc.property(bent, (given) => {
      try {
        parseFtpUrl(given);
      } catch (error) {
        assert.ok(error instanceof FtpError && error.code === 'USAGE');
      }
    }),
    { numRuns: 2000 },
  );
});

test('formatFtpUrl writes no password, and reads the mode of TLS options', () => {
  assert.equal(
    formatFtpUrl({ options: { host: 'h', user: 'ann', password: 'secret', tls: {} }, path: '/a b' }),
    'ftpes://ann@h/%2Fa%20b',
  );
  assert.equal(
    formatFtpUrl({ options: { host: 'h', tls: { mode: 'implicit', insecure: true } }, path: '' }),
    'ftps://h',
  );
  assert.equal(formatFtpUrl({ options: { host: 'h', tls: 'if-offered' }, path: 'a' }), 'ftp://h/a');
});

const masked: readonly (readonly [text: string, expected: string])[] = [
  ['ftp://h/a', 'ftp://h/a'],
  ['ftp://ann@h/a', 'ftp://ann@h/a'],
  ['ftp://ann:secret@h/a', 'ftp://ann:***@h/a'],
  ['ftp://ann:s:e@c@h:21/a@b', 'ftp://ann:***@h:21/a@b'],
  ['ftp://ann:@h/', 'ftp://ann:***@h/'],
  ['ftp://:secret@h/', 'ftp://:***@h/'],
  ['ftp://h:21/a@b', 'ftp://h:21/a@b'],
  ['ftp://ann@[::1]:21/a@b', 'ftp://ann@[::1]:21/a@b'],
  ['ftp://[::1]/a:b@c', 'ftp://[::1]/a:b@c'],
  ['ftp://ann:s/e?c#r@h/a', 'ftp://ann:***@h/a'],
  ['socks5://ann:secret@[::1]:1080', 'socks5://ann:***@[::1]:1080'],
  ['ftp:/ann:secret@h', 'ftp:***@h'],
  ['ftp:///ann:secret@h', 'ftp:///ann:***@h'],
  ['ann:secret@h', 'ann:***@h'],
  ['', ''],
];

for (const [given, expected] of masked) {
  test(`maskUrl writes ${JSON.stringify(given)} as ${expected}`, () => assert.equal(maskUrl(given), expected));
}

test('maskUrl hides every password that parseFtpUrl reads', () => {
  const secret = 'hidden-from-all';
  const around = fc.constantFrom('', '@', ':', '?', '#', ' ', '\\', '%40', 'é');
  fc.assert(
    fc.property(around, around, hosts, text, (before, after, name, path) => {
      const written = formatFtpUrl({ options: { host: name }, path }).slice('ftp://'.length);
      const whole = `ftp://ann:${before}${secret}${after}@${written}`;
      assert.ok(String(parseFtpUrl(whole).options.password).includes(secret));
      assert.ok(!maskUrl(whole).includes(secret), maskUrl(whole));
    }),
  );
});
