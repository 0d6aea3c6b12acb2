import { type Misbehaviour, SHORT } from '../kit/misbehaviour.js';
import { type Answer, CLOSE, NOTHING, RESET, once, raw, successively } from '../kit/script.js';
import { FILE_TEXT } from '../kit/scripted-tree.js';
import { type Call, home, inTurn, text } from './calls.js';

/** From USER to what is asked once behind the login. */
export const LOGINS: readonly Misbehaviour[] = [
  {
    name: '230 straight after USER',
    server: { on: { USER: '230 Welcome', PASS: '503 Logged in already' } },
    unsent: /^PASS/,
  },
  {
    name: '331 after PASS',
    server: { on: { PASS: '331 Password, please' } },
    fails: { code: 'LOGIN', retryable: false },
  },
  {
    name: '332 after USER, and there is an account',
    server: { on: { USER: '332 Account, please', ACCT: '230 Welcome' } },
    client: { account: 'books' },
    sent: ['USER user', 'ACCT books'],
  },
  {
    name: '332 after PASS, and there is an account, which is superfluous',
    server: { on: { PASS: '332 Account, please', ACCT: '202 Superfluous' } },
    client: { account: 'books' },
    sent: ['PASS secret', 'ACCT books'],
  },
  {
    name: '332 after PASS, and there is no account',
    server: { on: { PASS: '332 Account, please' } },
    fails: { code: 'LOGIN', reply: 332 },
    unsent: /^ACCT/,
  },
  {
    name: 'the account is refused',
    server: { on: { PASS: '332 Account, please', ACCT: '530 Not this one' } },
    client: { account: 'books' },
    fails: { code: 'LOGIN', reply: 530 },
  },
  {
    name: '332 after ACCT again and again',
    server: { on: { PASS: '332 Account, please', ACCT: '332 Account, please' } },
    client: { account: 'books' },
    fails: 'LOGIN',
  },
  { name: '202 after PASS', server: { on: { PASS: '202 Superfluous' } } },
  { name: '232 after USER', server: { on: { USER: '232 Known by the certificate' } }, unsent: /^PASS/ },
  { name: '200 after PASS', server: { on: { PASS: '200 Fine' } } },
  {
    name: '230 of many lines, with a 530 inside',
    server: { on: { PASS: ['230-Message of the day', '530 Not meant so', '230-', ' 230 not yet', '230 Welcome'] } },
  },
  { name: 'two of 230 in one segment', server: { on: { PASS: raw('230 Welcome\r\n230 Really\r\n') } } },
  { name: 'two of 331 in one segment', server: { on: { USER: raw('331 Password\r\n331 Please\r\n') } } },
  {
    name: '530 after USER',
    server: { on: { USER: '530 No such user' } },
    fails: { code: 'LOGIN', reply: 530, retryable: false },
    unsent: /^PASS/,
  },
  {
    name: '530 after PASS',
    server: { on: { PASS: '530 Login incorrect' } },
    fails: { code: 'LOGIN', reply: 530, retryable: false },
  },
  {
    name: '530 of several lines after PASS, then the end',
    server: { on: { PASS: ['530-Sorry', '530 Login incorrect', CLOSE] } },
    fails: { code: 'LOGIN', reply: 530 },
  },
  {
    name: '530 for want of TLS',
    server: { on: { USER: '530 Please use TLS' } },
    fails: { code: 'LOGIN', reply: 530 },
  },
  {
    name: '530 for too many connections',
    server: { on: { PASS: '530 Sorry, the maximum number of clients (2) for this user is reached' } },
    fails: { code: 'BUSY', reply: 530, retryable: true },
  },
  {
    name: '430 after PASS',
    server: { on: { PASS: '430 Invalid user or password' } },
    fails: { code: 'LOGIN', reply: 430 },
  },
  { name: '500 after PASS', server: { on: { PASS: '500 What?' } }, fails: { code: 'LOGIN', reply: 500 } },
  {
    name: '421 after USER',
    server: { on: { USER: ['421 Too many connections', CLOSE] } },
    fails: { code: 'BUSY', reply: 421, retryable: true },
  },
  {
    name: '421 after PASS',
    server: { on: { PASS: ['421 Maximum connections reached', CLOSE] } },
    fails: { code: 'BUSY', reply: 421, retryable: true },
  },
  { name: 'the end after USER', server: { on: { USER: CLOSE } }, fails: { code: 'CLOSED', retryable: true } },
  { name: 'the end after PASS', server: { on: { PASS: CLOSE } }, fails: 'CLOSED' },
  { name: 'a reset after PASS', server: { on: { PASS: RESET } }, fails: 'CLOSED' },
  { name: 'no answer to USER', server: { on: { USER: NOTHING } }, limits: { replyMs: SHORT }, fails: 'TIMEOUT' },
  { name: 'no answer to PASS', server: { on: { PASS: NOTHING } }, limits: { replyMs: SHORT }, fails: 'TIMEOUT' },
  {
    name: '230 without its last line',
    server: { on: { PASS: '230-Welcome' } },
    limits: { replyMs: SHORT },
    fails: 'TIMEOUT',
  },
  {
    name: 'the second try is let in',
    server: { greeting: once(['421 Too many', CLOSE]), on: { PASS: successively(['421 Try again', CLOSE], '230 In') } },
    limits: { maxAttempts: 3 },
    sent: ['PASS secret', 'PASS secret'],
    after: 'unsaid',
  },
  ...refused('FEAT', ['500 What?', '502 Not here', '530 Log in first', '211 none', ['211-', '211 End']]),
  {
    name: 'FEAT with garbage',
    server: { on: { FEAT: raw('211-Features:\r\n\r\n size\r\n\tREST STREAM\r\nMDTM\r\n \0\u00E9\r\n   \r\n211\r\n') } },
    call: async (client) => [...(await client.info()).features.keys()].filter((name) => /^[A-Z]/.test(name)).toSorted(),
    gives: ['MDTM', 'REST', 'SIZE'],
  },
  {
    name: 'FEAT of many lines, one of them its own end indented',
    server: { on: { FEAT: ['211-Features', ' 211 End', ' SIZE', '211 End'] } },
    call: async (client) => (await client.info()).features.has('SIZE'),
    gives: true,
  },
  ...refused('SYST', ['500 What?', '502 Not here', '550 No', '215']),
  ...refused('OPTS', ['500 What?', '501 Not so', '504 Not UTF8', '202 Always on', '451 No']),
  ...refused('CLNT', ['500 What?']),
  {
    name: 'TYPE is refused',
    server: { on: { TYPE: '504 Not that one' } },
    call: text(),
    fails: 'UNSUPPORTED',
    after: 'commands',
  },
  {
    name: 'TYPE is refused the first time only',
    server: { on: { TYPE: once('451 Not now') } },
    call: text(),
    fails: { code: 'REPLY', retryable: true },
  },
  ...directories([
    ['257 "/home/u" is the current directory', '/home/u'],
    ['257 "/home/u"', '/home/u'],
    ['257 /home/u', '/home/u'],
    ['257 /home/u is the current directory', '/home/u'],
    ['257 "/a""b" is current', '/a"b'],
    ['257 "/a" is "the" current directory', '/a'],
    ['257 "/home/u" """', '/home/u'],
    ['257 "/open', '/open'],
    ['257 "/with space/" is current', '/with space/'],
    ['257 "" is current', '/'],
    ['257', '/'],
    ['250 "/home/u"', '/home/u'],
    ['500 What?', '/'],
    ['550 No permission', '/'],
  ]),
  {
    name: 'PWD answers with a path of Windows',
    server: { on: { PWD: '257 "C:\\Users\\u" is current', 'RETR /file.txt': { do: 'default' } } },
    call: inTurn(home, text()),
    gives: ['C:\\Users\\u', FILE_TEXT],
  },
  {
    name: 'PWD answers with a path of VMS',
    server: { on: { PWD: '257 "DISK$USER:[ME]" is current' } },
    call: inTurn(home, text()),
    gives: ['DISK$USER:[ME]', FILE_TEXT],
  },
];

/** The client does without. */
function refused(verb: string, answers: readonly Answer[]): readonly Misbehaviour[] {
  return answers.map((answer) => ({
    name: `${verb} is answered with ${JSON.stringify(answer)}`,
    server: { on: { [verb]: answer } },
    call: text(),
    gives: FILE_TEXT,
  }));
}

function directories(answers: readonly (readonly [string, string])[]): readonly Misbehaviour[] {
  const call: Call = home;
  return answers.map(([answer, gives]) => ({
    name: `PWD is answered with ${answer}`,
    server: { on: { PWD: answer } },
    call,
    gives,
  }));
}
