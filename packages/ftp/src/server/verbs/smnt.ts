import { reply } from '../../protocol/index.js';
import { optional } from '../arguments.js';
import type { Verb } from '../verb.js';

export const smnt: Verb<string | undefined> = {
  verb: 'SMNT',
  rfc: 'RFC 959 §4.1.1',
  argument: optional('<path>'),
  needs: [],
  feature: () => undefined, // so that HELP leaves it out too
  help: 'not implemented: an account sees all of its files as one tree',
  run: () => reply(502, 'There is nothing to mount: all files are in one tree'),
};
