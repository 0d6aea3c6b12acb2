import { mayChange } from '../../accounts/permissions.js';
import { reply } from '../../../protocol/index.js';
import { announcedAddress } from '../../agree-data.js';
import { none } from '../../arguments.js';
import type { DataHistoryEvent } from '../../data-history.js';
import type { Session } from '../../session.js';
import type { Verb } from '../../verb.js';

/** docs/doctor.md has the form: an object a line, the session first, then its data connections, the oldest step first. */
export const doctor: Verb<undefined> = {
  verb: 'SITE DOCTOR',
  rfc: 'no RFC: for twinport doctor',
  argument: none,
  needs: ['login'],
  help: 'what the server saw of this session’s data connections',
  async run(session) {
    const { events } = session.dataHistory;
    const objects = [await describeSession(session), ...(isTrusted(session) ? events : events.map(withoutLocal))];
    const lines = objects.map((each) => JSON.stringify(each));
    return reply(200, 'Seen by this server', ...lines, 'End');
  },
};

/** Behind NAT its own addresses are nobody's business who may only look round. */
function isTrusted({ account }: Session): boolean {
  return mayChange(account);
}

function withoutLocal(event: DataHistoryEvent): object {
  return { ...event, local: undefined };
}

async function describeSession(session: Session): Promise<object> {
  const { control, server } = session;
  const { first, last } = server.advertisedPorts;
  const announced = await announcedAddress(session);
  return {
    ...(isTrusted(session) && { local: control.local }),
    remote: control.remote,
    ...(first > 0 && { passivePorts: [first, last] }),
    activePort: server.sourcePort(control.local),
    ...(announced !== undefined && { announced }),
  };
}
