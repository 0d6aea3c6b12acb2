import { type Command, isCompletion, isIntermediate, maskCommand } from '../protocol/index.js';

/** What a reply of the third kind asks for: 332 an account (ACCT), any other a password; 331 is the usual one, 336 brings a challenge (RFC 2228). */
export type Asked = 'password' | 'account';

/** One command of a login. */
export interface LoginStep {
  readonly command: Command;
  /** The command for transcripts, events and errors: secrets as `***`. */
  readonly shown: string;
  /** Sent only when the reply before asks for it. `undefined`: sent unasked, once what is before it is done. */
  readonly answers: Asked | undefined;
  /** Who says no to it: the proxy itself, or the server, be it through a proxy that could not reach it. */
  readonly at: 'proxy' | 'server';
}

export interface Login {
  readonly user: string;
  readonly password: string;
  readonly account?: string | undefined;
}

/** What a reply to a step leads to. */
export type LoginTurn =
  | { readonly kind: 'send'; readonly index: number }
  | { readonly kind: 'done' }
  /** The reply asks for something there is no step for. */
  | { readonly kind: 'unanswerable'; readonly asked: Asked }
  | { readonly kind: 'refused' };

/** RFC 959 §5.4: USER, then PASS and ACCT as the server asks for them. */
export function loginSteps({ user, password, account }: Login, at: LoginStep['at'] = 'server'): readonly LoginStep[] {
  return [
    loginStep({ verb: 'USER', argument: user }, at),
    loginStep({ verb: 'PASS', argument: password }, at, 'password'),
    ...(account === undefined ? [] : [loginStep({ verb: 'ACCT', argument: account }, at, 'account')]),
  ];
}

export function loginStep(command: Command, at: LoginStep['at'], answers?: Asked): LoginStep {
  return { command, shown: maskCommand(command), answers, at };
}

/** What to do after the final reply to `steps[sent]`. The first step, index 0, is sent unasked. */
export function afterLoginReply(steps: readonly LoginStep[], sent: number, code: number): LoginTurn {
  const later = steps.slice(sent + 1);
  const unasked = later.findIndex(({ answers }) => answers === undefined);
  if (isCompletion(code)) return unasked < 0 ? { kind: 'done' } : { kind: 'send', index: sent + 1 + unasked };
  if (!isIntermediate(code)) return { kind: 'refused' };
  const asked = code === 332 ? 'account' : 'password';
  const answer = (unasked < 0 ? later : later.slice(0, unasked)).findIndex(({ answers }) => answers === asked);
  return answer < 0 ? { kind: 'unanswerable', asked } : { kind: 'send', index: sent + 1 + answer };
}
