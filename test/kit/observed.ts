import { once } from 'node:events';
import type {
  ConnectionEvent,
  ControlEvent,
  DataEvent,
  Server,
  TransferEvent,
  WarningEvent,
} from '@twinport/ftp/server';

/** What a server has told of its sessions, in order. */
export class Observed {
  readonly connections: ConnectionEvent[] = [];
  readonly transfers: TransferEvent[] = [];
  readonly warnings: WarningEvent[] = [];

  readonly #server: Server;

  constructor(server: Server) {
    this.#server = server;
    server.on('connection', (event) => this.connections.push(event));
    server.on('transfer', (event) => this.transfers.push(event));
    server.on('warning', (event) => this.warnings.push(event));
  }

  /** Waits for a transfer to fail; with workers it is told of a little after its reply. */
  async untilFailed(): Promise<TransferEvent> {
    for (;;) {
      const failed = this.failed.at(-1);
      if (failed) return failed;
      await once(this.#server, 'transfer');
    }
  }

  /** The control connections' steps into one state. */
  controls(state: ControlEvent['state']): readonly ControlEvent[] {
    return this.connections.filter((event) => event.kind === 'control' && event.state === state) as ControlEvent[];
  }

  /** The data connections' steps into one state. */
  data(state: DataEvent['state']): readonly DataEvent[] {
    return this.connections.filter((event) => event.kind === 'data' && event.state === state) as DataEvent[];
  }

  /** Command lines received, secrets masked. */
  get commands(): readonly string[] {
    return this.connections.flatMap((event) => (event.kind === 'line' && event.direction === 'in' ? [event.text] : []));
  }

  /** Transfers that succeeded. */
  get done(): readonly TransferEvent[] {
    return this.transfers.filter((event) => event.state === 'done');
  }

  get failed(): readonly TransferEvent[] {
    return this.transfers.filter((event) => event.state === 'failed');
  }
}
