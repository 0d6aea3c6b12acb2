import { path } from '../arguments.js';
import { takePosition } from '../start-position.js';
import type { Verb } from '../verb.js';

export const retr: Verb<string> = {
  verb: 'RETR',
  rfc: 'RFC 959 §4.1.3, RFC 3659 §5',
  argument: path,
  needs: ['login', 'read', 'data'],
  help: 'download a file',
  async run(session, file) {
    const { offset, skip, limit } = (await takePosition(session, file)) ?? { offset: 0, skip: 0, limit: Infinity };
    const source = await session.storage.openRead(file, offset);
    return { transfer: { kind: 'send', verb: 'RETR', path: file, source, offset, skip, limit } };
  },
};
