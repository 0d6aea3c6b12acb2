import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { type TestContext, describe, test } from 'node:test';
import * as fc from 'fast-check';
import { FtpError } from './errors.js';
import { proxyFromEnvironment } from './proxy-environment.js';
import { type Proxy, parseProxy } from './proxy.js';

function ftp(style: string, host: string, port: number, login: object = {}): object {
  return { kind: 'ftp', style, via: { host, port }, ...login };
}

void describe('parseProxy', () => {
  for (const [text, expected] of [
    ['ftp-user://proxy.example', ftp('user', 'proxy.example', 21)],
    ['ftp-site://proxy.example:2121', ftp('site', 'proxy.example', 2121)],
    ['FTP-OPEN://proxy.example/', ftp('open', 'proxy.example', 21)],
    ['ftp-login://px:key@proxy.example', ftp('login', 'proxy.example', 21, { user: 'px', password: 'key' })],
    ['ftp-login://px@proxy.example', ftp('login', 'proxy.example', 21, { user: 'px' })],
    ['ftp-site://px:@proxy.example:', ftp('site', 'proxy.example', 21, { user: 'px', password: '' })],
    ['ftp-open://[2001:db8::1]:2121', ftp('open', '2001:db8::1', 2121)],
    ['ftp-user://p%40x:k%3a%2Fy@h', ftp('user', 'h', 21, { user: 'p@x', password: 'k:/y' })],
    ['ftp-user://me:p@ss:w/d@h', ftp('user', 'h', 21, { user: 'me', password: 'p@ss:w/d' })],
    ['  ftp-user://h\n', ftp('user', 'h', 21)],
  ] as const) {
    test(`reads ${JSON.stringify(text)}`, () => assert.deepEqual(parseProxy(text), expected));
  }

  for (const [text, hint] of [
    ['', /write one of socks5:\/\/, /],
    ['proxy.example:3128', /write one of socks5:\/\/, /],
    ['socks://h', /write socks5:\/\/$/],
    ['socks4://h', /SOCKS 4 is not done/],
    ['socks4a://h', /SOCKS 4 is not done/],
    ['https://h', /write http:\/\//],
    ['ftp://h', /write ftp-user:\/\//],
    ['gopher://h', /write one of/],
    ['__proto__://h', /write one of/],
    ['constructor://h', /write one of/],
    ['socks5://', /host is missing/],
    ['socks5://me@', /host is missing/],
    ['socks5://:1080', /host is missing/],
    ['socks5://[]', /host is missing/],
    ['socks5://[1.2.3.4]', /only an IPv6 address/],
    ['socks5://[::1', /scheme:\/\/user:password@host:port/],
    ['socks5://::1', /scheme:\/\/user:password@host:port/],
    ['socks5://h:0', /1 to 65535/],
    ['socks5://h:65536', /1 to 65535/],
    ['socks5://h:99999999999999999999', /1 to 65535/],
    ['socks5://h:port', /scheme:\/\/user:password@host:port/],
    ['socks5://h/path', /scheme:\/\/user:password@host:port/],
    ['socks5://h?a', /scheme:\/\/user:password@host:port/],
    ['socks5://a b', /scheme:\/\/user:password@host:port/],
    ['socks5://:key@h', /user is missing/],
    ['socks5://me:100%@h', /%25/],
    ['ftp-login://h', /ftp-login:\/\/user:password@host/],
  ] as const) {
    test(`refuses ${JSON.stringify(text)} and says what to write`, () => {
      assert.throws(
        () => parseProxy(text),
        (error) => {
          assert.ok(error instanceof FtpError);
          assert.deepEqual([error.code, error.phase], ['USAGE', 'usage']);
          assert.match(error.hint ?? '', hint);
          assert.ok(error.message.endsWith(error.hint ?? '?'));
          return true;
        },
      );
    });
  }

  for (const text of ['gopher://me:sesam@h', 'me:sesam@h', 'http://me:sesam%@h', 'http://me:sesam', 'me:sesam@h:0/@']) {
    test(`the error for ${text} does not repeat the password`, () => {
      assert.throws(
        () => parseProxy(text),
        (error) => error instanceof FtpError && !error.message.includes('sesam'),
      );
    });
  }

  test('throws nothing but FtpError', () => {
    const scheme = fc.constantFrom('socks5://', 'http://', 'ftp-user://', 'ftp://', '');
    fc.assert(
      fc.property(scheme, fc.string({ unit: 'binary' }), (beginning, text) => {
        try {
          parseProxy(beginning + text);
        } catch (error) {
          assert.ok(error instanceof FtpError && error.code === 'USAGE');
        }
      }),
    );
  });
});

/** What a proxy that listens there is told first. */
async function toldFirst(t: TestContext, urlTo: (port: number) => string): Promise<string> {
  const listener = net.createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  t.after(() => listener.close());
  const address = listener.address();
  const proxy: Proxy = parseProxy(urlTo(typeof address === 'object' && address ? address.port : 0));
  assert.equal(proxy.kind, 'tunnel');
  const first = new Promise<string>((resolve) => {
    listener.once('connection', (socket) => {
      socket.once('data', (bytes: Buffer) => {
        resolve(bytes.toString('latin1'));
        socket.destroy();
      });
    });
  });
  if (proxy.kind === 'tunnel') {
    const dialled = proxy.dial({ host: 'ftp.example.com', port: 21 }, { timeoutMs: 10_000 });
    await assert.rejects(dialled, { name: 'ConnectionFault' });
  }
  return await first;
}

void describe('a tunnel', () => {
  for (const scheme of ['socks5', 'socks5h']) {
    test(`${scheme} speaks SOCKS 5, with a login where the URL has one`, async (t) => {
      assert.equal(await toldFirst(t, (port) => `${scheme}://127.0.0.1:${port}`), '\u0005\u0001\u0000');
      assert.equal(await toldFirst(t, (port) => `${scheme}://me:x@127.0.0.1:${port}`), '\u0005\u0002\u0000\u0002');
    });
  }

  test('http speaks HTTP, with a login where the URL has one', async (t) => {
    assert.match(await toldFirst(t, (port) => `http://127.0.0.1:${port}`), /^CONNECT ftp\.example\.com:21 HTTP/);
    assert.match(await toldFirst(t, (port) => `http://me:sesam@127.0.0.1:${port}`), /Basic bWU6c2VzYW0=\r\n/);
  });

  for (const [url, port] of [
    ['socks5://proxy.invalid', 1080],
    ['http://proxy.invalid', 8080],
    ['http://proxy.invalid:80', 80],
  ] as const) {
    test(`${url} is port ${port}`, async () => {
      const proxy = parseProxy(url);
      assert.ok(proxy.kind === 'tunnel');
      const signal = AbortSignal.abort();
      await assert.rejects(proxy.dial({ host: 'h', port: 21 }, { timeoutMs: 10_000, signal }), {
        code: 'ABORTED',
        message: new RegExp(`proxy\\.invalid port ${port}:`),
      });
    });
  }
});

void describe('proxyFromEnvironment', () => {
  const [one, two, three] = ['socks5://one', 'http://two', 'ftp-user://three'];
  const host = 'ftp.example.com';

  for (const [claim, environment, tls, expected] of [
    ['there is none', {}, 'off', undefined],
    ['the lower case goes first', { ftp_proxy: one, FTP_PROXY: two }, 'off', one],
    ['the upper case counts', { FTP_PROXY: two, ALL_PROXY: one }, 'explicit', two],
    ['that of FTP goes before that of all', { FTP_PROXY: two, all_proxy: one }, 'if-offered', two],
    ['an empty one is none', { ftp_proxy: '', FTP_PROXY: ' ', all_proxy: one }, 'off', one],
    ['implicit TLS has its own', { ftp_proxy: three, FTPS_PROXY: two, all_proxy: one }, 'implicit', two],
    ['implicit TLS does not take that of FTP', { ftp_proxy: three, ALL_PROXY: one }, 'implicit', one],
    ['that of the web is not taken', { http_proxy: two, HTTPS_PROXY: two }, 'off', undefined],
    ['a host may be excepted', { ftp_proxy: one, no_proxy: 'a, example.com' }, 'off', undefined],
    ['exceptions may be in upper case', { ftp_proxy: one, NO_PROXY: '*' }, 'off', undefined],
    ['other hosts are not excepted', { ftp_proxy: one, no_proxy: 'example.org' }, 'off', one],
  ] as const) {
    test(claim, () => assert.equal(proxyFromEnvironment(environment, { host, tls }), expected));
  }

  test('a wrong one is an error that names the variable', () => {
    assert.throws(() => proxyFromEnvironment({ ALL_PROXY: 'socks4://me:sesam@one' }, { host, tls: 'off' }), {
      code: 'USAGE',
      message: /^ALL_PROXY in the environment: Not the URL of a proxy: socks4:\/\/one: SOCKS 4/,
      hint: /^SOCKS 4/,
    });
  });

  test('a wrong one is none where the host is excepted', () => {
    assert.equal(proxyFromEnvironment({ ftp_proxy: 'x', no_proxy: '*' }, { host, tls: 'off' }), undefined);
  });
});
