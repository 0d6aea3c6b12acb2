import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { everyCut } from '../protocol/split-points.test.js';
import { ConnectionFault } from './connection-fault.js';
import { HttpConnectConversation, MAX_HEADER_LENGTH } from './http-connect-conversation.js';
import type { ProxyConversation } from './proxy-conversation.js';
import { SocksConversation } from './socks-conversation.js';

const target = { host: 'ftp.example.com', port: 21 };
const credentials = { user: 'me', password: 'sesam' };
/** What a target says at once; it may come with the proxy's last words. */
const GREETING = '220 ready\r\n';

const socks = (): ProxyConversation => new SocksConversation(target);
const socksWithLogin = (): ProxyConversation => new SocksConversation(target, credentials);
const http = (): ProxyConversation => new HttpConnectConversation(target);
const httpWithLogin = (): ProxyConversation => new HttpConnectConversation(target, credentials);

/** Numbers are octets, text is itself. */
const octets = (...values: (number | string)[]): Buffer =>
  Buffer.concat(values.map((value) => (typeof value === 'string' ? Buffer.from(value) : Buffer.from([value]))));
const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** Hears the answers, each of them in pieces; the last opens the way. */
function hold(
  conversation: ProxyConversation,
  answers: readonly (readonly Uint8Array[])[],
): { sent: string[]; rest: string } {
  const sent = [latin1(conversation.opening)];
  let rest: string | undefined;
  for (const piece of answers.flat()) {
    if (rest !== undefined) {
      rest += latin1(piece);
      continue;
    }
    const turn = conversation.hear(piece);
    if (turn && 'send' in turn) sent.push(latin1(turn.send));
    else if (turn) rest = latin1(turn.rest);
  }
  assert.ok(rest !== undefined, 'the way is not open');
  return { sent, rest };
}

/** The last answer opens the way however it is cut, what follows it is the target's, and this was sent on the way. */
function checkOpens(
  begin: () => ProxyConversation,
  answers: readonly Uint8Array[],
  expected: readonly Uint8Array[],
): void {
  const last = Buffer.concat([answers.at(-1) ?? octets(), octets(GREETING)]);
  const before = answers.slice(0, -1).map((answer) => [answer]);
  for (const pieces of everyCut(last)) {
    const { sent, rest } = hold(begin(), [...before, pieces]);
    assert.deepEqual(sent, expected.map(latin1));
    assert.equal(rest, GREETING);
  }
}

const saying = (text: RegExp) => (error: unknown) =>
  error instanceof ConnectionFault &&
  error.code === 'PROXY' &&
  text.test(error.message) &&
  !error.message.includes(credentials.password);

/** The last answer is refused with these words, however it is cut. */
function checkRefused(begin: () => ProxyConversation, answers: readonly Uint8Array[], text: RegExp): void {
  for (const pieces of everyCut(answers.at(-1) ?? octets())) {
    const conversation = begin();
    for (const answer of answers.slice(0, -1)) conversation.hear(answer);
    assert.throws(() => pieces.forEach((piece) => conversation.hear(piece)), saying(text));
  }
}

void describe('a conversation with a SOCKS proxy', () => {
  const connectByName = octets(5, 1, 0, 3, 15, 'ftp.example.com', 0, 21);
  const bound = octets(1, 127, 0, 0, 1, 4, 56);

  for (const [kind, address] of [
    ['an IPv4 address', bound],
    ['an IPv6 address', octets(4, ...Array.from({ length: 16 }, () => 0), 4, 56)],
    ['a name', octets(3, 3, 'abc', 4, 56)],
    ['an empty name', octets(3, 0, 4, 56)],
    ['the longest name', octets(3, 255, 'x'.repeat(255), 4, 56)],
  ] as const) {
    test(`opens the way where the answer holds ${kind}`, () => {
      checkOpens(socks, [octets(5, 0), Buffer.concat([octets(5, 0, 0), address])], [octets(5, 1, 0), connectByName]);
    });
  }

  test('logs in where the proxy chooses that (RFC 1929)', () => {
    checkOpens(
      socksWithLogin,
      [octets(5, 2), octets(1, 0), octets(5, 0, 0, ...bound)],
      [octets(5, 2, 0, 2), octets(1, 2, 'me', 5, 'sesam'), connectByName],
    );
  });

  test('does not log in where the proxy does not choose that', () => {
    checkOpens(socksWithLogin, [octets(5, 0), octets(5, 0, 0, ...bound)], [octets(5, 2, 0, 2), connectByName]);
  });

  test('a method and the result of a login may be cut as well', () => {
    const answers = [octets(5, 2), octets(1, 0), octets(5, 0, 0, ...bound)].map((answer) =>
      Array.from(answer, (octet) => octets(octet)),
    );
    assert.equal(hold(socksWithLogin(), answers).rest, '');
  });

  for (const [host, address] of [
    ['192.0.2.7', octets(1, 192, 0, 2, 7)],
    ['::ffff:192.0.2.7', octets(1, 192, 0, 2, 7)],
    ['2001:db8::1', octets(4, 0x20, 1, 0xd, 0xb8, ...Array.from({ length: 11 }, () => 0), 1)],
    ['bücher.example', octets(3, 21, 'xn--bcher-kva.example')],
  ] as const) {
    test(`asks for ${host} as what it is`, () => {
      const { sent } = hold(new SocksConversation({ host, port: 50_000 }), [
        [octets(5, 0)],
        [octets(5, 0, 0, ...bound)],
      ]);
      assert.equal(sent[1], latin1(Buffer.concat([octets(5, 1, 0), address, octets(0xc3, 0x50)])));
    });
  }

  for (const [code, text] of [
    [1, /general failure/],
    [2, /rules of the proxy/],
    [3, /network is unreachable/],
    [4, /host is unreachable/],
    [5, /host refuses the connection/],
    [6, /time to live/],
    [7, /does not do CONNECT/],
    [8, /kind of address/],
    [9, /refusal number 9/],
    [255, /refusal number 255/],
  ] as const) {
    test(`refusal ${code} is told in words that name the target`, () => {
      checkRefused(socks, [octets(5, 0), octets(5, code, 0, 1, 0, 0, 0, 0, 0, 0)], text);
      checkRefused(socks, [octets(5, 0), octets(5, code)], /ftp\.example\.com port 21/);
    });
  }

  for (const [claim, begin, answers, text] of [
    ['a proxy that asks for a login is told of', socks, [octets(5, 0xff)], /asks for a user name and password/],
    ['so is one that chooses what was not offered', socks, [octets(5, 2)], /asks for a user name and password/],
    ['so is one that wants GSSAPI', socksWithLogin, [octets(5, 1)], /number 1$/],
    ['so is one that takes no login of ours', socksWithLogin, [octets(5, 0xff)], /neither/],
    ['a login may be refused', socksWithLogin, [octets(5, 2), octets(1, 1)], /does not accept this user name/],
    ['SOCKS 4 is recognized', socks, [octets(0, 91)], /SOCKS 4/],
    ['HTTP is recognized', socks, [octets('HTTP/1.0 400 Bad Request\r\n\r\n')], /http:\/\//],
    ['anything else is recognized as not being SOCKS', socks, [octets('220 ready\r\n')], /does not speak SOCKS 5/],
    ['the version is checked at each answer', socks, [octets(5, 0), octets(4, 0, 0, ...bound)], /SOCKS 4/],
    [
      'an unknown kind of address is refused',
      socks,
      [octets(5, 0), octets(5, 0, 0, 9, 0)],
      /kind that does not exist: 9/,
    ],
  ] as const) {
    test(claim, () => checkRefused(begin, answers, text));
  }

  test('an answer to a request that was not made yet is refused', () => {
    assert.throws(() => socks().hear(octets(5, 0, 5, 0, 0, ...bound)), saying(/before it was asked/));
  });

  test('what SOCKS cannot carry is refused before anything is sent', () => {
    const tooLong = 'x'.repeat(256);
    assert.throws(() => new SocksConversation(target, { user: tooLong }), saying(/255 octets/));
    assert.throws(() => new SocksConversation(target, { user: 'me', password: 'ü'.repeat(128) }), saying(/255 octets/));
    assert.throws(() => new SocksConversation({ ...target, host: tooLong }), saying(/no name of a host/));
    for (const port of [0, 65_536, 1.5, -1]) {
      assert.throws(() => new SocksConversation({ ...target, port }), saying(/no port/));
    }
  });
});

void describe('a conversation with an HTTP proxy', () => {
  const request = octets('CONNECT ftp.example.com:21 HTTP/1.1\r\nHost: ftp.example.com:21\r\n\r\n');

  for (const [claim, answer] of [
    ['200', 'HTTP/1.1 200 Connection established\r\nVia: a\r\n\r\n'],
    ['HTTP/1.0', 'HTTP/1.0 200 OK\r\n\r\n'],
    ['a status without a reason', 'HTTP/1.1 200\r\n\r\n'],
    ['any 2xx, whatever length it claims', 'HTTP/1.1 204 Fine\r\nContent-Length: 1000\r\n\r\n'],
    ['line feeds alone', 'HTTP/1.1 200 OK\nVia: a\n\n'],
    [
      'interim answers before',
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\n\r\n',
    ],
  ] as const) {
    test(`opens the way with ${claim}`, () => checkOpens(http, [octets(answer)], [request]));
  }

  test('logs in at once where there are credentials (RFC 7617)', () => {
    const login = 'Proxy-Authorization: Basic bWU6c2VzYW0=\r\n';
    const expected = octets(request.toString().replace(/\r\n$/, `${login}\r\n`));
    checkOpens(httpWithLogin, [octets('HTTP/1.1 200 OK\r\n\r\n')], [expected]);
  });

  for (const [host, authority] of [
    ['192.0.2.7', '192.0.2.7:50000'],
    ['2001:DB8::1', '[2001:db8::1]:50000'],
    ['bücher.example', 'xn--bcher-kva.example:50000'],
  ] as const) {
    test(`asks for ${host} as ${authority}`, () => {
      const { opening } = new HttpConnectConversation({ host, port: 50_000 });
      assert.equal(latin1(opening), `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
    });
  }

  for (const [status, text] of [
    [400, /does not understand CONNECT/],
    [401, /user:password@host/],
    [403, /passive mode/],
    [404, /web server/],
    [405, /passive mode/],
    [407, /user:password@host/],
    [429, /too many/],
    [500, /has failed/],
    [501, /does not do CONNECT/],
    [502, /could not connect/],
    [503, /could not connect/],
    [504, /no answer from there/],
    [101, /: 101 Odd$/],
    [302, /: 302 Odd$/],
    [599, /: 599 Odd$/],
  ] as const) {
    test(`status ${status} is told in words that name the target`, () => {
      const answer = octets(`HTTP/1.1 ${status} Odd\r\nX: y\r\n\r\n<html>`);
      checkRefused(http, [answer], text);
      checkRefused(http, [answer], /ftp\.example\.com port 21.*\b\d{3} Odd/);
    });
  }

  const refused407 = (...schemes: string[]): Buffer =>
    octets(`HTTP/1.1 407 No\r\n${schemes.map((each) => `Proxy-Authenticate: ${each}\r\n`).join('')}\r\n`);

  test('a refused login is told from a missing one, and from a way to log in that is not done', () => {
    checkRefused(httpWithLogin, [refused407('basic realm="x"')], /does not accept this user name and password/);
    checkRefused(httpWithLogin, [octets('HTTP/1.0 401 No\r\n\r\n')], /does not accept this user name and password/);
    checkRefused(http, [refused407('Negotiate', 'Basic realm="x"')], /asks for a user name and password/);
    checkRefused(httpWithLogin, [refused407('Negotiate', 'NTLM', 'NTLM')], /takes only Negotiate and NTLM logins/);
  });

  for (const [claim, answer, text] of [
    ['SOCKS is recognized', octets(5, 0), /socks5:\/\//],
    ['an FTP server is recognized as no proxy', octets('220 ready\r\n'), /does not speak HTTP/],
    ['an empty line is no answer', octets('\r\n'), /does not speak HTTP/],
    ['a status must be a number of three digits', octets('HTTP/1.1 20 OK\r\n\r\n'), /no status/],
  ] as const) {
    test(claim, () => checkRefused(http, [answer], text));
  }

  test('a reason with control characters cannot forge lines of a log', () => {
    checkRefused(http, [octets('HTTP/1.1 502 a\rb\u001b[2J\r\n\r\n')], /^[^\p{Cc}]*$/u);
  });

  test('a reason is repeated in part only', () => {
    checkRefused(http, [octets(`HTTP/1.1 502 ${'x'.repeat(500)}\r\n\r\n`)], /^.{0,300}$/);
  });

  for (const [claim, beginning, endless] of [
    ['a status line', 'HTTP/1.1 200 ', 'x'],
    ['a header', 'HTTP/1.1 200 OK\r\n', 'A: b\r\n'],
    ['interim answers', '', 'HTTP/1.1 100 Continue\r\n\r\n'],
  ] as const) {
    test(`${claim} without an end is refused at ${MAX_HEADER_LENGTH} octets`, () => {
      const conversation = http();
      conversation.hear(octets(beginning));
      const piece = octets(endless);
      let heard = beginning.length;
      assert.throws(
        () => {
          for (;;) {
            conversation.hear(piece);
            heard += piece.length;
          }
        },
        saying(/more than 65536 octets/),
      );
      assert.ok(heard <= MAX_HEADER_LENGTH && heard > MAX_HEADER_LENGTH - piece.length);
    });
  }

  test('a header block of exactly the limit is read', () => {
    const [head, foot] = ['HTTP/1.1 200 OK\r\nA: ', '\r\n\r\n'];
    const filler = 'x'.repeat(MAX_HEADER_LENGTH - head.length - foot.length);
    assert.equal(hold(http(), [[octets(head, filler, foot, GREETING)]]).rest, GREETING);
  });

  test('what would be read as something else is refused before anything is sent', () => {
    for (const host of ['a\r\nX: y', 'a b', 'a:1', 'user@host', '', '[::1]', 'a/b', 'a\u0000', 'a\r\nb', 'ü\r\nb']) {
      assert.throws(() => new HttpConnectConversation({ ...target, host }), saying(/no name of a host/), host);
    }
    assert.throws(() => new HttpConnectConversation(target, { user: 'a:b' }), saying(/colon/));
  });
});

void describe('hostile proxies', () => {
  const likely = fc.oneof(
    fc.uint8Array({ maxLength: 20 }),
    fc.constantFrom(
      octets(5),
      octets(0),
      octets(5, 0),
      octets(5, 2),
      octets(1, 0),
      octets(5, 0, 0, 1),
      octets(5, 0, 0, 3),
      octets('HTTP/1.1 200 OK\r\n'),
      octets('HTTP/1.1 407 No\r\n'),
      octets('Proxy-Authenticate: '),
      octets('\r\n'),
      octets('\r\n\r\n'),
    ),
  );
  const conversations = [socks, socksWithLogin, http, httpWithLogin];

  test('whatever they say ends in a way, in waiting for more, or in a fault of the proxy', () => {
    fc.assert(
      fc.property(fc.array(likely, { maxLength: 12 }), fc.constantFrom(...conversations), (pieces, begin) => {
        const conversation = begin();
        try {
          for (const piece of pieces) {
            const turn = conversation.hear(piece);
            if (turn && 'rest' in turn) return;
          }
        } catch (error) {
          assert.ok(error instanceof ConnectionFault && error.code === 'PROXY', String(error));
        }
      }),
    );
  });
});
