import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { ImportFault } from './import-list.js';
import { decodeWinscpPassword, encodeWinscpPassword } from './winscp-password.js';
import { importWinscp } from './winscp.js';

/** Bytes that no code of ours made: `ann` `ftp.example.com` `secret`, three random octets in front, each octet masked by hand. */
const BY_HAND = [0xff, 0x00, 24, 3, 0x11, 0x22, 0x33]
  .concat(Array.from('annftp.example.comsecret', (letter) => letter.charCodeAt(0)))
  .map((octet) => (~(octet ^ 0xa3) & 0xff).toString(16).toUpperCase().padStart(2, '0'))
  .join('');

const INI = `[Configuration]
Lang=409
[Configuration\\Security]
UseMasterPassword=0
[Sessions\\Default%20Settings]
FSProtocol=5
HostName=template
[Sessions\\work/web%20site]
HostName=ftp.example.com
PortNumber=2121
UserName=ann
Password=${BY_HAND}
FSProtocol=5
Ftps=3
FtpPasvMode=0
FtpAccount=acct
RemoteDirectory=%EF%BB%BF/srv/f%C3%BC%C3%9Fe
[Sessions\\implicit]\r
HostName=ftp.example.org\r
PortNumber=990\r
UserName=bob\r
Password=${encodeWinscpPassword('other', 'somebody', 'else', Buffer.alloc(2))}\r
FSProtocol=5\r
Ftps=1\r
[Sessions\\anonymous]
HostName=ftp.example.net
UserName=anonymous
Password=A35C
FSProtocol=5
[Sessions\\shell]
HostName=ssh.example.com
UserName=ann
[Sessions\\s3]
HostName=s3.example.com
FSProtocol=7
; a comment=1
no value
`;

test('FTP sessions become sites, with their passwords', () => {
  assert.deepEqual(importWinscp(INI).sites, [
    {
      name: 'work/web site',
      site: {
        host: 'ftp.example.com',
        port: 2121,
        tls: 'explicit',
        user: 'ann',
        password: 'secret',
        account: 'acct',
        path: '/srv/füße',
        mode: 'active',
      },
    },
    { name: 'implicit', site: { host: 'ftp.example.org', port: 990, tls: 'implicit', user: 'bob' } },
    { name: 'anonymous', site: { host: 'ftp.example.net', tls: 'off' } },
  ]);
});

test('other protocols and passwords that cannot be read are said', () => {
  assert.deepEqual(importWinscp(INI).notes, [
    {
      name: 'implicit',
      message: 'its password is not one of this session’s user and host and was left out',
      skipped: false,
    },
    { name: 'shell', message: 'SFTP is not FTP', skipped: true },
    { name: 's3', message: 'S3 is not FTP', skipped: true },
  ]);
});

test('with a master password no password is taken', () => {
  const { sites, notes } = importWinscp(INI.replace('UseMasterPassword=0', 'UseMasterPassword=1'));
  assert.ok(sites.every(({ site }) => site.password === undefined));
  assert.equal(notes.filter(({ message }) => message.includes('master password')).length, 2);
});

test('a file without sessions is refused', () => {
  assert.throws(() => importWinscp('[Configuration]\nLang=409\n'), ImportFault);
});

test('decodeWinscpPassword(encodeWinscpPassword(x)) is x, short and long', () => {
  const text = fc.string({ unit: 'grapheme' });
  const long = fc.string({ minLength: 250, maxLength: 400 });
  fc.assert(
    fc.property(fc.oneof(text, long), text, text, fc.uint8Array({ maxLength: 50 }), (password, user, host, filler) => {
      assert.equal(decodeWinscpPassword(encodeWinscpPassword(password, user, host, filler), user, host), password);
    }),
  );
});

test('the form without flag, and what is none', () => {
  const old = [2, 1, 0x55, 0x70, 0x77].map((octet) => (octet ^ 0x5c).toString(16).padStart(2, '0')).join('');
  assert.equal(decodeWinscpPassword(old, 'ann', 'h'), 'pw');
  for (const bad of ['', 'A', 'xyz0', 'A3', 'A35C', BY_HAND.slice(0, -2), BY_HAND.slice(0, 8), 'A3FF00']) {
    assert.equal(decodeWinscpPassword(bad, 'ann', 'ftp.example.com'), undefined, bad);
  }
  assert.equal(decodeWinscpPassword(BY_HAND, 'bob', 'ftp.example.com'), undefined);
});

test('any text is decoded or not, but nothing is thrown', () => {
  const hex = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('hex'));
  fc.assert(
    fc.property(fc.oneof(hex, fc.string()), (text) => {
      decodeWinscpPassword(text, 'a', 'b');
    }),
  );
});

test('a password that was written into the file by hand is taken as it is', () => {
  const ini = '[Sessions\\nas]\nFSProtocol=5\nHostName=h\nUserName=ann\nPasswordPlain=50%25 off\n';
  assert.equal(importWinscp(ini).sites[0]?.site.password, '50% off');
});
