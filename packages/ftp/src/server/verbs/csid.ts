import { SyntaxFault, reply } from '../../protocol/index.js';
import { parsed } from '../arguments.js';
import type { Verb } from '../verb.js';
import { clientName } from './clnt.js';

/** `Name=client; Version=1.0;` as a map, its names in lower case. Throws SyntaxFault('csid'). */
export function parseClientFacts(text: string): Map<string, string> {
  const facts = new Map<string, string>();
  for (const fact of text.split(';').map((each) => each.trim())) {
    const equals = fact.indexOf('=');
    if (fact !== '' && equals < 1) throw new SyntaxFault('csid', 'a fact is a name, an equals sign and a value');
    if (fact !== '') facts.set(fact.slice(0, equals).toLowerCase(), fact.slice(equals + 1));
  }
  if (!facts.has('name')) throw new SyntaxFault('csid', 'needs the fact Name');
  return facts;
}

export const csid: Verb<Map<string, string>> = {
  verb: 'CSID',
  rfc: 'draft-peterson-streamlined-ftp-command-extensions',
  argument: parsed('Name=<client>; Version=<version>;', parseClientFacts),
  needs: [],
  feature: 'CSID',
  help: 'tell the name of the client, learn that of the server',
  run(session, facts) {
    session.client = clientName(`${facts.get('name') ?? ''} ${facts.get('version') ?? ''}`);
    return reply(200, 'Name=Twinport; DirSep=/;');
  },
};
