import { reply } from '../../../protocol/index.js';
import { optional } from '../../arguments.js';
import { describeVerb, listVerbs } from '../../verb-help.js';
import type { Verb } from '../../verb.js';
import { SITE_VERBS, findSiteVerb } from './index.js';

export const help: Verb<string | undefined> = {
  verb: 'SITE HELP',
  rfc: 'RFC 959 §4.1.3',
  argument: optional('<command>'),
  needs: ['login'],
  help: 'the commands of SITE, or what one of them does',
  run(session, name) {
    if (name === undefined) return listVerbs(session, 'Commands of SITE:', SITE_VERBS);
    const verb = findSiteVerb(name.trim().toUpperCase());
    return verb ? describeVerb(verb) : reply(502, 'There is no such SITE command');
  },
};
