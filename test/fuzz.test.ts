import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createServer, memory } from '@twinport/ftp/server';
import { type FuzzedSessionResult, fuzzSession } from './kit/fuzzed-session.js';
import { quickAccounts } from './kit/quick-accounts.js';
import { Random } from './kit/random.js';
import { testCertificate } from './kit/server.js';
import { SAMPLE_FILES } from './kit/verb-samples.js';

const INPUTS = Number(process.env['TWINPORT_FUZZ_INPUTS'] ?? 200_000);
const LINES_A_SESSION = 250;
const PARALLEL = 16;
const PATIENCE_MS = 30_000;
const MANY = 1_000_000_000;

/** Repeat a finding with the seed that its message names. */
const seed = Number(process.env['TWINPORT_FUZZ_SEED'] ?? randomInt(2 ** 32));

function explain(session: number, { outcome, sent, tail }: FuzzedSessionResult): string {
  return `session ${session} of seed ${seed} ${outcome}; it ended with ${JSON.stringify(tail.slice(-500))}; sent ${sent.toString('base64')}`;
}

test(
  `${INPUTS} lines that were made up or bent do no harm to the server (TWINPORT_FUZZ_SEED=${seed})`,
  { timeout: 115_000 },
  async (t) => {
    const unforeseen: unknown[] = [];
    const note = (error: unknown): void => void unforeseen.push(error);
    process.on('unhandledRejection', note);
    t.after(() => process.off('unhandledRejection', note));
    const descriptors = readdirSync('/proc/self/fd').length;
    const server = createServer({
      accounts: quickAccounts(() => memory(SAMPLE_FILES, { capacityBytes: 1_000_000 })),
      host: '127.0.0.1',
      port: 0,
      activePort: 'any',
      tls: await testCertificate(),
      limits: {
        maxCommandsPerSecond: 0,
        maxCommandsBeforeLogin: MANY,
        maxLoginFailures: MANY,
        loginDelayMs: 0,
        dataWaitMs: 10,
        dataStallMs: 200,
        dataCloseWaitMs: 5,
        tlsHandshakeMs: 200,
      },
    });
    const reasons = new Map<number, string>();
    server.on('connection', (event) => {
      if (event.kind === 'control' && event.state === 'closed') reasons.set(event.remote.port, event.reason ?? '');
    });
    server.on('warning', ({ code, cause, message }) => {
      if (code === 'INTERNAL') unforeseen.push(cause ?? message);
    });
    await server.listen();
    const port = server.endpoints[0]?.port ?? 0;

    let replies = 0;
    let sessions = 0;
    const work = async (): Promise<void> => {
      while (replies < INPUTS && unforeseen.length === 0) {
        const session = (sessions += 1);
        const random = new Random(seed + session);
        const result = await fuzzSession({ port, random, lines: LINES_A_SESSION, patienceMs: PATIENCE_MS });
        replies += result.replies;
        assert.notEqual(result.outcome, 'hung', explain(session, result));
        assert.deepEqual(unforeseen, [], explain(session, result));
        // Whoever is sent away is told why: 221, 421, or 234 and a handshake that was none.
        if (result.outcome === 'ended')
          assert.match(result.tail, /^(?:221|421|234) .*\r\n(?:200 .*\r\n)?$/m, explain(session, result));
      }
    };
    try {
      await Promise.all(Array.from({ length: PARALLEL }, work));
    } finally {
      await server.destroy();
    }
    await nextTurn();
    await nextTurn();
    t.diagnostic(`${replies} replies in ${sessions} sessions`);
    assert(replies >= INPUTS);
    assert.deepEqual(unforeseen, []);
    assert.deepEqual(server.sessions, []);
    assert(
      reasons.size > 0 && [...reasons.values()].every((reason) => reason !== ''),
      'each session has a reason for its end',
    );
    assert(readdirSync('/proc/self/fd').length <= descriptors + 2, 'descriptors are given back');
  },
);
