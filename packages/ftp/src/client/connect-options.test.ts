import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, createPool } from './connect.js';
import type { ConnectOptions } from './options.js';

const REFUSED: Record<string, ConnectOptions> = {
  'no host': { host: '' },
  'a host of two lines': { host: 'a\r\nb' },
  'port 0': { host: 'a', port: 0 },
  'a port too large': { host: 'a', port: 65_536 },
  'a user of two lines': { host: 'a', user: 'ann\r\nDELE x' },
  'a limit that is none': { host: 'a', limits: { noSuch: 1 } as never },
  'a limit that every object has': { host: 'a', limits: { toString: 1 } as never },
  'a rate that is no number': { host: 'a', rateLimit: { up: NaN } },
  'a negative rate': { host: 'a', rateLimit: { down: -1 } },
  'a rate in words': { host: 'a', rateLimit: { down: '1M' as never } },
  'a rate for both directions': { host: 'a', rateLimit: 1_000 as never },
  'a negative limit': { host: 'a', limits: { replyMs: -1 } },
  'a time that timers do not hold': { host: 'a', limits: { replyMs: 2 ** 31 } },
  'an unknown encoding': { host: 'a', encoding: 'klingon' },
  'an unknown proxy': { host: 'a', proxy: 'gopher://a' },
  'ports in the wrong order': { host: 'a', data: { activePorts: { first: 2000, last: 1999 } } },
};

for (const [what, options] of Object.entries(REFUSED)) {
  test(`${what} is a usage error, and nothing is connected`, async () => {
    await assert.rejects(connect(options), { code: 'USAGE' });
    assert.throws(() => createPool(options), { code: 'USAGE' });
  });
}

test('a pool of no connections is a usage error', () => {
  assert.throws(() => createPool({ host: 'a' }, { maxConnections: 0 }), { code: 'USAGE' });
});
