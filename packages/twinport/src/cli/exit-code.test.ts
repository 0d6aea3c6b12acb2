import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FtpError } from '@twinport/ftp/client';
import { UsageFault } from '../daemon/usage-fault.js';
import { EXIT_CODES, exitCodeOf, exitCodeOfAll, exitCodeOfReply } from './exit-code.js';
import { EXIT } from './exit.js';

const errno = (code: string): Error => Object.assign(new Error(code), { code });
const codeOf = (code: number): number => exitCodeOfReply({ code, lines: [''] });

test('every error of the client has its exit code', () => {
  for (const [code, exit] of Object.entries({
    NOT_FOUND: 4,
    PERMISSION: 5,
    DNS: 6,
    CONNECT: 7,
    TLS: 8,
    LOGIN: 9,
    DATA_CONNECTION: 10,
    TIMEOUT: 11,
    STALLED: 11,
    TRUNCATED: 12,
    HASH_MISMATCH: 12,
    NO_SPACE: 13,
    PROTOCOL: 14,
    LISTING: 14,
    BUSY: 15,
    USAGE: 2,
    ABORTED: 130,
    REPLY: 1,
  } as const))
    assert.equal(exitCodeOf(new FtpError(code as keyof typeof EXIT_CODES, 'no')), exit, code);
});

test('errors of this machine are told apart by what the system says, also inside LOCAL', () => {
  assert.equal(exitCodeOf(errno('ENOENT')), EXIT.notFound);
  assert.equal(exitCodeOf(new FtpError('LOCAL', 'no', { cause: errno('EACCES') })), EXIT.permission);
  assert.equal(exitCodeOf(new FtpError('LOCAL', 'full', { cause: errno('ENOSPC') })), EXIT.space);
  assert.equal(exitCodeOf(new FtpError('LOCAL', 'no')), EXIT.other);
  assert.equal(exitCodeOf(new UsageFault('no')), EXIT.usage);
  assert.equal(exitCodeOf('thrown text'), EXIT.other);
});

test('a reply to a command of the user gives an exit code', () => {
  assert.deepEqual([150, 226, 331].map(codeOf), [0, 0, 0]);
  assert.deepEqual([421, 425, 452, 500, 522, 530, 550, 552].map(codeOf), [15, 10, 13, 1, 8, 9, 1, 13]);
});

test('of several failures one alike is kept, and some successes make it partial', () => {
  assert.equal(exitCodeOfAll([], 3), EXIT.ok);
  assert.equal(exitCodeOfAll([4, 4], 0), EXIT.notFound);
  assert.equal(exitCodeOfAll([4, 5], 0), EXIT.partial);
  assert.equal(exitCodeOfAll([4], 1), EXIT.partial);
});
