import type { Client } from '@twinport/ftp/client';
import { type Misbehaviour, SHORT } from '../kit/misbehaviour.js';
import {
  type Answer,
  CLOSE,
  DEFAULT,
  END,
  NOTHING,
  OPEN,
  RESET,
  RST,
  type Script,
  data,
  successively,
} from '../kit/script.js';
import { BIG_SIZE, FILE_TEXT } from '../kit/scripted-tree.js';
import { type Call, atOnce, bigLength, command, size, text } from './calls.js';

const FULL: Answer = ['421 Too many connections from this address', CLOSE];
const EIGHT: readonly Call[] = [text(), bigLength, size(), text(), bigLength, size(), text(), bigLength];
const GIVEN = [FILE_TEXT, BIG_SIZE, 45, FILE_TEXT, BIG_SIZE, 45, FILE_TEXT, BIG_SIZE];

/** Several connections, and servers that do not like that. */
export const POOLS: readonly Misbehaviour[] = [
  {
    name: 'no more connections than were asked for',
    server: {},
    pool: { maxConnections: 2 },
    call: async (client, server) => {
      const results = await atOnce(...EIGHT)(client, server);
      return [server.sessions, results];
    },
    gives: [2, GIVEN],
  },
  ...limited([
    ['421 as a greeting beyond one connection', { greeting: successively('220 Ready', FULL) }],
    ['421 as a greeting beyond two connections', { greeting: successively('220 Ready', '220 Ready', FULL) }],
    [
      '530 as a greeting beyond one connection',
      { greeting: successively('220 Ready', ['530 Too many connections', CLOSE]) },
    ],
    ['421 after USER beyond one connection', { on: { USER: successively(DEFAULT, ['421 Too many users', CLOSE]) } }],
    ['421 after PASS beyond two connections', { on: { PASS: successively(DEFAULT, DEFAULT, FULL) } }],
    [
      '530 after PASS beyond one connection',
      {
        on: {
          PASS: successively(
            DEFAULT,
            '530 Sorry, the maximum number of connections (1) for your host has been reached',
          ),
        },
      },
    ],
    [
      '530 after USER beyond two connections, then the end',
      { on: { USER: successively(DEFAULT, DEFAULT, ['530 Too many simultaneous logins for this user', CLOSE]) } },
    ],
  ]),
  {
    name: 'resets beyond one connection',
    server: { greeting: successively('220 Ready', RESET) },
    limits: { maxRetryDelayMs: 1_000 },
    pool: { maxConnections: 4 },
    call: atOnce(...EIGHT),
    gives: GIVEN,
  },
  {
    name: 'silence beyond one connection',
    server: { greeting: successively('220 Ready', NOTHING) },
    limits: { replyMs: SHORT, maxRetryDelayMs: 1_000 },
    pool: { maxConnections: 4 },
    call: atOnce(...EIGHT),
    gives: GIVEN,
  },
  {
    name: '421 for every connection of a pool',
    server: { greeting: FULL },
    pool: { maxConnections: 4 },
    call: text(),
    fails: { code: 'BUSY', retryable: true },
    after: 'over',
  },
  {
    name: '530 for the password of a pool',
    server: { on: { PASS: '530 Login incorrect' } },
    pool: { maxConnections: 4 },
    call: atOnce(text(), text(), size()),
    gives: ['LOGIN', 'LOGIN', 'LOGIN'],
    after: 'over',
  },
  {
    name: 'one connection of a pool is reset, the calls on the others go on',
    server: { on: { 'SITE X': RESET } },
    pool: { maxConnections: 3 },
    call: atOnce(command('SITE X'), bigLength, text(), size(), bigLength),
    gives: ['CLOSED', BIG_SIZE, FILE_TEXT, 45, BIG_SIZE],
  },
  {
    name: 'one transfer of a pool is reset, and tried again',
    server: { on: { 'RETR /file.txt': successively(['150 Here', OPEN, data('The'), RST, '426 Aborted'], DEFAULT) } },
    limits: { maxAttempts: 2 },
    pool: { maxConnections: 3 },
    call: atOnce(text(), bigLength, size()),
    gives: [FILE_TEXT, BIG_SIZE, 45],
  },
  {
    name: 'all connections of a pool are ended by the server while there is nothing to do',
    server: {},
    pool: { maxConnections: 3 },
    call: async (client, server) => {
      await atOnce(bigLength, bigLength, bigLength)(client, server);
      server.act('421 Idle for too long', CLOSE);
      await allClosed(client, server.sessions);
      return atOnce(text(), size(), bigLength)(client, server);
    },
    gives: [FILE_TEXT, 45, BIG_SIZE],
  },
  {
    name: 'a limit that is met when connections were lost',
    server: {
      greeting: successively('220 Ready', '220 Ready', FULL),
      on: { 'RETR /file.txt': ['150 x', OPEN, data(FILE_TEXT), END, '226 y'] },
    },
    pool: { maxConnections: 4 },
    call: atOnce(...EIGHT, ...EIGHT),
    gives: [...GIVEN, ...GIVEN],
    warns: ['CONNECTION_LIMIT'],
  },
];

/** The pool lowers itself, does all that it was asked, and tries no more connections than it was to have at most. */
function limited(cases: readonly (readonly [string, Script])[]): readonly Misbehaviour[] {
  return cases.map(([name, server]) => ({
    name,
    server,
    pool: { maxConnections: 4 },
    call: async (client, scripted) => {
      const results = await atOnce(...EIGHT)(client, scripted);
      return [scripted.sessions <= 4, results];
    },
    gives: [true, GIVEN],
    warns: ['CONNECTION_LIMIT' as const],
  }));
}

/** Resolves when so many control connections have closed. */
function allClosed(client: Client, count: number): Promise<void> {
  let closed = 0;
  return new Promise((resolve) => {
    client.on('connection', (event) => {
      if (event.kind === 'control' && event.state === 'closed' && (closed += 1) === count) resolve();
    });
  });
}
