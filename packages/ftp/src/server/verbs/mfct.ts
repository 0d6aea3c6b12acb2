import { formatTime, reply, resolvePath } from '../../protocol/index.js';
import { ableStorage } from '../able-storage.js';
import type { Session } from '../session.js';
import { type TimedPath, timedPath } from '../timed-path.js';
import { type Verb, offers } from '../verb.js';

export const mfct: Verb<TimedPath> = {
  verb: 'MFCT',
  rfc: 'draft-somers-ftp-mfxx-04 §4',
  argument: timedPath,
  needs: ['login', 'setAttributes', 'setTimes'],
  feature: (session) => (keepsCreated(session) ? 'MFCT' : undefined),
  help: 'set when a file was created, in UTC',
  async run(session, { time, name }) {
    if (!keepsCreated(session)) return reply(502, 'MFCT is not supported by this storage');
    await ableStorage(session, 'setTimes').setTimes(resolvePath(session.directory, name), { created: time });
    return reply(213, `Create=${formatTime(time)}; ${name}`);
  },
};

/** Whether times of creation can be set; before login, as far as anybody knows. */
export function keepsCreated(session: Session): boolean {
  return offers(session, 'setTimes') && (session.login.state !== 'in' || session.storage.keepsCreated);
}
