import { type Misbehaviour, SHORT } from '../kit/misbehaviour.js';
import {
  type Answer,
  CLIENT_END,
  CLOSE,
  END,
  OPEN,
  RST,
  type Script,
  type Step,
  type Successive,
  TAKE_ALL,
  once,
  raw,
  take,
} from '../kit/script.js';
import { NEW_PATH, NEW_TEXT, inTurn, size, upload } from './calls.js';

const OPENED: readonly Step[] = ['150 Go on', OPEN];
const TAKEN: readonly Step[] = [...OPENED, TAKE_ALL, { on: 'data', do: 'store', path: NEW_PATH, offset: 0 }];
const LARGE = Buffer.alloc(8 * 1024 * 1024);
const stor = (answer: Answer | Successive): Script => ({ on: { STOR: answer } });

/** Uploads. */
export const UPLOADS: readonly Misbehaviour[] = [
  {
    name: '250 in place of 226 to an upload',
    server: stor([...TAKEN, END, '250 Stored']),
    call: upload(),
    gives: 'transferred, verified',
    leaves: { [NEW_PATH]: NEW_TEXT },
  },
  {
    name: 'no 150 to an upload',
    server: stor([OPEN, TAKE_ALL, { on: 'data', do: 'store', path: NEW_PATH, offset: 0 }, END, '226 Stored']),
    call: upload(),
    gives: 'transferred, verified',
  },
  {
    name: '125 to an upload',
    server: stor(['125 Go on', OPEN, ...TAKEN.slice(2), END, '226 Stored']),
    call: upload(),
    gives: 'transferred, verified',
  },
  {
    name: '226 to an upload before the server has ended the data connection, which it never does',
    server: stor([...TAKEN, '226 Stored']),
    limits: { uploadEndMs: SHORT },
    call: upload(),
    gives: 'transferred, verified',
    leaves: { [NEW_PATH]: NEW_TEXT },
  },
  {
    name: 'no 226 to an upload',
    server: stor([...TAKEN, END]),
    limits: { finalReplyMs: SHORT, abortMs: SHORT },
    call: upload(),
    fails: 'TIMEOUT',
    after: 'replaced',
  },
  {
    name: 'the end in place of 226 to an upload',
    server: stor([...TAKEN, END, CLOSE]),
    call: upload(),
    fails: { code: 'CLOSED', retryable: true },
    after: 'replaced',
  },
  {
    name: '421 in the middle of an upload',
    server: stor([...OPENED, take(1), '421 Shutting down', CLOSE, RST]),
    call: upload(LARGE),
    fails: { code: ['CLOSED', 'BUSY'], retryable: true },
    after: 'replaced',
  },
  ...(['552 Quota exceeded', '452 Disk full'] as const).map((reply) => ({
    name: `${reply} in the middle of an upload, the data connection ended`,
    server: stor([...OPENED, take(100_000), END, reply]),
    call: upload(LARGE),
    fails: { code: 'NO_SPACE', reply: Number(reply.slice(0, 3)), retryable: false } as const,
  })),
  {
    name: '552 in the middle of an upload, the data connection reset',
    server: stor([...OPENED, take(100_000), RST, '552 Quota exceeded']),
    call: upload(LARGE),
    fails: { code: 'NO_SPACE', reply: 552, retryable: false },
  },
  {
    name: '552 in the middle of an upload, before the data connection is reset',
    server: stor([...OPENED, take(100_000), '552 Quota exceeded', RST]),
    call: upload(LARGE),
    fails: { code: 'NO_SPACE', reply: 552 },
  },
  {
    name: '552 in the middle of an upload, and the data connection stays open unread',
    server: stor([...OPENED, take(100_000), '552 Quota exceeded', CLIENT_END]),
    limits: { stallMs: SHORT, uploadEndMs: SHORT },
    call: upload(LARGE),
    fails: { code: 'NO_SPACE', reply: 552 },
  },
  {
    name: '552 in place of 150',
    server: stor('552 Quota exceeded'),
    call: upload(),
    fails: { code: 'NO_SPACE', reply: 552 },
  },
  {
    name: '552 behind all of an upload',
    server: stor([...TAKEN, END, '552 Quota exceeded']),
    call: upload(),
    fails: { code: 'NO_SPACE', reply: 552 },
  },
  {
    name: '553 in place of 150',
    server: stor('553 Not this name'),
    call: upload(),
    fails: { code: 'PERMISSION', reply: 553 },
  },
  {
    name: '550 in place of 150 to an upload',
    server: stor('550 Permission denied'),
    call: upload(),
    fails: { code: 'PERMISSION', reply: 550 },
  },
  {
    name: '532 in place of 150',
    server: stor('532 Need account'),
    call: upload(),
    fails: { code: ['LOGIN', 'PERMISSION'], reply: 532 },
  },
  { name: '500 to STOR', server: stor('500 What?'), call: upload(), fails: { code: 'UNSUPPORTED', reply: 500 } },
  {
    name: '451 behind all of an upload, and the second try succeeds',
    server: stor(once([...OPENED, TAKE_ALL, END, '451 Try again'])),
    limits: { maxAttempts: 2 },
    call: upload(),
    gives: 'transferred, verified',
    leaves: { [NEW_PATH]: NEW_TEXT },
    warns: ['RETRY'],
  },
  {
    name: 'the server reads a part of an upload, resets it, and says 426',
    server: stor([...OPENED, take(100_000), RST, '426 Aborted']),
    call: upload(LARGE),
    fails: { code: ['CLOSED', 'REPLY', 'TRUNCATED'], retryable: true },
  },
  {
    name: 'the server reads a part of an upload, resets it, and says 226',
    server: stor([...OPENED, take(100_000), RST, '226 Stored']),
    call: upload(LARGE),
    fails: { code: ['CLOSED', 'TRUNCATED'], retryable: true },
  },
  {
    name: 'the server reads a part of an upload, resets it, and says nothing',
    server: stor([...OPENED, take(100_000), RST]),
    limits: { finalReplyMs: SHORT, replyMs: SHORT, abortMs: SHORT },
    call: upload(LARGE),
    fails: { code: ['CLOSED', 'TRUNCATED', 'TIMEOUT'], retryable: true },
    after: 'unsaid',
  },
  {
    name: 'the server reads nothing of an upload',
    server: stor([...OPENED, CLIENT_END]),
    limits: { stallMs: SHORT, abortMs: SHORT, finalReplyMs: SHORT, uploadEndMs: SHORT },
    call: upload(NEW_TEXT),
    fails: { code: ['STALLED', 'TIMEOUT'], retryable: true },
    after: 'unsaid',
  },
  {
    name: 'the server stores less than it was sent, and says 226',
    server: stor([...OPENED, TAKE_ALL, END, '226 Stored']),
    call: async (client, server) => {
      server.tree.store(NEW_PATH, 0, Buffer.from('Some'));
      return upload()(client, server);
    },
    fails: 'TRUNCATED',
  },
  {
    name: 'the server stores nothing and says 226',
    server: stor([...OPENED, TAKE_ALL, END, '226 Stored']),
    call: upload(),
    gives: 'transferred, not verified',
    warns: ['SIZE_UNKNOWN'],
  },
  {
    name: 'the server says 226 before it has read the upload',
    server: stor([...OPENED, '226 Stored', ...TAKEN.slice(2), END]),
    call: upload(LARGE),
    fails: { code: ['CLOSED', 'TRUNCATED'], retryable: true },
  },
  {
    name: 'an upload is stored, and neither SIZE nor MLST tells how much',
    server: { on: { [`SIZE ${NEW_PATH}`]: '502 Not here', MLST: '502 Not here' } },
    call: upload(),
    gives: 'transferred, not verified',
    warns: ['SIZE_UNKNOWN'],
  },
  {
    name: 'APPE writes over what was there',
    server: {
      on: { APPE: [...OPENED, TAKE_ALL, { on: 'data', do: 'store', path: NEW_PATH, offset: 0 }, END, '226 Stored'] },
      files: { [NEW_PATH]: 'There already. ' },
    },
    call: (client, server) => {
      server.tree.store(NEW_PATH, 0, Buffer.from(NEW_TEXT.slice(0, 4)));
      return upload(NEW_TEXT, { ifExists: 'resume' })(client, server);
    },
    fails: 'TRUNCATED',
  },
  {
    name: 'APPE is refused',
    server: { on: { APPE: '502 Not here' }, files: { [NEW_PATH]: 'There already. ' } },
    call: upload('more', { append: true }),
    fails: { code: 'UNSUPPORTED', reply: 502 },
    leaves: { [NEW_PATH]: 'There already. ' },
  },
  {
    name: 'two of 226 to an upload in one segment',
    server: stor([...TAKEN, END, raw('226 Stored\r\n226 Really\r\n')]),
    call: inTurn(upload(), size()),
    gives: ['transferred, verified', 45],
  },
  {
    name: 'an upload into a folder that is not there',
    server: stor('553 No such directory'),
    call: upload(),
    fails: { code: ['NOT_FOUND', 'PERMISSION'], reply: 553 },
  },
  {
    name: 'an atomic upload that cannot be renamed',
    server: { on: { RNTO: '553 Not this name' } },
    call: upload(NEW_TEXT, { atomic: true }),
    fails: { code: 'PERMISSION', reply: 553 },
  },
  {
    name: 'MFMT is refused behind an upload that keeps the time',
    server: { on: { MFMT: '500 What?', 'SITE UTIME': '500 What?', MDTM: '500 What?' } },
    call: upload(NEW_TEXT, { preserveTime: true, known: { modified: new Date(0) } }),
    gives: 'transferred, verified',
    warns: ['TIME_NOT_KEPT'],
  },
  {
    name: 'the server resets the data connection once it has all of an upload',
    server: stor([...TAKEN, RST, '226 Stored']),
    call: upload(),
    gives: 'transferred, verified',
    leaves: { [NEW_PATH]: NEW_TEXT },
  },
];
