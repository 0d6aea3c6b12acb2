import { AdministrationFault } from './administration-fault.js';
import { ANSWER_MS, MAX_ANSWER_LENGTH } from './ask-program.js';
import { answerOf, questionOf } from './outside-answer.js';
import type { AccountSource } from './source.js';

export interface HttpSourceOptions {
  /** Default {@link ANSWER_MS}; then the login fails. */
  readonly timeoutMs?: number;
}

/**
 * A server that is asked for each login, by POST. User and password of the URL are sent to it. Throws AdministrationFault
 * for a URL without TLS that leads to another machine.
 */
export function httpSource(url: string, { timeoutMs = ANSWER_MS }: HttpSourceOptions = {}): AccountSource {
  const { target, authorization } = targetOf(url);
  return {
    async login(credentials) {
      const headers = { 'content-type': 'application/json', ...(authorization !== undefined && { authorization }) };
      const signal = AbortSignal.timeout(timeoutMs);
      const body = questionOf(credentials);
      try {
        const response = await fetch(target, { method: 'POST', headers, body, signal, redirect: 'error' });
        if (response.status !== 200) throw new AdministrationFault(`it answered ${response.status}`);
        return answerOf(await textOf(response), credentials.user, 'it');
      } catch (cause) {
        throw new AdministrationFault(`${target.origin}${target.pathname} gave no answer: ${reasonOf(cause)}`, {
          cause,
        });
      }
    },
  };
}

function targetOf(url: string): { readonly target: URL; readonly authorization?: string } {
  const target = URL.canParse(url) ? new URL(url) : undefined;
  const local = target !== undefined && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(target.hostname);
  if (target?.protocol !== 'https:' && !(local && target.protocol === 'http:'))
    throw new AdministrationFault(
      'accounts are asked for by https://, or by http:// on this machine: passwords are sent there',
    );
  const { username, password } = target;
  target.username = '';
  target.password = '';
  if (username === '') return { target };
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { target, authorization: `Basic ${Buffer.from(login).toString('base64')}` };
}

async function textOf(response: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of response.body ?? []) {
    length += piece.length;
    if (length > MAX_ANSWER_LENGTH) throw new AdministrationFault('it answered with too much');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, cause } = error;
  return cause instanceof Error ? `${message}, ${cause.message}` : message;
}
