import { reply } from '../../protocol/index.js';
import { none } from '../arguments.js';
import type { Verb } from '../verb.js';

export const noop: Verb<undefined> = {
  verb: 'NOOP',
  rfc: 'RFC 959 §4.1.3',
  argument: none,
  needs: [],
  help: 'do nothing but keep the session',
  duringTransfer: true,
  run: () => reply(200, 'Still here'),
};
