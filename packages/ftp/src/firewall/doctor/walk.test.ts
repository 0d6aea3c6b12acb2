import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Failure, TransferObservation, WayObservation } from './observations.js';
import { type Prober, walk } from './walk.js';

const FULL: Failure = { at: 'login', how: 'reply', code: 421, text: '421 too many', milliseconds: 1 };

/** Takes `sessions` sessions for data connections, and no more. */
function proberOf(sessions: number): Prober {
  let begun = 0;
  const begin = (): { failure?: Failure } => ((begun += 1) > sessions ? { failure: FULL } : {});
  const kind = { family: 'ipv4', security: 'clear' } as const;
  const server = { host: '192.0.2.2', port: 21 };
  return {
    resolve: async () => ({ kind: 'name', host: 'ftp.example', families: ['ipv4'] }),
    login: async () => ({ kind: 'login', ...kind, server, features: [] }),
    way: async (way): Promise<WayObservation> => ({
      kind: 'way',
      way,
      ...kind,
      server,
      answer: [],
      strangers: [],
      ...begin(),
    }),
    transfer: async (direction, { way }): Promise<TransferObservation> => ({
      kind: 'transfer',
      way,
      ...kind,
      direction,
      octets: 0,
      ...begin(),
    }),
    idle: async () => ({ kind: 'idle', ...kind, seconds: 0 }),
    fingerprint: async () => [],
  };
}

test('a server that its own doctor has filled up is not looked at further, and that is no failure', async () => {
  const options = { host: 'ftp.example', port: 21, security: 'clear' } as const;
  const { ways, transfers } = await walk(proberOf(5), options);
  assert.deepEqual([ways.length, transfers.length], [5, 0]);
  assert.ok(ways.every(({ failure }) => !failure));
});

test('a server that is full from the start is', async () => {
  const { ways } = await walk(proberOf(0), { host: 'ftp.example', port: 21, security: 'clear' });
  assert.deepEqual(
    ways.map(({ failure }) => failure?.code),
    [421, 421, 421, 421, 421],
  );
});
