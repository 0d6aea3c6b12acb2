import type { Credentials } from '@twinport/ftp/server';
import * as v from 'valibot';
import { AdministrationFault } from './administration-fault.js';
import { checkSettings } from './settings.js';
import type { Identity } from './source.js';

const ANSWER = v.strictObject({
  answer: v.picklist(['accepted', 'refused', 'unknown']),
  settings: v.optional(v.unknown()),
});

/** What a program or a server is asked: somebody wants to log in. */
export function questionOf({ user, password, account, host, remoteAddress, secure }: Credentials): string {
  return JSON.stringify({ user, password, account, host, remoteAddress, secure });
}

/** `{"answer":"accepted","settings":{…}}`, `{"answer":"refused"}` or `{"answer":"unknown"}`. Throws AdministrationFault for anything else. */
export function answerOf(text: string, user: string, from: string): Identity | 'refused' | 'unknown' {
  const result = v.safeParse(ANSWER, parsed(text));
  if (!result.success)
    throw new AdministrationFault(`${from} gave no answer that is one: docs/accounts.md shows those that are`);
  const { answer, settings = {} } = result.output;
  return answer === 'accepted' ? { name: user, settings: checkSettings(settings, `${from}: ${user}`) } : answer;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no answer either
  }
}
