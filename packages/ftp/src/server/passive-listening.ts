import {
  ConnectionFault,
  type Listening,
  PassivePorts,
  type PassivePortsSettings,
  describePortRange,
} from '../connection/index.js';
import type { WarningEvent } from './events.js';
import { RareWarning } from './rare-warning.js';
import type { Server } from './server.js';
import type { Session } from './session.js';

/** The passive ports of a server, and what its operator is told of them. */
export class PassiveListening {
  /** Data connections refused since the server was made, for nobody of their address was expected on the port. */
  strangers = 0;
  readonly #server: Server;
  readonly #ports: PassivePorts;
  readonly #usedUp = this.#warning('PASSIVE_PORTS');
  readonly #refused = this.#warning('DATA_STRANGER');

  constructor(server: Server) {
    this.#server = server;
    this.#ports = new PassivePorts(
      () => this.#settings(),
      ({ host }, port) => {
        this.strangers += 1;
        this.#refused.report(
          `${host} came to passive port ${port}, where no client of that address is expected: refused`,
        );
      },
    );
  }

  /** Ports on which somebody is waited for. */
  get open(): number {
    return this.#ports.open;
  }

  /** A port for the session's next data connection. Throws ConnectionFault `NO_PORT`. */
  async take({ control, ended, zeroCopy }: Session): Promise<Listening> {
    const client = control.remote.host;
    try {
      return await this.#ports.take({ host: control.local.host, client, zeroCopy, signal: ended.signal });
    } catch (error) {
      if (error instanceof ConnectionFault && error.code === 'NO_PORT' && !ended.signal.aborted)
        this.#usedUp.report(`no port for ${client}: ${this.#state()}`);
      throw error;
    }
  }

  #settings(): PassivePortsSettings {
    const { passivePorts: range, options, limits } = this.#server;
    const { sharePassivePorts: share = range.first > 0, passivePart: part } = options;
    return { range, share, part, waitMs: limits.passivePortWaitMs };
  }

  #state(): string {
    const { range, share } = this.#settings();
    const cure = share ? 'widen passivePorts' : 'widen passivePorts or set sharePassivePorts';
    return `of ${describePortRange(range)} ${this.open} of ${range.last - range.first + 1} are open for clients here, and none was free for this one; ${cure}`;
  }

  #warning(code: WarningEvent['code']): RareWarning {
    return new RareWarning((message) => this.#server.emit('warning', { at: Date.now(), code, message }));
  }
}
