import { maskText, reply } from '../../protocol/index.js';
import { required } from '../arguments.js';
import type { Verb } from '../verb.js';

const MAX_CLIENT_NAME = 200;

/** What a client calls itself, made fit to be kept and logged. */
export function clientName(text: string): string {
  return maskText(text.trim()).slice(0, MAX_CLIENT_NAME);
}

export const clnt: Verb<string> = {
  verb: 'CLNT',
  rfc: 'no RFC: known since BulletProof FTP',
  argument: required('<client>'),
  needs: [],
  feature: 'CLNT',
  help: 'tell the name of the client, for the log',
  run(session, name) {
    session.client = clientName(name);
    return reply(200, 'Noted');
  },
};
