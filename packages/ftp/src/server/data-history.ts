import type { DataEvent } from '../connection/index.js';
import type { Endpoint } from '../protocol/index.js';

/** Enough for a client that tries every way a few times. */
const KEPT = 64;

/** What SITE DOCTOR tells of a data connection: where it went and how it ended, and no text of errors. */
export interface DataHistoryEvent extends Pick<DataEvent, 'mode' | 'local' | 'remote' | 'code'> {
  /** `asked`: PORT or EPRT, with its target, whether it was accepted or not. `other port`: the source port was not to be had. */
  readonly state: Exclude<DataEvent['state'], 'note'> | 'asked' | 'other port';
}

/** The last steps of a session's data connections, for its own client to ask for. */
export class DataHistory {
  readonly #events: DataHistoryEvent[] = [];

  get events(): readonly DataHistoryEvent[] {
    return this.#events;
  }

  asked(remote: Endpoint): void {
    this.#add({ state: 'asked', mode: 'active', remote });
  }

  note({ state, mode, local, remote, code }: DataEvent): void {
    this.#add({
      state: state === 'note' ? 'other port' : state,
      mode,
      ...(local && { local }),
      ...(remote && { remote }),
      ...(code && { code }),
    });
  }

  #add(event: DataHistoryEvent): void {
    this.#events.push(event);
    if (this.#events.length > KEPT) this.#events.shift();
  }
}
