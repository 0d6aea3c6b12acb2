import { reply } from '../../protocol/index.js';
import { optional } from '../arguments.js';
import { describeVerb, listVerbs } from '../verb-help.js';
import type { Verb } from '../verb.js';
import { VERBS, findVerb } from './index.js';
import { SITE_VERBS, findSiteVerb } from './site/index.js';

export const help: Verb<string | undefined> = {
  verb: 'HELP',
  rfc: 'RFC 959 §4.1.3',
  argument: optional('<command>'),
  needs: [],
  help: 'all commands, or what one of them does; HELP SITE: the commands of SITE',
  run(session, name) {
    const words = (name ?? '').trim().toUpperCase().split(/ +/);
    if (words[0] === '') return listVerbs(session, 'Commands of this server:', VERBS);
    if (words[0] === 'SITE' && words[1] === undefined) return listVerbs(session, 'Commands of SITE:', SITE_VERBS);
    const verb = words[0] === 'SITE' ? findSiteVerb(words[1] ?? '') : findVerb(words[0] ?? '');
    return verb ? describeVerb(verb) : reply(502, 'There is no such command');
  },
};
