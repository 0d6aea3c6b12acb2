import { type Misbehaviour, SHORT } from '../kit/misbehaviour.js';
import {
  type Answer,
  CLIENT_END,
  CLOSE,
  END,
  FIN,
  NEXT_OCTETS,
  NOTHING,
  OPEN,
  OPEN_CLEAR,
  RESET,
  RST,
  SECURE,
  type Script,
  type Step,
  TAKE_ALL,
  data,
  once,
  raw,
} from '../kit/script.js';
import { FILE_TEXT } from '../kit/scripted-tree.js';
import { NEW_PATH, NEW_TEXT, command, inTurn, names, size, text, upload } from './calls.js';

const EXPLICIT = { tls: 'explicit' } as const;
const GARBAGE = 'This is no TLS at all, whatever one may think.\r\n'.repeat(10);
const secure = (on: Script['on'], tls: Script['tls'] = 'resumes'): Script => ({ tls, ...(on && { on }) });
const TAKEN: readonly Step[] = ['150 Go on', OPEN, TAKE_ALL, { on: 'data', do: 'store', path: NEW_PATH, offset: 0 }];

/** TLS on either connection. */
export const TLS: readonly Misbehaviour[] = [
  ...['500 What?', '502 Not here', '504 Not that one', '534 Not by policy', '530 Log in first', '431 Not now'].flatMap(
    (answer) => [
      {
        name: `AUTH TLS is answered with ${answer}, and TLS is a must`,
        server: secure({ AUTH: answer }),
        client: EXPLICIT,
        fails: 'TLS',
        unsent: /^(?:USER|PASS)/,
      } as const,
      {
        name: `AUTH TLS is answered with ${answer}, and TLS is welcome`,
        server: secure({ AUTH: answer }),
        client: { tls: 'if-offered' },
        call: text(),
        gives: FILE_TEXT,
        warns: [],
      } as const,
    ],
  ),
  ...(['explicit', 'if-offered'] as const).flatMap((tls): readonly Misbehaviour[] => [
    {
      name: `AUTH TLS is accepted, and garbage follows (${tls})`,
      server: secure({ AUTH: ['234 Go on', raw(GARBAGE)] }),
      client: { tls },
      limits: { tlsHandshakeMs: SHORT },
      fails: { code: 'TLS' },
      unsent: /^(?:USER|PASS)/,
    },
    {
      name: `AUTH TLS is accepted, and garbage answers the handshake (${tls})`,
      server: secure({ AUTH: ['234 Go on', NEXT_OCTETS, raw(GARBAGE)] }),
      client: { tls },
      fails: { code: 'TLS' },
      unsent: /^(?:USER|PASS)/,
    },
    {
      name: `AUTH TLS is accepted, and nothing follows (${tls})`,
      server: secure({ AUTH: '234 Go on' }),
      client: { tls },
      limits: { tlsHandshakeMs: SHORT },
      fails: { code: ['TLS', 'TIMEOUT'] },
      unsent: /^(?:USER|PASS)/,
    },
    {
      name: `AUTH TLS is accepted, and the end follows (${tls})`,
      server: secure({ AUTH: ['234 Go on', CLOSE] }),
      client: { tls },
      fails: { code: ['TLS', 'CLOSED'] },
      unsent: /^(?:USER|PASS)/,
    },
    {
      name: `AUTH TLS is accepted, and a reset follows (${tls})`,
      server: secure({ AUTH: ['234 Go on', RESET] }),
      client: { tls },
      fails: { code: ['TLS', 'CLOSED'] },
      unsent: /^(?:USER|PASS)/,
    },
  ]),
  {
    name: 'no answer to AUTH TLS',
    server: secure({ AUTH: NOTHING }),
    client: EXPLICIT,
    limits: { replyMs: SHORT },
    fails: 'TIMEOUT',
    unsent: /^USER/,
  },
  {
    name: '421 to AUTH TLS',
    server: secure({ AUTH: ['421 Too busy', CLOSE] }),
    client: EXPLICIT,
    fails: { code: ['BUSY', 'CLOSED'], retryable: true },
  },
  {
    name: 'replies in clear text behind 234, before the handshake',
    server: secure({
      AUTH: [raw('234 Go on\r\n200 Injected\r\n200 Injected\r\n331 Injected\r\n230 Injected\r\n'), SECURE],
    }),
    client: EXPLICIT,
    call: inTurn(command('SITE ECHO 1'), text()),
    gives: ['200 ECHO 1', FILE_TEXT],
  },
  {
    name: 'the first line of a reply in clear text behind 234, before the handshake',
    server: secure({ AUTH: [raw('234 Go on\r\n230-Injected\r\n'), SECURE] }),
    client: EXPLICIT,
    call: text(),
    gives: FILE_TEXT,
  },
  {
    name: 'a listing that is cut before its first octet each time is not taken for empty',
    server: secure({ MLSD: ['150 Here', OPEN, FIN, '226 Done'] }),
    client: EXPLICIT,
    call: names(),
    fails: 'TRUNCATED',
  },
  {
    name: 'half a reply in clear text behind 234, before the handshake',
    server: secure({ AUTH: [raw('234 Go on\r\n200-Injec'), SECURE] }),
    client: EXPLICIT,
    call: command('SITE ECHO 1'),
    gives: '200 ECHO 1',
  },
  {
    name: 'a certificate of another name',
    server: secure({}),
    client: { tls: { mode: 'explicit', servername: 'other.example' } },
    fails: { code: 'TLS', retryable: false },
    unsent: /^(?:USER|PASS)/,
  },
  {
    name: 'a certificate that is not the pinned one',
    server: secure({}),
    client: { tls: { mode: 'explicit', pins: ['00'.repeat(32)] } },
    fails: { code: 'TLS', retryable: false },
    unsent: /^(?:USER|PASS)/,
  },
  {
    name: 'a server that speaks no TLS of today',
    server: secure({}, 'never resumes'),
    client: { tls: { mode: 'explicit', minVersion: 'TLSv1.3' } },
    fails: { code: 'TLS' },
    unsent: /^(?:USER|PASS)/,
  },
  { name: 'implicit TLS', server: secure(undefined), client: { tls: 'implicit' }, fails: { code: 'TLS' } },
  {
    name: 'implicit TLS where the server speaks first, in clear text',
    server: {},
    client: { tls: 'implicit' },
    fails: { code: 'TLS' },
  },
  {
    name: 'implicit TLS, and silence',
    server: { greeting: NOTHING },
    client: { tls: 'implicit' },
    limits: { tlsHandshakeMs: SHORT },
    fails: { code: ['TLS', 'TIMEOUT'] },
  },
  {
    name: 'implicit TLS, and no greeting in it',
    server: { tls: 'resumes', greeting: SECURE },
    client: { tls: 'implicit' },
    limits: { replyMs: SHORT },
    fails: 'TIMEOUT',
  },
  {
    name: 'implicit TLS as it should be',
    server: { tls: 'resumes', greeting: [SECURE, '220 Ready'] },
    client: { tls: 'implicit' },
    call: text(),
    gives: FILE_TEXT,
  },
  ...['500 What?', '503 AUTH first', '200 PBSZ=16384'].map((answer): Misbehaviour => ({
    name: `PBSZ is answered with ${answer}`,
    server: secure({ PBSZ: answer }),
    client: EXPLICIT,
    call: text(),
    gives: FILE_TEXT,
    sent: ['PROT P'],
  })),
  ...['500 What?', '504 Not here', '534 Not by policy', '536 Not that level'].map((answer): Misbehaviour => ({
    name: `PROT P is answered with ${answer}`,
    server: secure({ PROT: answer }),
    client: EXPLICIT,
    call: text(),
    fails: { code: ['TLS', 'UNSUPPORTED'] },
    unsent: /^RETR/,
    after: 'over',
  })),
  {
    name: 'close_notify and the end in place of an answer',
    server: secure({ NOOP: CLOSE }),
    client: EXPLICIT,
    call: command('NOOP'),
    fails: 'CLOSED',
    after: 'replaced',
  },
  {
    name: 'the end without close_notify in place of an answer',
    server: secure({ NOOP: { do: 'close', how: 'fin' } }),
    client: EXPLICIT,
    call: command('NOOP'),
    fails: 'CLOSED',
    after: 'replaced',
  },
  {
    name: 'a reset in place of an answer, in TLS',
    server: secure({ NOOP: RESET }),
    client: EXPLICIT,
    call: command('NOOP'),
    fails: 'CLOSED',
    after: 'replaced',
  },
  {
    name: "garbage in place of the data connection's handshake",
    server: secure({ 'RETR /file.txt': once(['150 Here', OPEN_CLEAR, data(GARBAGE), END, '226 Done']) }),
    client: EXPLICIT,
    call: text(),
    fails: { code: ['TLS', 'DATA_CONNECTION', 'TRUNCATED'] },
    after: 'unsaid',
  },
  {
    name: "the file in clear text in place of the data connection's handshake",
    server: secure({ 'RETR /file.txt': once(['150 Here', OPEN_CLEAR, data(FILE_TEXT), END, '226 Done']) }),
    client: EXPLICIT,
    call: text(),
    fails: { code: ['TLS', 'DATA_CONNECTION', 'TRUNCATED'] },
    after: 'unsaid',
  },
  {
    name: 'no handshake on the data connection',
    server: secure({ 'RETR /file.txt': once(['150 Here', OPEN_CLEAR]) }),
    client: { ...EXPLICIT, data: { mode: 'passive' } },
    limits: { tlsHandshakeMs: SHORT, dataOpenMs: SHORT, abortMs: SHORT },
    call: text(),
    fails: { code: ['TLS', 'DATA_CONNECTION', 'TIMEOUT'] },
    after: 'unsaid',
  },
  ...(['proper', 'rst'] as const).map((how): Misbehaviour => ({
    name: `the end (${how}) in place of the data connection's handshake, 425 behind it`,
    server: secure({
      'RETR /file.txt': once(['150 Here', OPEN_CLEAR, { on: 'data', do: 'end', how }, '425 TLS failed']),
    }),
    client: { ...EXPLICIT, data: { mode: 'passive' } },
    call: text(),
    fails: { code: ['TLS', 'DATA_CONNECTION'] },
    after: 'unsaid',
  })),
  ...(
    [
      ['522 SSL connection failed: session reuse required', 'STOR'],
      ['522 SSL connection failed: session reuse required', 'RETR'],
      ['425 Unable to build data connection: TLS session of data connection not resumed.', 'RETR'],
      ['425 Unable to build data connection: Operation not permitted', 'RETR'],
    ] as const
  ).map(([reply, verb]): Misbehaviour => ({
    name: `${verb} is answered with 150 and ${reply}`,
    server: secure({ [verb]: once(['150 Go on', OPEN, END, reply]) }, 'never resumes'),
    client: { ...EXPLICIT, data: { mode: 'passive' } },
    call: verb === 'STOR' ? upload() : text(),
    fails: { code: ['TLS', 'DATA_CONNECTION'] },
    after: 'unsaid',
  })),
  ...tlsVersions(
    'a download without close_notify that is complete',
    { RETR: ['150 Here', OPEN, data(FILE_TEXT), FIN, '226 Done'] },
    { call: text(), gives: FILE_TEXT },
  ),
  ...tlsVersions(
    'a download without close_notify that is too short',
    { RETR: once(['150 Here', OPEN, data('The quick'), FIN, '226 Done']) },
    { call: text(), fails: 'TRUNCATED' },
  ),
  ...tlsVersions(
    'a download with close_notify that is too short',
    { RETR: once(['150 Here', OPEN, data('The quick'), END, '226 Done']) },
    { call: text(), fails: 'TRUNCATED' },
  ),
  ...tlsVersions(
    'a download that is reset',
    { RETR: once(['150 Here', OPEN, data('The quick'), RST, '426 Aborted']) },
    { call: text(), fails: { code: ['TRUNCATED', 'DATA_CONNECTION', 'REPLY'], retryable: true } },
  ),
  ...tlsVersions(
    'a listing without close_notify, with 226',
    { MLSD: ['150 Here', OPEN, data('type=file;size=1; a\r\n'), FIN, '226 Done'] },
    { call: names(), gives: ['a'] },
  ),
  ...tlsVersions(
    'a listing cut off without close_notify, with 426',
    { MLSD: ['150 Here', OPEN, data('type=file;si'), FIN, '426 Aborted'] },
    { call: names(), fails: { code: ['TRUNCATED', 'DATA_CONNECTION', 'REPLY'] } },
  ),
  ...tlsVersions(
    'an upload that the server ends without close_notify',
    { STOR: [...TAKEN, FIN, '226 Stored'] },
    { call: upload(), gives: 'transferred, verified', leaves: { [NEW_PATH]: NEW_TEXT } },
  ),
  ...tlsVersions(
    'an upload that the server never ends',
    { STOR: [...TAKEN, '226 Stored', CLIENT_END] },
    {
      call: upload(),
      gives: 'transferred, verified',
      limits: { uploadEndMs: SHORT },
      leaves: { [NEW_PATH]: NEW_TEXT },
    },
  ),
  ...tlsVersions(
    'an upload whose data connection is reset once all is there',
    { STOR: [...TAKEN, RST, '226 Stored'] },
    { call: upload(), gives: 'transferred, verified', leaves: { [NEW_PATH]: NEW_TEXT } },
  ),
  ...tlsVersions(
    'an upload that the server ends early',
    { STOR: ['150 Go on', OPEN, { on: 'data', do: 'take', octets: 1 }, END, '426 Aborted'] },
    {
      call: upload(Buffer.alloc(4_000_000)),
      fails: { code: ['TRUNCATED', 'DATA_CONNECTION', 'REPLY'], retryable: true },
    },
  ),
  ...tlsVersions(
    'an empty upload',
    { STOR: [...TAKEN, END, '226 Stored'] },
    { call: upload(''), gives: 'transferred, verified', leaves: { [NEW_PATH]: '' } },
  ),
  {
    name: 'a session that is never resumed, and that is no error',
    server: secure(undefined, 'never resumes'),
    client: EXPLICIT,
    call: text(),
    gives: FILE_TEXT,
    warns: ['TLS_NOT_RESUMED'],
  },
  {
    name: 'a session that is never resumed, and that is an error',
    server: secure(undefined, 'never resumes'),
    client: { tls: { mode: 'explicit', requireResumption: true } },
    call: text(),
    fails: { code: ['TLS', 'DATA_CONNECTION'] },
    after: 'commands',
  },
  {
    name: 'data connections in clear text are wanted',
    server: secure(undefined),
    client: { tls: { mode: 'explicit', clearData: true } },
    call: inTurn(text(), size()),
    gives: [FILE_TEXT, 45],
    unsent: /^PROT P/,
  },
];

function tlsVersions(
  name: string,
  on: Readonly<Record<string, Answer>> | Script['on'],
  rest: Omit<Misbehaviour, 'name' | 'server' | 'client'>,
): readonly Misbehaviour[] {
  return (['TLSv1.2', 'TLSv1.3'] as const).map((version) => ({
    name: `${name}, in ${version}`,
    server: secure(on),
    client: { tls: { mode: 'explicit', minVersion: version, maxVersion: version } },
    ...rest,
  }));
}
