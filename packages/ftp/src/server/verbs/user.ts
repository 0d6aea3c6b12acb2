import { reply } from '../../protocol/index.js';
import { required } from '../arguments.js';
import { logIn } from '../log-in.js';
import type { Verb } from '../verb.js';

export const user: Verb<string> = {
  verb: 'USER',
  rfc: 'RFC 959 §4.1.1, RFC 1635',
  argument: required('<name>'),
  needs: [],
  help: 'name who logs in; anonymous for a guest',
  async run(session, name) {
    if (session.login.state === 'in') session.reset();
    session.login = { state: 'named', user: name };
    const { accounts } = session.server.options;
    if (accounts.needsPassword?.(name) === false) return await logIn(session, name, '');
    return accounts.isAnonymous?.(name)
      ? reply(331, 'Guest login: send your e-mail address as password')
      : reply(331, 'Password required');
  },
};
