import { type Misbehaviour, SHORT } from '../kit/misbehaviour.js';
import { CLOSE, DEFAULT, NOTHING, RESET, once } from '../kit/script.js';
import { type Call, command, inTurn, names, size, text } from './calls.js';

const rename: Call = (client) => client.rename('/file.txt', '/other.txt');
const makeDirectory: Call = (client) => client.makeDirectory('/made');
const setModified: Call = (client) => client.setModified('/file.txt', new Date(0));
const setMode: Call = (client) => client.setMode('/file.txt', 0o644);
const nothing: Call = async () => undefined;

/** Commands without a data connection, and the end of the session. */
export const OPERATIONS: readonly Misbehaviour[] = [
  {
    name: '350 to RNFR, 553 to RNTO',
    server: { on: { RNTO: '553 Not this name' } },
    call: rename,
    fails: { code: 'PERMISSION', reply: 553 },
  },
  {
    name: '350 to RNFR, 550 to RNTO: it exists',
    server: { on: { RNTO: '550 File already exists' } },
    call: rename,
    fails: { code: 'EXISTS', reply: 550 },
  },
  {
    name: '550 to RNFR',
    server: { on: { RNFR: '550 No such file' } },
    call: rename,
    fails: { code: 'NOT_FOUND', reply: 550 },
    unsent: /^RNTO/,
  },
  {
    name: '450 to RNFR',
    server: { on: { RNFR: '450 Busy' } },
    call: rename,
    fails: { code: 'REPLY', reply: 450, retryable: true },
    unsent: /^RNTO/,
  },
  {
    name: '226 to RNTO',
    server: { on: { RNTO: '226 Done' } },
    call: rename,
    gives: undefined,
    after: 'commands',
  },
  {
    name: '200 in place of 250 to RNTO',
    server: { on: { RNTO: '200 Done' } },
    call: rename,
    gives: undefined,
    after: 'unsaid',
  },
  { name: '257 without quotes', server: { on: { MKD: '257 made it' } }, call: makeDirectory, gives: undefined },
  { name: '257 alone', server: { on: { MKD: '257' } }, call: makeDirectory, gives: undefined },
  { name: '250 to MKD', server: { on: { MKD: '250 made it' } }, call: makeDirectory, gives: undefined },
  {
    name: '521 to MKD',
    server: { on: { MKD: '521 "/made" exists' } },
    call: makeDirectory,
    fails: { code: 'EXISTS', reply: 521 },
  },
  {
    name: '550 to MKD: it exists',
    server: { on: { MKD: '550 /made: File exists' } },
    call: makeDirectory,
    fails: { code: 'EXISTS', reply: 550 },
  },
  {
    name: '550 to MKD: not allowed',
    server: { on: { MKD: '550 Permission denied' } },
    call: makeDirectory,
    fails: { code: 'PERMISSION', reply: 550 },
  },
  {
    name: '550 without a reason to MKD of a folder that exists, where missing ones are made',
    server: { on: { 'MKD /folder': '550 Cannot create directory' } },
    call: (client) => client.makeDirectory('/folder/deep/deeper', { recursive: true }),
    gives: undefined,
    sent: ['MKD /folder/deep', 'MKD /folder/deep/deeper'],
  },
  {
    name: '200 to DELE',
    server: { on: { DELE: '200 Done' } },
    call: (client) => client.remove('/file.txt'),
    gives: undefined,
    after: 'unsaid',
  },
  {
    name: '550 to DELE',
    server: {},
    call: (client) => client.remove('/nowhere'),
    fails: { code: 'NOT_FOUND', reply: 550 },
  },
  {
    name: '550 to DELE, and that is no error',
    server: {},
    call: (client) => client.remove('/nowhere', { force: true }),
    gives: undefined,
  },
  {
    name: '550 to DELE: not allowed',
    server: { on: { DELE: '550 Permission denied' } },
    call: (client) => client.remove('/file.txt'),
    fails: { code: 'PERMISSION', reply: 550 },
  },
  {
    name: '450 to DELE',
    server: { on: { DELE: '450 Busy' } },
    call: (client) => client.remove('/file.txt'),
    fails: { code: 'REPLY', reply: 450 },
  },
  {
    name: 'no answer to DELE',
    server: { on: { DELE: NOTHING } },
    limits: { replyMs: SHORT },
    call: (client) => client.remove('/file.txt'),
    fails: 'TIMEOUT',
    after: 'replaced',
  },
  {
    name: 'MFMT is refused, MDTM with a time is not',
    server: {
      features: ['MDTM', 'SIZE'],
      on: { MFMT: '500 What?', MDTM: '213 19700101000000', 'SITE UTIME': '500 What?' },
    },
    call: setModified,
    gives: undefined,
  },
  {
    name: 'MFMT is refused, SITE UTIME is not',
    server: { features: ['MDTM', 'SIZE'], on: { MFMT: '500 What?', 'SITE UTIME': '200 Done' } },
    call: setModified,
    gives: undefined,
  },
  {
    name: 'MFMT, SITE UTIME and MDTM are refused',
    server: { on: { MFMT: '500 What?', MDTM: '500 What?', 'SITE UTIME': '500 What?' } },
    call: setModified,
    fails: 'UNSUPPORTED',
  },
  {
    name: 'MFMT is offered and not allowed',
    server: { on: { MFMT: '550 Permission denied' } },
    call: setModified,
    fails: { code: 'PERMISSION', reply: 550 },
  },
  {
    name: 'MFMT with garbage in its answer',
    server: { on: { MFMT: '213 What?' } },
    call: setModified,
    gives: undefined,
  },
  {
    name: 'SITE CHMOD is refused',
    server: { on: { 'SITE CHMOD': '500 What?' } },
    call: setMode,
    fails: { code: 'UNSUPPORTED', reply: 500 },
  },
  {
    name: 'SITE CHMOD is not implemented for this',
    server: { on: { 'SITE CHMOD': '504 Not here' } },
    call: setMode,
    fails: { code: 'UNSUPPORTED', reply: 504 },
  },
  {
    name: 'SITE CHMOD with garbage in its answer',
    server: { on: { 'SITE CHMOD': ['200-\u0001\u0002', '???', '200 '] } },
    call: setMode,
    gives: undefined,
  },
  { name: 'HASH is not there', server: {}, call: (client) => client.hash('/file.txt'), fails: 'UNSUPPORTED' },
  {
    name: 'HASH with garbage in its answer',
    server: {
      features: ['HASH SHA-256*'],
      on: { HASH: '213 what is this', XSHA256: '500 What?', XMD5: '500 What?', XCRC: '500 What?' },
    },
    call: (client) => client.hash('/file.txt', 'SHA-256'),
    fails: { code: ['PROTOCOL', 'UNSUPPORTED'] },
  },
  {
    name: 'MDTM with garbage in its answer',
    server: { features: ['SIZE', 'MDTM'], on: { MLST: '500 What?', MDTM: '213 what is this' } },
    call: size(),
    gives: 45,
  },
  {
    name: '500 to NOOP',
    server: { on: { NOOP: '500 What?' } },
    call: inTurn(command('NOOP'), size()),
    gives: ['500 What?', 45],
  },
  {
    name: 'NOOP is refused while there is nothing to do',
    server: { on: { NOOP: '500 What?' } },
    limits: { keepaliveMs: 50 },
    call: inTurn(untilSent('NOOP'), size()),
    gives: [undefined, 45],
  },
  {
    name: 'NOOP is not answered while there is nothing to do',
    server: { on: { NOOP: once(NOTHING) } },
    limits: { keepaliveMs: 50, replyMs: SHORT },
    call: inTurn(untilSent('NOOP'), size()),
    gives: [undefined, 45],
    after: 'unsaid',
  },
  {
    name: 'NOOP is answered with 421 while there is nothing to do',
    server: { on: { NOOP: once(['421 Idle for too long', CLOSE]) } },
    limits: { keepaliveMs: 50 },
    call: inTurn(untilSent('NOOP'), size()),
    gives: [undefined, 45],
    after: 'unsaid',
  },
  ...['/a\r\nDELE /file.txt', '/a\nb', '/a\rb', '/a\0b'].flatMap((path) =>
    [
      text(path),
      names(path),
      size(path),
      ((client) => client.remove(path)) as Call,
      ((client) => client.rename('/file.txt', path)) as Call,
      ((client) => client.put(Buffer.from('x'), path)) as Call,
    ].map((call, index): Misbehaviour => ({
      name: `a path with ${JSON.stringify(path)} is given to ${['text', 'list', 'stat', 'remove', 'rename', 'put'][index]}`,
      server: {},
      call,
      fails: { code: ['USAGE', 'UNSAFE_NAME'], retryable: false },
      unsent: /^(?:RETR|MLSD|LIST|MLST|SIZE|DELE|RNFR|STOR)/,
    })),
  ),
  {
    name: 'CR LF in a command',
    server: {},
    call: command('NOOP\r\nDELE /file.txt'),
    fails: 'USAGE',
    unsent: /^(?:NOOP|DELE)/,
  },
  { name: 'an empty command', server: {}, call: command(''), fails: 'USAGE', unsent: /^$/ },
  {
    name: 'CR LF in the name of the user',
    server: {},
    client: { user: 'user\r\nDELE x' },
    fails: 'USAGE',
    unsent: /./,
  },
  {
    name: 'CR LF in the password',
    server: {},
    client: { password: 'secret\r\nDELE x' },
    fails: 'USAGE',
    unsent: /^(?:PASS|DELE)/,
  },
  {
    name: 'no answer to QUIT',
    server: { on: { QUIT: NOTHING } },
    limits: { abortMs: SHORT },
    call: nothing,
    gives: undefined,
  },
  {
    name: 'no end behind the answer to QUIT',
    server: { on: { QUIT: '221 Bye' } },
    limits: { replyMs: SHORT },
    call: nothing,
    gives: undefined,
  },
  { name: '500 to QUIT', server: { on: { QUIT: '500 What?' } }, call: nothing, gives: undefined },
  { name: 'a reset as the answer to QUIT', server: { on: { QUIT: RESET } }, call: nothing, gives: undefined },
  { name: 'an end as the answer to QUIT', server: { on: { QUIT: CLOSE } }, call: nothing, gives: undefined },
  {
    name: 'two answers to QUIT',
    server: { on: { QUIT: ['221-Bye', '221 Bye', DEFAULT, '500 What?'] } },
    call: nothing,
    gives: undefined,
  },
];

/** Waits until the client has sent this by itself. */
function untilSent(line: string): Call {
  return (client, server) =>
    new Promise<void>((resolve) => {
      if (server.lines.includes(line)) return resolve();
      client.on('connection', (event) => {
        if (event.kind === 'line' && event.direction === 'out' && event.text === line) resolve();
      });
    });
}
