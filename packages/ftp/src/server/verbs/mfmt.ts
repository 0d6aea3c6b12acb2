import { formatTime, reply, resolvePath } from '../../protocol/index.js';
import { ableStorage } from '../able-storage.js';
import { type TimedPath, timedPath } from '../timed-path.js';
import type { Verb } from '../verb.js';

export const mfmt: Verb<TimedPath> = {
  verb: 'MFMT',
  rfc: 'draft-somers-ftp-mfxx-04 §3',
  argument: timedPath,
  needs: ['login', 'setAttributes', 'setTimes'],
  feature: 'MFMT',
  help: 'set when a file was last modified, in UTC',
  async run(session, { time, name }) {
    await ableStorage(session, 'setTimes').setTimes(resolvePath(session.directory, name), { modified: time });
    return reply(213, `Modify=${formatTime(time)}; ${name}`);
  },
};
