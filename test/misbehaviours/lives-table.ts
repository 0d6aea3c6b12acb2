import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { Client, DownloadOptions } from '@twinport/ftp/client';
import { type Misbehaviour, SHORT } from '../kit/misbehaviour.js';
import {
  CLOSE,
  DEFAULT,
  END,
  NOTHING,
  OPEN,
  RST,
  STRANGER,
  type Step,
  TAKE_ALL,
  data,
  dataFlood,
  once,
} from '../kit/script.js';
import { FILE_TEXT, bigContent } from '../kit/scripted-tree.js';
import { type Call, NEW_PATH, NEW_TEXT, seen, size, text, upload } from './calls.js';

const ACTIVE = { data: { mode: 'active' } } as const;
const ONE = { maxConnections: 1 } as const;
const BIG = bigContent();
const HALF = 600_000;
const BEGUN: readonly Step[] = ['150 Here it comes', OPEN, data(BIG.subarray(0, HALF))];

/** What is left of transfers that were cut off, strangers, and clients that go in the middle of something. */
export const LIVES: readonly Misbehaviour[] = [
  {
    name: 'a stranger connects to the client in the place of the server, and is turned away',
    server: { on: { RETR: ['150 Here', STRANGER, OPEN, data(FILE_TEXT), END, '226 Done'] } },
    client: ACTIVE,
    call: text(),
    gives: FILE_TEXT,
  },
  {
    name: 'a stranger connects to the client in the place of the server, to take an upload',
    server: {
      on: {
        STOR: [
          '150 Go on',
          STRANGER,
          OPEN,
          TAKE_ALL,
          { on: 'data', do: 'store', path: NEW_PATH, offset: 0 },
          END,
          '226 x',
        ],
      },
    },
    client: ACTIVE,
    call: upload(),
    gives: 'transferred, verified',
    leaves: { [NEW_PATH]: NEW_TEXT },
  },
  {
    name: 'a download to a path that is cut off leaves nothing under the path',
    server: { on: { 'RETR /big.bin': once([...BEGUN, CLOSE, END]) } },
    call: toPath({}, (folder) => readdir(folder)),
    gives: ['CLOSED|REPLY|TRUNCATED', ['target.part']],
    after: 'unsaid',
  },
  {
    name: 'a download to a path that is refused leaves nothing',
    server: { on: { 'RETR /big.bin': once('550 Permission denied') } },
    call: toPath({}, (folder) => readdir(folder)),
    gives: ['PERMISSION', []],
  },
  {
    name: 'a download to a path that is cut off is tried again',
    server: { on: { 'RETR /big.bin': once([...BEGUN, END, '426 Aborted']) } },
    limits: { maxAttempts: 2 },
    call: toPath({}, async (folder) => (await readFile(join(folder, 'target'))).equals(BIG)),
    gives: ['transferred', true],
    warns: ['RETRY'],
  },
  {
    name: 'a download to a path goes on where it was when both connections were lost',
    server: { on: { 'RETR /big.bin': once([...BEGUN, CLOSE, END]) } },
    limits: { maxAttempts: 2 },
    call: toPath({}, async (folder) => (await readFile(join(folder, 'target'))).equals(BIG)),
    // What is there is compared with the last 64 KiB of what came.
    sent: [`REST ${HALF - 65_536}`],
    gives: ['transferred', true],
    after: 'unsaid',
  },
  {
    name: 'a download to a path cannot go on, since REST is refused, and begins anew',
    server: { on: { 'RETR /big.bin': once([...BEGUN, END, '426 Aborted']), REST: '502 Not here' } },
    limits: { maxAttempts: 3 },
    call: toPath({}, async (folder) => (await readFile(join(folder, 'target'))).equals(BIG)),
    gives: ['transferred', true],
  },
  {
    name: 'a download to a path goes on, and REST is answered and ignored',
    server: { on: { 'RETR /big.bin': once([...BEGUN, END, '426 Aborted']), REST: '350 Go on' } },
    limits: { maxAttempts: 4 },
    call: toPath({}, async (folder) => (await readFile(join(folder, 'target'))).equals(BIG)),
    gives: ['transferred', true],
  },
  {
    name: 'a download goes on with a file that is another one by now, and begins anew',
    server: {},
    limits: { maxAttempts: 2 },
    call: toPath(
      { ifExists: 'resume' },
      async (folder) => (await readFile(join(folder, 'target'))).equals(BIG),
      'other',
    ),
    gives: ['transferred', true],
  },
  {
    name: 'an upload is cut off, and goes on where the server says that it was',
    server: {
      on: {
        STOR: once([
          '150 Go on',
          OPEN,
          { on: 'data', do: 'take', octets: HALF },
          { on: 'data', do: 'store', path: NEW_PATH, offset: 0 },
          RST,
          '426 Aborted',
        ]),
      },
    },
    limits: { maxAttempts: 2 },
    call: upload(BIG),
    gives: 'transferred, verified',
    warns: ['RETRY'],
  },
  ...destroyed('while the greeting is awaited', { greeting: NOTHING }, text(), ''),
  ...destroyed('while the answer to PASS is awaited', { on: { PASS: NOTHING } }, text(), 'PASS ***'),
  ...destroyed('while the answer to a command is awaited', { on: { MLST: NOTHING } }, size(), 'MLST /file.txt'),
  ...destroyed('while the answer to EPSV is awaited', { on: { EPSV: NOTHING } }, text(), 'EPSV'),
  ...destroyed('while 150 is awaited', { on: { RETR: NOTHING } }, text(), 'RETR /file.txt'),
  ...destroyed(
    'while a download without end runs',
    { on: { RETR: ['150 x', OPEN, dataFlood('x'.repeat(1_000))] } },
    text(),
    '150 x',
  ),
  ...destroyed('while 226 is awaited', { on: { RETR: ['150 x', OPEN, data('x'), END] } }, text(), '150 x'),
  ...destroyed(
    'while an upload runs',
    { on: { STOR: ['150 Go on', OPEN] } },
    upload(Buffer.alloc(8_000_000)),
    '150 Go on',
  ),
  ...destroyed('while the server is to connect', { on: { RETR: '150 x' } }, text(), '150 x', ACTIVE),
  {
    name: 'a call is given up while the greeting is awaited',
    server: { greeting: NOTHING },
    pool: ONE,
    call: async (client) => {
      const stop = new AbortController();
      void seen(client, (event) => event.kind === 'control' && event.state === 'open').then(() => stop.abort());
      return client.text('/file.txt', { signal: stop.signal });
    },
    fails: 'ABORTED',
    after: 'over',
  },
  {
    name: 'a client is closed while a download runs, which comes to its end first',
    server: {},
    call: async (client) => {
      const download = client.bytes('/big.bin');
      await seen(client, (event) => event.kind === 'line' && event.text.startsWith('RETR'));
      await client.close();
      return Buffer.from(await download).equals(BIG);
    },
    gives: true,
    after: 'over',
  },
  {
    name: 'a call is made of a client that is closed',
    server: {},
    call: async (client) => {
      await client.close();
      return client.text('/file.txt');
    },
    fails: { code: ['ABORTED', 'USAGE', 'CLOSED'], retryable: false },
    after: 'over',
  },
  {
    name: '1yz, and then nothing, to a command without a data connection',
    server: { on: { 'SITE X': '150 Let me see' } },
    limits: { replyMs: SHORT },
    call: (client) => client.command('SITE X'),
    fails: 'TIMEOUT',
    after: 'replaced',
  },
  { name: 'no answer to FEAT', server: { on: { FEAT: NOTHING } }, limits: { replyMs: SHORT }, fails: 'TIMEOUT' },
  { name: 'the end in place of the answer to PWD', server: { on: { PWD: CLOSE } }, fails: 'CLOSED' },
  {
    name: 'a stream to write to fails, and the session goes on',
    server: { on: { 'RETR /big.bin': [...BEGUN, data(BIG.subarray(HALF)), END, '226 Done'], ABOR: DEFAULT } },
    limits: { abortMs: 1_000 },
    call: async (client) =>
      client.get('/big.bin', new Writable({ write: (_chunk, _encoding, done) => done(new Error('No more')) })),
    fails: { code: 'LOCAL', retryable: false },
    after: 'unsaid',
  },
  {
    name: 'a stream to read from fails, and the session goes on',
    server: { on: { STOR: ['150 Go on', OPEN, TAKE_ALL, END, '426 Aborted'] } },
    call: async (client) => client.put(failing(), NEW_PATH),
    fails: { code: 'LOCAL', retryable: false },
    after: 'unsaid',
  },
];

async function* failing(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('some');
  throw new Error('No more');
}

/** Downloads `/big.bin` to a path. Gives the outcome or the code of the error, and what is asked of the folder. */
function toPath(options: DownloadOptions, ask: (folder: string) => Promise<unknown>, there?: string): Call {
  return async (client) => {
    const folder = await mkdtemp(join(tmpdir(), 'twinport-test-'));
    try {
      const target = join(folder, 'target');
      if (there !== undefined) await writeFile(target, there);
      const outcome = await client.get('/big.bin', target, options).then(
        (result) => result.outcome,
        (error: unknown) => (error as { code: string }).code,
      );
      return [/^(?:CLOSED|REPLY|TRUNCATED)$/.test(outcome) ? 'CLOSED|REPLY|TRUNCATED' : outcome, await ask(folder)];
    } finally {
      await rm(folder, { recursive: true });
    }
  };
}

/** The client is destroyed once a line has gone either way, or the connection is open: the call is told, and nothing is left. */
function destroyed(
  when: string,
  server: Misbehaviour['server'],
  call: Call,
  line: string,
  client: Misbehaviour['client'] = {},
): readonly Misbehaviour[] {
  const destroying = async (it: Client): Promise<void> => {
    await seen(it, (event) =>
      line === '' ? event.kind === 'control' && event.state === 'open' : event.kind === 'line' && event.text === line,
    );
    it.destroy();
  };
  return [
    {
      name: `the client is destroyed ${when}`,
      server,
      client,
      pool: ONE,
      call: async (it, scripted) => {
        const [result] = await Promise.all([call(it, scripted), destroying(it)]);
        return result;
      },
      fails: { code: 'ABORTED', retryable: false },
      after: 'over',
    },
  ];
}
