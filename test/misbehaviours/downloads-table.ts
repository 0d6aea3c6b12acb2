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
  RESET,
  type Script,
  type Step,
  type Successive,
  data,
  dataFlood,
  once,
  raw,
} from '../kit/script.js';
import { BIG_SIZE, FILE_TEXT, bigContent } from '../kit/scripted-tree.js';
import { bigLength, inSegments, inTurn, size, text } from './calls.js';

const OPENED: readonly Step[] = ['150 Here it comes', OPEN];
const SENT: readonly Step[] = [...OPENED, data(FILE_TEXT), END];
const HALF = FILE_TEXT.slice(0, 20);
const UNSIZED = { SIZE: '502 Not here', MLST: '502 Not here' } as const;
const retr = (answer: Answer | Successive): Script => ({ on: { RETR: answer } });

/** Downloads: replies out of order or lying, and files that are not what was announced. */
export const DOWNLOADS: readonly Misbehaviour[] = [
  {
    name: '226 comes before the data',
    server: retr([...OPENED, '226 Done', data(FILE_TEXT), END]),
    call: inTurn(text(), size()),
    gives: [FILE_TEXT, 45],
  },
  {
    name: '226 comes before the data connection is there, in one segment with 150',
    server: retr([raw('150 Here it comes\r\n226 Done\r\n'), OPEN, data(FILE_TEXT), END]),
    call: inTurn(text(), size()),
    gives: [FILE_TEXT, 45],
  },
  {
    name: 'a translated download that is cut off in the middle is not gone on with: REST counts other octets',
    server: retr(once([...OPENED, data(bigContent().subarray(0, 600_000)), END, CLIENT_END, '426 Cut off'])),
    limits: { maxAttempts: 3 },
    call: text('/big.bin', { type: 'ascii', known: { size: BIG_SIZE } }),
    fails: 'REPLY',
    unsent: /^REST/,
  },
  {
    name: '226 comes in the middle of a large file',
    server: { on: { RETR: [...OPENED, data(bigContent()), '226 Done', END] } },
    call: bigLength,
    gives: BIG_SIZE,
    after: 'commands',
  },
  {
    name: 'no 150, 226 at the end',
    server: retr([OPEN, data(FILE_TEXT), END, '226 Done']),
    call: text(),
    gives: FILE_TEXT,
  },
  {
    name: '125 in place of 150',
    server: retr(['125 Already open', OPEN, data(FILE_TEXT), END, '226 Done']),
    call: text(),
    gives: FILE_TEXT,
  },
  { name: 'two of 150', server: retr(['150 Here', ...SENT, '226 Done']), call: text(), gives: FILE_TEXT },
  {
    name: '150 of several lines',
    server: retr(['150-Here', '226 inside', ...SENT, '226 Done']),
    call: text(),
    gives: FILE_TEXT,
  },
  { name: '250 in place of 226', server: retr([...SENT, '250 Done']), call: text(), gives: FILE_TEXT },
  {
    name: '226 of several lines',
    server: retr([...SENT, '226-Done', '550 inside', '226 Really']),
    call: text(),
    gives: FILE_TEXT,
  },
  {
    name: '200 in place of 226',
    server: retr([...SENT, '200 Done']),
    call: text(),
    gives: FILE_TEXT,
  },
  {
    name: 'no 226',
    server: retr(once([...SENT])),
    limits: { downloadReplyMs: SHORT },
    call: text(),
    gives: FILE_TEXT,
    after: 'replaced',
    warns: ['CONTROL_LOST'],
  },
  {
    name: 'no 226 where no size is known',
    server: { on: { ...UNSIZED, RETR: once(['150 Here', ...SENT.slice(1)]) } },
    limits: { finalReplyMs: SHORT },
    call: text(),
    fails: { code: 'TIMEOUT', retryable: true },
    after: 'replaced',
  },
  {
    name: 'the end in place of 226',
    server: retr(once([...SENT, CLOSE])),
    call: text(),
    gives: FILE_TEXT,
    after: 'replaced',
  },
  {
    name: 'the end in place of 226 where no size is known',
    server: { on: { ...UNSIZED, RETR: once(['150 Here', ...SENT.slice(1), CLOSE]) } },
    call: text(),
    fails: { code: 'CLOSED', retryable: true },
    after: 'replaced',
  },
  {
    name: '421 in place of 226',
    server: retr(once([...SENT, '421 Shutting down', CLOSE])),
    call: text(),
    fails: { code: ['CLOSED', 'BUSY'], retryable: true },
    after: 'replaced',
  },
  {
    name: '421 and the end of the control connection while data flows on',
    server: retr(once([...OPENED, data(HALF), '421 Shutting down', CLOSE, data(FILE_TEXT.slice(20)), END])),
    call: text(),
    fails: { code: ['CLOSED', 'BUSY'], retryable: true },
    after: 'replaced',
  },
  {
    name: 'the end of the control connection while data flows for ever',
    server: retr(once([...OPENED, data(HALF), CLOSE, dataFlood('more'.repeat(1_000))])),
    call: text(),
    limits: { maxContentLength: 1_000_000 },
    fails: { code: ['CLOSED', 'TRUNCATED', 'CHANGED', 'LIMIT'] },
    after: 'replaced',
  },
  {
    name: 'a reset of the control connection while data flows on',
    server: retr(once([...OPENED, data(HALF), RESET, data(FILE_TEXT.slice(20)), END])),
    call: text(),
    gives: FILE_TEXT,
    after: 'replaced',
  },
  {
    name: '421 in place of 150',
    server: retr(once(['421 Too busy', CLOSE])),
    call: text(),
    fails: { code: ['CLOSED', 'BUSY'], retryable: true },
    after: 'replaced',
  },
  {
    name: 'a file that is too short, with 226',
    server: retr(once([...OPENED, data(HALF), END, '226 Done'])),
    call: text(),
    fails: { code: 'TRUNCATED', retryable: true },
  },
  {
    name: 'a file that is too short, with 226, and the second try succeeds',
    server: retr(once([...OPENED, data(HALF), END, '226 Done'])),
    limits: { maxAttempts: 2 },
    call: text(),
    gives: FILE_TEXT,
    warns: ['RETRY'],
  },
  {
    name: 'a file whose beginning is another one at the second try, to a stream',
    server: retr(once([...OPENED, data(HALF.toUpperCase()), END, '226 Done'])),
    limits: { maxAttempts: 2 },
    call: text(),
    fails: { code: 'CHANGED', retryable: false },
  },
  {
    name: 'a file that has another time at the second try, to a stream',
    server: retr(once([...OPENED, data(HALF), END, '226 Done'])),
    limits: { maxAttempts: 2 },
    call: text('/file.txt', { known: { size: 45, modified: new Date('2020-01-31T11:59:59Z') } }),
    fails: { code: 'CHANGED', retryable: false },
    sent: ['RETR /file.txt', 'MDTM /file.txt'],
  },
  ...['2020-01-31T12:00:00Z', '2020-01-31T12:59:59Z', '2020-01-31T14:00:00Z'].map((known, index) => ({
    name: `a file that is known to have been modified at ${known}, and is cut off`,
    server: {
      on: {
        RETR: once([...OPENED, data(HALF), END, '226 Done']),
        MDTM: ['213 20200131120000', '213 20200131125959.500', '500 What?'][index] ?? '',
      },
    },
    limits: { maxAttempts: 2 },
    call: text('/file.txt', { known: { size: 45, modified: new Date(known) } }),
    gives: FILE_TEXT,
  })),
  {
    name: 'a file in segments whose beginning is another one at the second try',
    server: retr(once([...OPENED, data(HALF.toUpperCase()), END, '226 Done'])),
    limits: { maxAttempts: 2 },
    pool: { maxConnections: 2 },
    call: inSegments,
    fails: { code: 'CHANGED', retryable: false },
    after: 'unsaid',
  },
  {
    name: 'a file that is too short by what 150 says, where there is no SIZE',
    server: {
      on: { ...UNSIZED, 'RETR /file.txt': once([raw('150 Here (45 bytes)\r\n'), OPEN, data(HALF), END, '226 Done']) },
    },
    call: text(),
    fails: 'TRUNCATED',
  },
  {
    name: 'a file that is too long',
    server: retr(once([...OPENED, data(`${FILE_TEXT}and more`), END, '226 Done'])),
    call: text(),
    fails: { code: ['TRUNCATED', 'CHANGED'] },
  },
  {
    name: 'a size in 150 that is too large, and SIZE is right',
    server: retr(['150 Here it comes (9999 bytes)', OPEN, data(FILE_TEXT), END, '226 Done']),
    call: text(),
    gives: FILE_TEXT,
  },
  {
    name: 'a size of 0 in 150, and SIZE is right',
    server: retr(['150 Here it comes (0 bytes)', OPEN, data(FILE_TEXT), END, '226 Done']),
    call: text(),
    gives: FILE_TEXT,
  },
  {
    name: 'a size in 150 that is none',
    server: {
      on: {
        ...UNSIZED,
        RETR: ['150 Here it comes (99999999999999999999 bytes)', OPEN, data(FILE_TEXT), END, '226 Done'],
      },
    },
    call: text(),
    gives: FILE_TEXT,
  },
  {
    name: 'a number in 150 that is no size',
    server: {
      on: {
        ...UNSIZED,
        RETR: ['150 Opening data connection for 7 (10.0.0.1,20).', OPEN, data(FILE_TEXT), END, '226 Done'],
      },
    },
    call: text(),
    gives: FILE_TEXT,
  },
  {
    name: 'SIZE tells more than there is',
    server: { on: { 'SIZE /lie.txt': '213 9999', MLST: '502 Not here' }, files: { '/lie.txt': FILE_TEXT } },
    call: text('/lie.txt'),
    fails: 'TRUNCATED',
  },
  ...sizes([
    '213 abc',
    '213',
    '213 -1',
    '213 99999999999999999999',
    '213 45.5',
    '550 Not in ASCII mode',
    '500 What?',
    '502 No',
  ]),
  {
    name: 'SIZE with words around the number',
    server: { on: { SIZE: '213 45 bytes', MLST: '502 No' } },
    call: text(),
    gives: FILE_TEXT,
  },
  {
    name: '550 in place of 150',
    server: retr(once('550 No such file or directory')),
    call: text(),
    fails: { code: 'NOT_FOUND', reply: 550, retryable: false },
  },
  {
    name: '550 in place of 150, for want of permission',
    server: retr(once('550 Permission denied')),
    call: text(),
    fails: { code: 'PERMISSION', reply: 550 },
  },
  {
    name: '550 behind 150, and no data connection',
    server: retr(once(['150 Here it comes', '550 No such file'])),
    limits: { dataOpenMs: SHORT, stallMs: SHORT },
    call: text(),
    fails: { code: 'NOT_FOUND', reply: 550 },
  },
  {
    name: '550 behind 150 and an empty data connection',
    server: retr(once([...OPENED, END, '550 No such file'])),
    call: text(),
    fails: { code: 'NOT_FOUND', reply: 550 },
  },
  {
    name: '550 in the middle of the data, which goes on for ever',
    server: retr(once([...OPENED, data(HALF), '550 Disk error', dataFlood('more'.repeat(1_000))])),
    limits: { stallMs: SHORT, abortMs: SHORT, maxContentLength: 100_000 },
    call: text(),
    fails: { code: ['NOT_FOUND', 'REPLY', 'LIMIT', 'TRUNCATED'] },
    after: 'unsaid',
  },
  {
    name: '451 behind all the data',
    server: retr(once([...SENT, '451 Disk error'])),
    call: text(),
    fails: { code: 'REPLY', reply: 451, retryable: true },
  },
  {
    name: '552 behind all the data',
    server: retr(once([...SENT, '552 Quota exceeded'])),
    call: text(),
    fails: { code: 'NO_SPACE', reply: 552 },
  },
  {
    name: '331 behind all the data',
    server: retr(once([...SENT, '331 What?'])),
    limits: { finalReplyMs: SHORT },
    call: text(),
    gives: FILE_TEXT,
    after: 'unsaid',
  },
  {
    name: 'the end of the data and no reply, then the reply behind the next command',
    server: retr(once([...SENT, NEXT_COMMAND, '226 Done'])),
    limits: { downloadReplyMs: SHORT },
    call: text(),
    gives: FILE_TEXT,
    after: 'unsaid',
    warns: ['CONTROL_LOST'],
  },
  {
    name: 'a file without end',
    server: retr(once([...OPENED, dataFlood('x'.repeat(65_536))])),
    limits: { maxContentLength: 1_000_000, abortMs: SHORT },
    call: text(),
    fails: { code: ['LIMIT', 'TRUNCATED', 'CHANGED'] },
    after: 'unsaid',
  },
  {
    name: 'REST is answered with 350 and ignored',
    server: { on: { REST: '350 Go on', 'RETR /file.txt': once(['150 Here', OPEN, data(FILE_TEXT), END, '226 Done']) } },
    call: text('/file.txt', { start: 4 }),
    fails: { code: ['TRUNCATED', 'CHANGED', 'UNSUPPORTED'] },
  },
  ...['500 What?', '502 Not here', '501 Not so', '550 No', '504 Not in this mode'].map((answer) => ({
    name: `REST is answered with ${answer}`,
    server: { on: { REST: answer } },
    call: text('/file.txt', { start: 4 }),
    fails: { code: ['UNSUPPORTED', 'REPLY', 'NOT_FOUND'] } as const,
  })),
  {
    name: 'REST is answered with 200',
    server: {
      on: { 'REST 4': '200 Fine' },
    },
    limits: { replyMs: SHORT },
    call: text('/file.txt', { start: 4 }),
    fails: { code: ['UNSUPPORTED', 'TIMEOUT', 'PROTOCOL', 'REPLY'] },
    after: 'unsaid',
  },
  {
    name: 'a part of a file ends the connection early, and the session goes on',
    server: {},
    call: inTurn(text('/file.txt', { start: 4, end: 9 }), size()),
    gives: ['quick', 45],
  },
  ...keepalives(),
];

/** Such a SIZE is no size, and the file comes all the same. */
function sizes(answers: readonly string[]): readonly Misbehaviour[] {
  return answers.map((answer) => ({
    name: `SIZE is answered with ${answer}`,
    server: { on: { SIZE: answer, MLST: '502 Not here', RETR: [...SENT, '226 Done'] } },
    call: async (client) => {
      const chunks: Buffer[] = [];
      for await (const chunk of client.createReadStream('/file.txt')) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString();
    },
    gives: FILE_TEXT,
  }));
}

/** NOOP during a transfer: the server holds back the second half until it has come. */
function keepalives(): readonly Misbehaviour[] {
  const until: readonly Step[] = [...OPENED, data(HALF), NEXT_COMMAND, data(FILE_TEXT.slice(20)), END];
  const cases: readonly (readonly [string, Answer, Answer])[] = [
    ['at once', DEFAULT, [...until, '226 Done']],
    ['behind 226', NOTHING, [...until, '226 Done', '200 Still here']],
    ['in one segment with 226, before it', NOTHING, [...until, raw('200 Still here\r\n226 Done\r\n')]],
    ['in one segment with 226, behind it', NOTHING, [...until, raw('226 Done\r\n200 Still here\r\n')]],
    ['with 500', '500 Not now', [...until, '226 Done']],
    ['with 500 behind 226', NOTHING, [...until, raw('226 Done\r\n500 Not now\r\n')]],
    ['never', NOTHING, [...until, '226 Done']],
  ];
  return cases.map(([when, noop, answer]) => ({
    name: `NOOP during a download is answered ${when}`,
    server: { on: { RETR: once(answer), NOOP: once(noop) } },
    limits: { keepaliveMs: 50, abortMs: 500 },
    call: inTurn(text(), size()),
    gives: [FILE_TEXT, 45],
    sent: ['NOOP'],
    after: 'unsaid' as const,
  }));
}
