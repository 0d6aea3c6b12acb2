import { type Misbehaviour, SHORT } from '../kit/misbehaviour.js';
import { type Answer, CLOSE, END, LISTEN, NOTHING, OPEN, RST, UNLISTEN, data, once } from '../kit/script.js';
import { bigLength, inTurn, names, text, upload } from './calls.js';
import { BIG_SIZE, FILE_TEXT } from '../kit/scripted-tree.js';

const PASV_ONLY = { data: { mode: 'passive', extended: false } } as const;
const PASSIVE = { data: { mode: 'passive' } } as const;
const ACTIVE = { data: { mode: 'active' } } as const;

/** Agreeing on data connections, and making them. */
export const DATA_CONNECTIONS: readonly Misbehaviour[] = [
  ...pasv([
    '227 Entering Passive Mode 127,0,0,1,{p1},{p2}',
    '227 Entering Passive Mode. 127,0,0,1,{p1},{p2}.',
    '227 Entering Passive Mode (127, 0, 0, 1, {p1}, {p2})',
    '227 =127,0,0,1,{p1},{p2}',
    '227 Entering Passive Mode [127,0,0,1,{p1},{p2}]',
    '227 127,0,0,1,{p1},{p2}',
    '227 Passive mode (v6.2) ok (127,0,0,1,{p1},{p2})',
  ]),
  {
    name: 'an address for active mode that is none',
    server: {},
    client: { data: { mode: 'active', activeAddress: 'behind.example' } },
    call: names(),
    fails: 'USAGE',
    unsent: /^(?:EPRT|PORT)/,
    after: 'commands',
  },
  {
    name: '227 of several lines',
    server: { on: { PASV: [LISTEN, '227-Now', '227 Entering Passive Mode (127,0,0,1,{p1},{p2})'] } },
    client: PASV_ONLY,
    call: text(),
    gives: FILE_TEXT,
  },
  ...pasv(
    [
      '227 Entering Passive Mode (10,0,0,5,{p1},{p2})',
      '227 Entering Passive Mode (192,168,1,9,{p1},{p2})',
      '227 Entering Passive Mode (0,0,0,0,{p1},{p2})',
      '227 Entering Passive Mode (203,0,113,5,{p1},{p2})',
      '227 Entering Passive Mode (127,0,0,9,{p1},{p2})',
      '227 Entering Passive Mode (255,255,255,255,{p1},{p2})',
    ],
    ['ADDRESS_REPAIRED'],
  ),
  ...noPasv([
    '227 Entering Passive Mode (127,0,0,1,0,0)',
    '227 Entering Passive Mode (127,0,0,1,7)',
    '227 Entering Passive Mode (127,0,0,1,256,7)',
    '227 Entering Passive Mode (127,0,0,1,-1,7)',
    '227 Entering Passive Mode',
    '227',
    '200 Done',
    '500 What?',
    '502 Not here',
    '425 Cannot open passive connection',
  ]),
  ...epsv([
    [LISTEN, '229 Entering Extended Passive Mode (!!!{port}!)'],
    [LISTEN, '229 (|1|127.0.0.1|{port}|)'],
    [LISTEN, '229 Entering Extended Passive Mode (|||{port}|).'],
    [LISTEN, '229-Now', '229 Passive (really) (|||{port}|)'],
  ]),
  ...noEpsv([
    '229 Entering Extended Passive Mode (|||0|)',
    '229 Entering Extended Passive Mode (|||99999|)',
    '229 Entering Extended Passive Mode (|||x|)',
    '229 Entering Extended Passive Mode',
    '229',
    '200 Done',
    '500 What?',
    '501 Not so',
    '502 Not here',
    '522 Network protocol not supported, use (1)',
    '425 Cannot open passive connection',
    '550 No',
    [LISTEN, UNLISTEN, '229 Entering Extended Passive Mode (|||{port}|)'],
  ]),
  {
    name: 'EPSV is refused again and again, and is not asked for again once PASV works',
    server: { on: { EPSV: '500 What?' } },
    client: PASSIVE,
    call: inTurn(text(), text(), names()),
    gives: [FILE_TEXT, FILE_TEXT, ['folder', 'file.txt', 'big.bin']],
    sent: ['EPSV', 'PASV', 'PASV', 'PASV'],
  },
  {
    name: 'EPSV leads to a port that does not answer, PASV to one that does',
    server: { silentPort: true, on: { EPSV: '229 Here (|||{silent}|)' } },
    client: PASSIVE,
    limits: { dataOpenMs: SHORT },
    call: text(),
    gives: FILE_TEXT,
  },
  {
    name: 'no answer to EPSV',
    server: { on: { EPSV: once(NOTHING) } },
    client: PASSIVE,
    limits: { replyMs: SHORT },
    call: text(),
    fails: 'TIMEOUT',
    after: 'unsaid',
  },
  {
    name: 'passive mode is refused, active mode works',
    server: { on: { EPSV: '502 Not here', PASV: '502 Not here' } },
    call: inTurn(text(), upload(), names('/folder')),
    gives: [FILE_TEXT, 'transferred, verified', []],
  },
  {
    name: 'passive ports are closed, active mode works',
    server: {
      on: { EPSV: [LISTEN, UNLISTEN, '229 (|||{port}|)'], PASV: [LISTEN, UNLISTEN, '227 (127,0,0,1,{p1},{p2})'] },
    },
    call: text(),
    gives: FILE_TEXT,
    warns: ['DATA_PATH_FAILED'],
  },
  {
    name: 'no way works',
    server: {
      on: { EPSV: '502 Not here', PASV: '502 Not here', EPRT: '500 Illegal EPRT', PORT: '500 Illegal PORT command' },
    },
    call: text(),
    fails: 'DATA_CONNECTION',
    after: 'commands',
  },
  {
    name: 'no way works, each for another reason',
    server: {
      silentPort: true,
      on: {
        EPSV: '229 (|||{silent}|)',
        PASV: [LISTEN, UNLISTEN, '227 (127,0,0,1,{p1},{p2})'],
        EPRT: '522 Use (2)',
        'RETR /file.txt': '425 Cannot connect',
      },
    },
    limits: { dataOpenMs: SHORT },
    call: text(),
    fails: 'DATA_CONNECTION',
    after: 'commands',
  },
  {
    name: 'PORT is refused where only active mode is wanted',
    server: { on: { EPRT: '500 What?', PORT: '500 Illegal PORT command' } },
    client: ACTIVE,
    call: text(),
    fails: 'DATA_CONNECTION',
    after: 'commands',
  },
  {
    name: 'EPRT is refused, PORT works',
    server: { on: { EPRT: '522 Use (2)' } },
    client: ACTIVE,
    call: inTurn(text(), upload()),
    gives: [FILE_TEXT, 'transferred, verified'],
  },
  {
    name: 'the server never connects',
    server: { on: { RETR: once(['150 Here it comes']) } },
    client: ACTIVE,
    limits: { dataOpenMs: SHORT, abortMs: SHORT },
    call: text(),
    fails: 'DATA_CONNECTION',
    after: 'unsaid',
  },
  {
    name: 'the server cannot connect, and says so at last',
    server: { on: { RETR: '425 Cannot connect' } },
    client: ACTIVE,
    call: text(),
    fails: { code: 'DATA_CONNECTION' },
    after: 'commands',
  },
  {
    name: 'the server cannot connect and says so behind 150',
    server: { on: { RETR: ['150 Here it comes', '425 Cannot connect'] } },
    client: ACTIVE,
    call: text(),
    fails: { code: 'DATA_CONNECTION' },
    after: 'commands',
  },
  {
    name: 'the server says 150 only when the data connection is there',
    server: {
      on: {
        RETR: [OPEN, '150 Here it comes', data(FILE_TEXT), END, '226 Done'],
        MLSD: [OPEN, '150 Here it comes', data('type=file;size=1; a\r\n'), END, '226 Done'],
      },
    },
    call: inTurn(text(), names()),
    gives: [FILE_TEXT, ['a']],
  },
  {
    name: 'the server says 150 only when all data is there',
    server: { on: { RETR: [OPEN, data(FILE_TEXT), END, '150 Here it comes', '226 Done'] } },
    call: text(),
    gives: FILE_TEXT,
  },
  {
    name: '425 in place of 150, in the first way of two',
    server: { on: { 'RETR /file.txt': once('425 Cannot open data connection') } },
    call: text(),
    gives: FILE_TEXT,
  },
  {
    name: '425 in place of 150, whatever the way',
    server: { on: { 'RETR /file.txt': '425 Cannot open data connection' } },
    call: text(),
    fails: { code: 'DATA_CONNECTION' },
    after: 'commands',
  },
  {
    name: '425 in place of 150 to an upload and to a listing',
    server: { on: { STOR: '425 No', MLSD: '425 No' } },
    client: PASSIVE,
    call: upload(),
    fails: { code: 'DATA_CONNECTION' },
  },
  {
    name: 'the data connection is ended before any octet, 426 behind it',
    server: { on: { RETR: once(['150 Here it comes', OPEN, END, '426 Aborted']) } },
    call: text(),
    fails: { code: ['CLOSED', 'REPLY', 'TRUNCATED'], retryable: true },
  },
  {
    name: 'the data connection is ended before any octet, 226 behind it',
    server: { on: { RETR: once(['150 Here it comes', OPEN, END, '226 Done']) } },
    call: text(),
    fails: { code: 'TRUNCATED', retryable: true },
  },
  {
    name: 'the data connection is reset before any octet, 426 behind it',
    server: { on: { RETR: once(['150 Here it comes', OPEN, RST, '426 Aborted']) } },
    call: text(),
    fails: { code: ['CLOSED', 'REPLY', 'TRUNCATED'], retryable: true },
  },
  {
    name: 'the data connection is reset in the middle, 426 behind it',
    server: { on: { RETR: once(['150 Here it comes', OPEN, data('The quick'), RST, '426 Aborted']) } },
    call: text(),
    fails: { code: ['CLOSED', 'REPLY', 'TRUNCATED'], retryable: true },
  },
  {
    name: 'the data connection is reset in the middle, 226 behind it',
    server: { on: { RETR: once(['150 Here it comes', OPEN, data('The quick'), RST, '226 Done']) } },
    call: text(),
    fails: { code: ['CLOSED', 'TRUNCATED'], retryable: true },
  },
  {
    name: 'the data connection is reset in the middle, and no reply',
    server: { on: { RETR: once(['150 Here it comes', OPEN, data('The quick'), RST]) } },
    limits: { finalReplyMs: SHORT, replyMs: SHORT, abortMs: SHORT },
    call: text(),
    fails: { code: ['CLOSED', 'TRUNCATED', 'TIMEOUT'], retryable: true },
    after: 'unsaid',
  },
  {
    name: 'the data connection is reset in the middle, and the second try succeeds',
    server: { on: { RETR: once(['150 Here it comes', OPEN, data('The quick'), RST, '426 Aborted']) } },
    limits: { maxAttempts: 2 },
    call: text(),
    gives: FILE_TEXT,
    warns: ['RETRY'],
  },
  {
    name: 'both connections are ended in the middle, and the second try succeeds',
    server: { on: { RETR: once(['150 Here it comes', OPEN, data('The quick'), CLOSE, END]) } },
    limits: { maxAttempts: 2 },
    call: text(),
    gives: FILE_TEXT,
    warns: ['RETRY'],
  },
  {
    name: 'the data connection stays open behind the last octet and 226',
    server: { on: { RETR: once(['150 Here it comes (45 bytes)', OPEN, data(FILE_TEXT), '226 Done']) } },
    limits: { uploadEndMs: SHORT },
    call: text(),
    gives: FILE_TEXT,
    after: 'unsaid',
  },
  {
    name: 'the data connection stays open behind a listing and 226',
    server: { on: { MLSD: once(['150 x', OPEN, data('type=file;size=1; a\r\n'), '226 Done']) } },
    limits: { uploadEndMs: SHORT },
    call: names(),
    fails: { code: ['STALLED', 'TIMEOUT', 'TRUNCATED'] },
    after: 'unsaid',
  },
  {
    name: 'the data connection stays open without a word',
    server: { on: { RETR: once(['150 Here it comes', OPEN, data('The quick')]) } },
    limits: { stallMs: SHORT, abortMs: SHORT },
    call: text(),
    fails: { code: 'STALLED', retryable: true },
    after: 'unsaid',
  },
  {
    name: 'the data connection is there, and no 150 and nothing else',
    server: { on: { RETR: once([OPEN]) } },
    limits: { replyMs: SHORT, stallMs: SHORT, abortMs: SHORT },
    call: text(),
    fails: { code: ['STALLED', 'TIMEOUT'], retryable: true },
    after: 'unsaid',
  },
  {
    name: "the server sends on an upload's data connection",
    server: {
      on: { STOR: ['150 Go on', OPEN, data('What?'), { on: 'data', do: 'take', octets: Infinity }, END, '226 Stored'] },
    },
    call: upload('x', { verify: 'none' }),
    gives: 'transferred, not verified',
  },
];

function pasv(replies: readonly string[], warns: Misbehaviour['warns'] = []): readonly Misbehaviour[] {
  return replies.map((reply) => ({
    name: `PASV is answered with ${reply}`,
    server: { on: { PASV: [LISTEN, reply] } },
    client: PASV_ONLY,
    call: text(),
    gives: FILE_TEXT,
    warns,
  }));
}

/** Nothing to connect to. */
function noPasv(replies: readonly string[]): readonly Misbehaviour[] {
  return replies.map((reply) => ({
    name: `PASV is answered with ${reply}`,
    server: { on: { PASV: reply } },
    client: PASV_ONLY,
    limits: { replyMs: SHORT },
    call: text(),
    fails: { code: reply.startsWith('200') ? ['DATA_CONNECTION', 'TIMEOUT', 'PROTOCOL'] : 'DATA_CONNECTION' },
    after: reply.startsWith('200') ? 'over' : 'commands',
  }));
}

function epsv(answers: readonly Answer[]): readonly Misbehaviour[] {
  return answers.map((answer) => ({
    name: `EPSV is answered with ${shown(answer)}`,
    server: { on: { EPSV: answer, PASV: '502 Not here' } },
    client: PASSIVE,
    call: inTurn(text(), bigLength),
    gives: [FILE_TEXT, BIG_SIZE],
  }));
}

/** PASV does. */
function noEpsv(answers: readonly Answer[]): readonly Misbehaviour[] {
  return answers.map((answer) => ({
    name: `EPSV is answered with ${shown(answer)}`,
    server: { on: { EPSV: answer } },
    client: PASSIVE,
    limits: { replyMs: 1_000 },
    call: text(),
    gives: FILE_TEXT,
    ...(answer === '200 Done' && { fails: { code: ['TIMEOUT', 'PROTOCOL'] } as const, after: 'over' as const }),
  }));
}

function shown(answer: Answer): string {
  const steps = typeof answer === 'string' ? [answer] : Array.isArray(answer) ? answer : [];
  return steps.map((step: unknown) => (typeof step === 'string' ? step : (step as { do: string }).do)).join(', ');
}
