import { reply } from '../../protocol/index.js';
import { none } from '../arguments.js';
import type { Verb } from '../verb.js';

/** A running transfer is dropped as soon as the line comes in, and answered 426; this is the answer behind it. */
export const abor: Verb<undefined> = {
  verb: 'ABOR',
  rfc: 'RFC 959 §4.1.3',
  argument: none,
  needs: ['login'],
  help: 'abort the running transfer and close the data connection',
  run(session) {
    session.offer(undefined);
    return reply(226, 'No transfer is running, the data connection is closed');
  },
};
