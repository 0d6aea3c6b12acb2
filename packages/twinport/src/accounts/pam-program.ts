// Checks a password by PAM: a process of its own, since PAM's modules wait, and call back while they do. It is given
// a question as JSON on standard input, and prints what PAM has said as a number.
import { text } from 'node:stream/consumers';
import { encodeText } from '@twinport/ftp/protocol';
import koffi from 'koffi';

const PROMPT_ECHO_OFF = 1;
const CONV_ERR = 19;
const RHOST = 4;
const DISALLOW_NULL_AUTHTOK = 1;

/** What is asked. */
export interface PamQuestion {
  /** A file of /etc/pam.d. */
  readonly service: string;
  readonly user: string;
  readonly password: string;
  readonly remoteAddress: string;
}

const libc = koffi.load(null);
const calloc = libc.func('void *calloc(size_t count, size_t size)');
const strdup = libc.func('void *strdup(const uint8_t *text)');

koffi.struct('pam_message', { style: 'int', text: 'const char *' });
const response = koffi.struct('pam_response', { text: 'void *', code: 'int' });
const conversation = koffi.proto('int pam_talk(int count, pam_message **messages, void *responses, void *data)');
koffi.struct('pam_conv', { talk: 'pam_talk *', data: 'void *' });

const pam = koffi.load('libpam.so.0');
const start = pam.func(
  'int pam_start(const char *service, const char *user, const pam_conv *conv, _Out_ void **handle)',
);
const setItem = pam.func('int pam_set_item(void *handle, int item, const char *text)');
const authenticate = pam.func('int pam_authenticate(void *handle, int flags)');
const manageAccount = pam.func('int pam_acct_mgmt(void *handle, int flags)');

/** Gives the password to whatever asks for something unseen, and nothing to the rest. PAM frees what it is given. */
function answers(password: string, count: number, messages: unknown): unknown {
  const size = koffi.sizeof(response);
  const given: unknown = calloc(count, size);
  const asked: unknown[] = koffi.decode(messages, koffi.array(koffi.pointer('pam_message'), count));
  for (const [index, message] of asked.entries()) {
    const { style }: { style: number } = koffi.decode(message, 'pam_message');
    const answer: unknown = style === PROMPT_ECHO_OFF ? strdup(encodeText(`${password}\0`)) : null;
    koffi.encode(given, index * size, response, { text: answer, code: 0 });
  }
  return given;
}

function ask({ service, user, password, remoteAddress }: PamQuestion): number {
  const talk = koffi.register((count: number, messages: unknown, responses: unknown) => {
    try {
      koffi.encode(responses, 'void *', answers(password, count, messages));
      return 0;
    } catch {
      return CONV_ERR; // PAM is to give up
    }
  }, koffi.pointer(conversation));
  const handle: unknown[] = [null];
  return (
    start(service, user, { talk, data: null }, handle) ||
    setItem(handle[0], RHOST, remoteAddress) ||
    authenticate(handle[0], DISALLOW_NULL_AUTHTOK) ||
    manageAccount(handle[0], DISALLOW_NULL_AUTHTOK)
  );
}

process.stdout.write(String(ask(JSON.parse(await text(process.stdin)))));
