import { type DataEvent, describePortRange } from '../connection/index.js';
import { isPrivate } from '../protocol/index.js';
import type { Tally } from './arrivals.js';
import type { UnreachedEvent } from './events.js';
import type { Session } from './session.js';

/** So many that were given up without a word, and no other, are no accident. */
const GIVEN_UP = 2;

/** How a data connection was agreed on: what this server told (227, 228, 229), or what the client did (PORT, EPRT, LPRT). */
export interface Announcement {
  readonly by: string;
  /** Without one in 229. */
  readonly host?: string | undefined;
}

/** Watches whether one data connection comes, and tells what was announced in vain. */
export class Arrival {
  readonly #session: Session;
  readonly #announcement: Announcement;
  #over = false;

  constructor(session: Session, announcement: Announcement) {
    this.#session = session;
    this.#announcement = announcement;
    session.unreached = undefined;
  }

  note(event: DataEvent): void {
    const came = cameOf(event);
    if (this.#over || came === undefined) return;
    this.#over = true;
    const { by, host = '' } = this.#announcement;
    const { server, control } = this.#session;
    const tally = server.arrivals.note(control.remote.host, `${by} ${host}`, came);
    // A client may have asked for nothing: that counts, and is told of once it is the rule.
    const isRule = tally.missed >= GIVEN_UP && tally.missed === tally.asked;
    if (!came && (event.state === 'failed' || isRule)) this.#tell(event, tally);
  }

  #tell(event: DataEvent, tally: Tally): void {
    const { server } = this.#session;
    const unreached = {
      ...tally,
      mode: event.mode,
      announced: this.#announced(event),
      ...this.#diagnosis(event, tally),
    };
    this.#session.unreached = unreached.message;
    server.emit('unreached', { ...server.about(this.#session), ...unreached });
    // The first, the second, the fourth, …: a log is to be read.
    if (Number.isInteger(Math.log2(tally.missed))) server.warn(this.#session, 'NEVER_CAME', unreached.message);
  }

  #announced({ mode, local, remote }: DataEvent): UnreachedEvent['announced'] {
    const { host } = this.#announcement;
    const port = (mode === 'passive' ? this.#session.server.advertisedPort(local?.port ?? 0) : remote?.port) ?? 0;
    return { ...(host !== undefined && { host }), port };
  }

  #diagnosis(event: DataEvent, { asked, missed }: Tally): Pick<UnreachedEvent, 'cause' | 'message'> {
    const { by, host } = this.#announcement;
    const client = this.#session.control.remote.host;
    const { port } = this.#announced(event);
    if (event.mode === 'active') {
      const message = `${by} named ${client} port ${port}: ${missed} of ${asked} data connections to there failed; the firewall or NAT of the client lets none in, passive mode needs none`;
      return { cause: 'client-closed', message };
    }
    const cause = host !== undefined && isPrivate(host) && !isPrivate(client) ? 'private-address' : 'port-closed';
    const message = `${by} gave ${host ?? `port ${port}`} to ${client}: ${missed} of ${asked} data connections from there never came; ${this.#cure(cause)}`;
    return { cause, message };
  }

  #cure(cause: UnreachedEvent['cause']): string {
    const { server } = this.#session;
    if (cause === 'private-address') return 'set publicAddress';
    const { host } = this.#announcement;
    const address = host !== undefined && isPrivate(host) ? ', or set publicAddress where NAT is in between' : '';
    return `let TCP in to ${describePortRange(server.advertisedPorts)}${address}`;
  }
}

/** Undefined while nothing is decided, and for what was no attempt. */
function cameOf({ mode, state, local, remote, code }: DataEvent): boolean | undefined {
  if (state === 'open') return true;
  if (mode === 'passive') return state === 'done' || state === 'failed' ? remote !== undefined : undefined;
  const unanswered = code === 'TIMEOUT' || code === 'REFUSED' || code === 'RESET';
  return state === 'failed' && unanswered && local === undefined ? false : undefined;
}
