import { SyntaxFault, reply } from '../../protocol/index.js';
import type { Verb } from '../verb.js';

/** RFC 1766 §2. */
const LANGUAGE_TAG = /^[a-z]{1,8}(?:-[a-z0-9]{1,8})*$/i;

/** A language tag in lower case, or none. Throws SyntaxFault('language'). */
export function parseLanguage(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  if (!LANGUAGE_TAG.test(text)) throw new SyntaxFault('language', 'needs a language tag, as en');
  return text.toLowerCase();
}

export const lang: Verb<string | undefined> = {
  verb: 'LANG',
  rfc: 'RFC 2640 §4.1',
  argument: { syntax: '[<language>]', parse: parseLanguage },
  needs: [],
  feature: 'LANG EN*',
  help: 'the language of replies; there is English only',
  run(_session, language) {
    if (language !== undefined && language !== 'en') return reply(504, 'There is English (en) only');
    return reply(200, 'Replies are in English');
  },
};
