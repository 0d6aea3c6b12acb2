import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ImportFault } from './import-list.js';
import { importLftp } from './lftp.js';

const BOOKMARKS = `work\tftp://ann:s%40cret@ftp.example.com/www/
root\tftp://ann@ftp.example.com/%2Fsrv/
home    ftp://ann@ftp.example.com:2121/~/in

secure	ftps://bob:pw@[2001:db8::1]/
explicit	ftpes://bob@ftp.example.org/a%20b
plain	ftp.example.net
plain2	carl@ftp.example.net/in
shell	sftp://ann@ftp.example.com/
web	https://example.com/
broken	ftp://ann:pa/ss@ftp.example.com/
x	ftp://h
`;

test('bookmarks become sites', () => {
  assert.deepEqual(importLftp(BOOKMARKS).sites, [
    {
      name: 'work',
      site: { host: 'ftp.example.com', user: 'ann', tls: 'if-offered', path: 'www/', password: 's@cret' },
    },
    { name: 'root', site: { host: 'ftp.example.com', user: 'ann', tls: 'if-offered', path: '/srv/' } },
    { name: 'home', site: { host: 'ftp.example.com', port: 2121, user: 'ann', tls: 'if-offered', path: 'in' } },
    { name: 'secure', site: { url: 'ftps://bob@[2001:db8::1]', password: 'pw' } },
    { name: 'explicit', site: { url: 'ftpes://bob@ftp.example.org/a%20b' } },
    { name: 'plain', site: { host: 'ftp.example.net', tls: 'if-offered' } },
    { name: 'plain2', site: { host: 'ftp.example.net', user: 'carl', tls: 'if-offered', path: 'in' } },
    { name: 'site-x', site: { host: 'h', tls: 'if-offered' } },
  ]);
});

test('what is no FTP, or no URL that can be used, is said, without the password', () => {
  const { notes } = importLftp(BOOKMARKS);
  assert.deepEqual(
    notes.map(({ name, skipped }) => [name, skipped]),
    [
      ['shell', true],
      ['web', true],
      ['broken', true],
      ['x', false],
    ],
  );
  assert.equal(notes[0]?.message, 'sftp:// is not FTP');
  assert.match(notes[2]?.message ?? '', /"ftp:\/\/ann:\*\*\*@ftp\.example\.com\/" cannot be used/);
});

test('a line that is no bookmark is refused with its number', () => {
  assert.throws(
    () => importLftp('work ftp://h/\nsecret\n'),
    (error: unknown) => error instanceof ImportFault && error.message === 'line 2: expected a name and a URL',
  );
});

test('a file that lftp 4.9.2 has written is read: names padded, passwords and folders in its own encoding', () => {
  const written =
    'hostonly\th.example\n' +
    'live    \tftp://ann:p%40ss%3Aw%2Frd#%25@127.0.0.1:2121/my%20dir/sub\n' +
    'spaces  \tftp://ann:a b@h.example/c d/\n' +
    'rooted  \tftp://bob@h.example//etc\n';
  assert.deepEqual(importLftp(written).sites, [
    { name: 'hostonly', site: { host: 'h.example', tls: 'if-offered' } },
    {
      name: 'live',
      site: {
        host: '127.0.0.1',
        port: 2121,
        user: 'ann',
        tls: 'if-offered',
        path: 'my dir/sub',
        password: 'p@ss:w/rd#%',
      },
    },
    { name: 'spaces', site: { host: 'h.example', user: 'ann', tls: 'if-offered', path: 'c d/', password: 'a b' } },
    { name: 'rooted', site: { host: 'h.example', user: 'bob', tls: 'if-offered', path: '/etc' } },
  ]);
});
