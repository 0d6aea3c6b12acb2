import type { ConnectionEvent } from '../connection/index.js';
import { maskText } from '../protocol/index.js';
import type { DataPath } from './contract.js';
import type { ClientTransferEvent, ClientWarningEvent } from './events.js';
import { RateLimiter } from './rate-limiter.js';
import type { Settings } from './settings.js';

/** Where the parts of a client report to. */
export interface Reporter {
  readonly wantsConnections: boolean;
  connection(event: ConnectionEvent & { readonly connection: number }): void;
  transfer(event: ClientTransferEvent): void;
  warning(event: ClientWarningEvent): void;
}

/** What every connection of one client has in common. */
export class Core {
  readonly settings: Settings;
  /** What worked last, for files and listings. */
  dataPath: DataPath | undefined;
  /** Told whenever octets of a file or a listing move, and at each reply that is more than a sign of life. */
  onProgress: () => void = () => {};
  readonly download: RateLimiter;
  readonly upload: RateLimiter;
  readonly #reporter: Reporter;

  constructor(settings: Settings, reporter: Reporter) {
    this.settings = settings;
    this.#reporter = reporter;
    this.download = new RateLimiter(settings.options.rateLimit?.down ?? 0);
    this.upload = new RateLimiter(settings.options.rateLimit?.up ?? 0);
  }

  /** Whether anybody listens to what happens on connections. */
  get wantsConnections(): boolean {
    return this.#reporter.wantsConnections;
  }

  emitConnection(connection: number, event: ConnectionEvent): void {
    if (this.wantsConnections) this.#reporter.connection({ ...event, connection });
  }

  emitLine(connection: number, direction: 'in' | 'out', text: string): void {
    if (!this.wantsConnections) return;
    this.#reporter.connection({ kind: 'line', at: Date.now(), direction, text: maskText(text), connection });
  }

  emitTransfer(event: Omit<ClientTransferEvent, 'at'>): void {
    this.#reporter.transfer({ at: Date.now(), ...event });
  }

  warn(code: ClientWarningEvent['code'], message: string, connection?: number): void {
    this.#reporter.warning({
      at: Date.now(),
      code,
      message: maskText(message),
      ...(connection !== undefined && { connection }),
    });
  }
}
