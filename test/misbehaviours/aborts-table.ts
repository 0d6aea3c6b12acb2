import type { Client } from '@twinport/ftp/client';
import { type Misbehaviour, SHORT } from '../kit/misbehaviour.js';
import {
  type Answer,
  CLIENT_END,
  CLOSE,
  DEFAULT,
  END,
  NEXT_COMMAND,
  NOTHING,
  OPEN,
  OPEN_CLEAR,
  RESET,
  RST,
  type Step,
  TAKE_ALL,
  data,
  dataFlood,
  once,
  raw,
  successively,
} from '../kit/script.js';
import { BIG_SIZE, FILE_TEXT, bigContent } from '../kit/scripted-tree.js';
import { type Call, NEW_PATH, abortedDownload, abortedUpload, atOnce, command, inTurn, seen, text } from './calls.js';

const BEGUN: readonly Step[] = [`150 Here it comes (${BIG_SIZE} bytes)`, OPEN, data(bigContent().subarray(0, 10_000))];
/** Bad enough that a new connection must do. */
const HOPELESS = { abortMs: SHORT, replyMs: SHORT } as const;

/** Transfers that the client ends early. */
export const ABORTS: readonly Misbehaviour[] = [
  ...aborts([
    ['426 and 226, the data connection reset', [RST, '426 Aborted', '226 Abort done'], 'same'],
    ['426 and 226, the data connection ended', [END, '426 Aborted', '226 Abort done'], 'same'],
    ['426 and 226 in one segment', [RST, raw('426 Aborted\r\n226 Abort done\r\n')], 'same'],
    ['426 and 225', [RST, '426 Aborted', '225 No transfer'], 'same'],
    ['226 and 226', [END, '226 Done', '226 Abort done'], 'same'],
    ['225 before 426', ['225 No transfer', RST, '426 Aborted'], 'same'],
    ['226 before 426', ['226 Abort done', RST, '426 Aborted'], 'same'],
    ['one reply, 226', [END, '226 Abort done'], 'unsaid'],
    ['one reply, 426', [RST, '426 Aborted'], 'unsaid'],
    ['one reply, 225', [RST, '225 Aborted'], 'unsaid'],
    ['426, and 226 behind the next command', [RST, '426 Aborted', NEXT_COMMAND, '226 Abort done'], 'unsaid'],
    ['426, 226 and a third', [RST, raw('426 Aborted\r\n226 Abort done\r\n226 Really\r\n')], 'unsaid'],
    ['426 and 500', [RST, '426 Aborted', '500 What?'], 'unsaid'],
    ['500 alone', '500 What?', 'unsaid'],
    ['502 and the whole file', ['502 Not here', data(bigContent().subarray(10_000)), END, '226 Done'], 'unsaid'],
    ['nothing', NOTHING, 'replaced'],
    ['the end of the data connection and nothing else', [END], 'replaced'],
    ['421', ['421 Shutting down', CLOSE], 'replaced'],
    ['the end', CLOSE, 'replaced'],
    ['a reset', RESET, 'replaced'],
    ['data without end', dataFlood('more'), 'unsaid'],
  ]),
  {
    name: 'a command of a held session is given up',
    server: { on: { 'SITE X': NOTHING } },
    call: (client) => {
      const stop = new AbortController();
      return client.session((session) => {
        setImmediate(() => stop.abort());
        return session.command('SITE X', { signal: stop.signal });
      });
    },
    fails: 'ABORTED',
    after: 'replaced',
  },
  {
    name: 'a session is used behind its end',
    server: {},
    call: async (client) => {
      const session = await client.session(async (held) => held);
      return session.command('SITE X');
    },
    fails: 'USAGE',
    unsent: /^SITE X/,
  },
  {
    name: 'a call is given up while its connection waits for the answer to NOOP',
    server: { on: { NOOP: NOTHING } },
    limits: { keepaliveMs: 20, replyMs: 1_000 },
    call: async (client) => {
      const stop = new AbortController();
      await seen(client, (event) => event.kind === 'line' && event.text === 'NOOP');
      const waited = seen(client, (event) => event.kind === 'control' && event.state === 'closed').then(() => 'late');
      const stat = client.stat('/file.txt', { signal: stop.signal });
      setImmediate(() => stop.abort());
      return await Promise.race([stat, waited]);
    },
    fails: 'ABORTED',
    unsent: /^MLST/,
    after: 'replaced',
  },
  {
    name: "the server notes by itself that an aborted download's data connection has gone",
    server: { on: { 'RETR /big.bin': once([...BEGUN, CLIENT_END, '426 Gone']), ABOR: '225 No transfer' } },
    limits: HOPELESS,
    call: abortedDownload,
    fails: 'ABORTED',
    after: 'unsaid',
  },
  {
    name: 'an abort before 150',
    server: { on: { 'RETR /big.bin': once(NOTHING) } },
    limits: HOPELESS,
    call: abortedWhen('RETR /big.bin'),
    fails: 'ABORTED',
    after: 'unsaid',
  },
  {
    name: 'an abort before 150, which comes with all the rest',
    server: { on: { 'RETR /big.bin': once([NEXT_COMMAND, ...BEGUN, END, '226 Done']) } },
    limits: HOPELESS,
    call: abortedWhen('RETR /big.bin'),
    fails: 'ABORTED',
    after: 'unsaid',
  },
  {
    name: 'an abort before the answer to PASV',
    server: { on: { EPSV: NOTHING, PASV: NOTHING } },
    limits: { replyMs: SHORT, abortMs: SHORT },
    client: { data: { mode: 'passive' } },
    call: abortedWhen('EPSV'),
    fails: 'ABORTED',
    after: 'over',
  },
  {
    name: 'an abort of a command that is not answered',
    server: { on: { 'SITE X': once([NEXT_COMMAND, '200 Late']) } },
    limits: HOPELESS,
    call: async (client) => {
      const stop = new AbortController();
      client.on('connection', (event) => {
        if (event.kind === 'line' && event.direction === 'out' && event.text === 'SITE X') stop.abort();
      });
      return client.command('SITE X', { signal: stop.signal });
    },
    fails: 'ABORTED',
    after: 'unsaid',
  },
  {
    name: 'an abort of a call that waits for the connection',
    server: { on: { 'SITE SLOW': [NEXT_COMMAND] } },
    limits: { replyMs: SHORT },
    call: atOnce(command('SITE SLOW'), (client) => client.text('/file.txt', { signal: AbortSignal.abort() }), text()),
    gives: ['TIMEOUT', 'ABORTED', FILE_TEXT],
  },
  {
    name: 'an aborted upload, answered with 426 and 226',
    server: { on: { STOR: ['150 Go on', OPEN, TAKE_ALL], ABOR: [END, '426 Aborted', '226 Abort done'] } },
    limits: HOPELESS,
    call: abortedUpload,
    fails: 'ABORTED',
  },
  {
    name: 'an aborted upload of which the server thinks that it was complete',
    server: { on: { STOR: ['150 Go on', OPEN, TAKE_ALL, END, '226 Stored'], ABOR: '225 No transfer' } },
    limits: HOPELESS,
    call: abortedUpload,
    fails: 'ABORTED',
    after: 'unsaid',
  },
  {
    name: 'an aborted upload, answered with nothing',
    server: { on: { STOR: ['150 Go on', OPEN], ABOR: NOTHING } },
    limits: HOPELESS,
    call: abortedUpload,
    fails: 'ABORTED',
    after: 'replaced',
  },
  {
    name: 'three aborts in turn',
    server: { on: { 'RETR /big.bin': BEGUN, ABOR: [RST, '426 Aborted', '226 Abort done'] } },
    limits: { abortMs: 1_000 },
    call: inTurn(...Array.from({ length: 3 }, () => aborted)),
    gives: ['ABORTED', 'ABORTED', 'ABORTED'],
  },
  {
    name: 'an abort when all has come, and a late answer to ABOR',
    server: {
      on: {
        'RETR /file.txt': once(['150 Here', OPEN, data(FILE_TEXT), END, NEXT_COMMAND, '226 Done']),
        ABOR: [NEXT_COMMAND, '226 Abort done'],
      },
    },
    limits: HOPELESS,
    call: abortedWhen('data'),
    fails: 'ABORTED',
  },
  {
    name: 'an abort when all was sent, and a late answer to ABOR',
    server: {
      on: {
        STOR: once(['150 Go on', OPEN, TAKE_ALL, END, '150 Storing', NEXT_COMMAND, '226 Stored']),
        ABOR: [NEXT_COMMAND, '226 Abort done'],
      },
    },
    limits: HOPELESS,
    call: abortedWhen('150 Storing', (client, signal) => client.put(Buffer.from('x'), NEW_PATH, { signal })),
    fails: 'ABORTED',
  },
  {
    name: 'an abort while a data connection is dialled',
    server: { silentPort: true, on: { EPSV: once('229 Here (|||{silent}|)') } },
    call: abortedWhen('opening'),
    fails: 'ABORTED',
    unsent: /^(?:RETR|ABOR)/,
  },
  {
    name: 'an abort while a data connection is dialled, the command being sent already',
    server: {
      silentPort: true,
      on: {
        EPSV: successively(DEFAULT, '229 Here (|||{silent}|)', DEFAULT),
        'RETR /big.bin': NOTHING,
        ABOR: ['426 Aborted', '226 Abort done'],
      },
    },
    call: inTurn(text(), abortedWhen('RETR /big.bin')),
    fails: 'ABORTED',
    sent: ['RETR /big.bin', 'ABOR'],
  },
  {
    name: 'an abort while a data connection is awaited',
    server: { on: { 'RETR /big.bin': NOTHING, ABOR: ['425 Nothing', '226 Abort done'] } },
    client: { data: { mode: 'active' } },
    call: abortedWhen('RETR /big.bin'),
    fails: 'ABORTED',
    sent: ['RETR /big.bin', 'ABOR'],
  },
  {
    name: 'an abort in the middle of a TLS handshake on a data connection',
    server: {
      tls: 'resumes',
      on: { 'RETR /big.bin': ['150 Here', OPEN_CLEAR, CLIENT_END, '426 Gone'] },
    },
    client: { tls: 'explicit' },
    call: abortedWhen('150 Here'),
    fails: 'ABORTED',
  },
];

function aborts(
  answers: readonly (readonly [string, Answer, NonNullable<Misbehaviour['after']>])[],
): readonly Misbehaviour[] {
  return answers.map(([name, answer, after]) => ({
    name: `ABOR is answered with ${name}`,
    server: { on: { 'RETR /big.bin': BEGUN, ABOR: answer } },
    limits: { abortMs: after === 'same' ? 1_000 : SHORT, replyMs: SHORT },
    call: abortedDownload,
    fails: 'ABORTED' as const,
    after,
  }));
}

async function aborted(...given: Parameters<Call>): Promise<unknown> {
  return abortedDownload(...given).catch((error: unknown) => (error as { code: string }).code);
}

/** Downloads, and aborts once a line was sent or received; or once a data connection is being made, or has ended. */
function abortedWhen(line: string, call?: (client: Client, signal: AbortSignal) => Promise<unknown>): Call {
  return (client) => {
    const stop = new AbortController();
    client.on('connection', (event) => {
      if (event.kind === 'line' && event.text === line) stop.abort();
      if (event.kind === 'data' && event.state === 'opening' && line === 'opening') stop.abort();
      if (event.kind === 'data' && event.state === 'done' && line === 'data') stop.abort();
    });
    if (call) return call(client, stop.signal);
    return client.text(line === 'data' ? '/file.txt' : '/big.bin', { signal: stop.signal });
  };
}
