import assert from 'node:assert/strict';
import { test } from 'node:test';
import { otherProtocol } from './other-protocol.js';

test('servers that are none of FTP are told by their first line', () => {
  assert.match(otherProtocol('SSH-2.0-OpenSSH_9.2p1 Debian-2') ?? '', /^SSH/);
  assert.equal(otherProtocol('HTTP/1.1 400 Bad Request'), 'HTTP');
  assert.equal(otherProtocol('<!DOCTYPE html>'), 'HTTP');
  assert.equal(otherProtocol('+OK Dovecot ready.'), 'POP3');
  assert.equal(otherProtocol('* OK [CAPABILITY IMAP4rev1] ready'), 'IMAP');
  for (const line of ['220 ready', '220-Welcome', '120 wait', '', 'Welcome to our server', 'ld.so: warning'])
    assert.equal(otherProtocol(line), undefined, line);
});
