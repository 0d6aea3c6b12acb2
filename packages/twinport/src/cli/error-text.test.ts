import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DataConnectionError, FtpError } from '@twinport/ftp/client';
import { errorLines, errorRecord } from './error-text.js';
import { plain } from './style.js';

test('a line says what failed and where, and the next what to do', () => {
  const error = new FtpError('PERMISSION', 'the server refused to write', { hint: 'ask for\nwrite access' });
  assert.deepEqual(errorLines(error, 'ftp://host/a', plain), [
    'twinport: ftp://host/a: the server refused to write',
    '  hint: ask for\\u{a}write access',
  ]);
});

test('a path that the message names is not said twice, and lines stay one', () => {
  const error = new FtpError('NOT_FOUND', 'there is no /a\n(550)', { path: '/a' });
  assert.deepEqual(errorLines(error, undefined, plain), ['twinport: there is no /a; (550)']);
});

test('ways that were tried are listed, with what was announced', () => {
  const error = new DataConnectionError('no data connection', [
    {
      mode: 'passive',
      command: 'EPSV',
      endpoint: { host: '192.0.2.1', port: 50_000 },
      outcome: 'refused',
      timedOut: false,
      milliseconds: 3,
    },
    {
      mode: 'active',
      command: 'PORT',
      endpoint: { host: '::1', port: 4 },
      announced: { host: '10.0.0.1', port: 4 },
      outcome: 'nobody came',
      timedOut: true,
      milliseconds: 4000,
    },
  ]);
  assert.deepEqual(errorLines(error, 'x', plain).slice(1), [
    '  tried passive  EPSV  192.0.2.1:50000                 refused (3 ms)',
    '  tried active   PORT  [::1]:4 (announced 10.0.0.1:4)  nobody came (4000 ms)',
    '  options for this: --passive, --active, --active-ports A-B, --active-address ADDR; twinport doctor tells more',
  ]);
  assert.deepEqual(errorRecord(error, 'x'), {
    subject: 'x',
    code: 'DATA_CONNECTION',
    exitCode: 10,
    phase: 'data',
    message: 'no data connection',
    retryable: false,
    attempts: error.attempts,
  });
});
