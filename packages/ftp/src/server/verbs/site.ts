import { SyntaxFault, reply } from '../../protocol/index.js';
import { optional } from '../arguments.js';
import { refusalOf } from '../policies/refusal.js';
import { isUsable, listVerbs } from '../verb-help.js';
import type { Session } from '../session.js';
import type { Verb } from '../verb.js';
import { SITE_VERBS, findSiteVerb } from './site/index.js';

export const site: Verb<string | undefined> = {
  verb: 'SITE',
  rfc: 'RFC 959 §4.1.3',
  argument: optional('<command>'),
  needs: ['login'],
  feature: (session) =>
    usable(session)
      .map(({ verb }) => verb)
      .join('\n'),
  help: 'commands of this server; HELP SITE lists them',
  async run(session, text) {
    const { name, argument } = parseSite(text ?? '');
    if (name === '') return listVerbs(session, 'Commands of SITE:', SITE_VERBS);
    const verb = findSiteVerb(name);
    if (!verb) return reply(500, 'There is no such SITE command');
    const refusal = refusalOf(session, verb);
    if (refusal) return refusal;
    session.verb = verb;
    return await verb.run(session, verb.argument.parse(argument, session));
  },
};

/** `CHMOD 644 name` as a name in upper case and the rest, undefined without one. */
export function parseSite(text: string): { readonly name: string; readonly argument: string | undefined } {
  const [, name = '', argument] = /^ *([^ ]*)(?: (.*))?$/s.exec(text) ?? [];
  if (/[^A-Za-z0-9]/.test(name)) throw new SyntaxFault('site', 'a command is letters and digits');
  return { name: name.toUpperCase(), argument };
}

function usable(session: Session): Verb[] {
  return SITE_VERBS.filter((verb) => isUsable(session, verb));
}
