import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reply } from '../protocol/index.js';
import type { FtpErrorCode } from './errors.js';
import { replyError } from './reply-error.js';

test('what kind of no a reply is', () => {
  const table: [verb: string, code: number, text: string, kind: FtpErrorCode][] = [
    ['RETR', 550, 'Failed to open file.', 'NOT_FOUND'],
    ['RETR', 550, '/x: No such file or directory', 'NOT_FOUND'],
    ['RETR', 550, 'Permission denied.', 'PERMISSION'],
    ['DELE', 550, 'Delete operation failed.', 'REPLY'],
    ['DELE', 550, "Can't find that", 'NOT_FOUND'],
    ['MKD', 550, 'Create directory operation failed: File exists', 'EXISTS'],
    ['MKD', 521, '"/x" is there', 'EXISTS'],
    ['STOR', 553, 'Could not create file.', 'PERMISSION'],
    ['STOR', 552, 'Exceeded storage allocation', 'NO_SPACE'],
    ['STOR', 452, 'Insufficient storage space', 'NO_SPACE'],
    ['STOR', 550, 'Disk quota exceeded', 'NO_SPACE'],
    ['MFMT', 500, 'What?', 'UNSUPPORTED'],
    ['MFMT', 502, 'Not implemented', 'UNSUPPORTED'],
    ['LIST', 530, 'Please login with USER and PASS.', 'LOGIN'],
    ['LIST', 421, 'Timeout.', 'CLOSED'],
    ['STOR', 500, 'OOPS: vsf_sysutil_bind', 'CLOSED'],
    ['RETR', 522, 'SSL connection failed: session reuse required', 'TLS'],
    ['RETR', 425, 'Unable to build data connection: TLS session of data connection not resumed', 'TLS'],
    ['RETR', 451, 'Local error in processing', 'REPLY'],
    ['SIZE', 550, 'Could not get file size.', 'NOT_FOUND'],
  ];
  for (const [verb, code, text, kind] of table) {
    assert.equal(replyError(verb, reply(code, text), '/x').code, kind, `${verb} ${code} ${text}`);
  }
});

test('4yz may go better another time, 5yz will not; 421 ends the session', () => {
  assert.equal(replyError('RETR', reply(450, 'Busy')).retryable, true);
  assert.equal(replyError('RETR', reply(550, 'No')).retryable, false);
  assert.equal(replyError('STOR', reply(452, 'Full')).retryable, false);
  assert.equal(replyError('NOOP', reply(421, 'Bye')).connectionUsable, false);
  assert.equal(replyError('NOOP', reply(450, 'Busy')).connectionUsable, true);
});
