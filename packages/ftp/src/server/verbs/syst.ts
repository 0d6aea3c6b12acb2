import { reply } from '../../protocol/index.js';
import { none } from '../arguments.js';
import type { Verb } from '../verb.js';

export const syst: Verb<undefined> = {
  verb: 'SYST',
  rfc: 'RFC 959 §4.1.3',
  argument: none,
  needs: [],
  help: 'the kind of system: paths and listings are as on UNIX',
  run: () => reply(215, 'UNIX Type: L8'),
};
