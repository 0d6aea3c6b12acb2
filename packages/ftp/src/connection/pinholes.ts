import { ConnectionFault } from './connection-fault.js';
import type { DataMode } from './events.js';

/** What one data connection needs of a firewall in front of the server, and for how long. */
export interface Pinhole {
  /** `passive`: from the client to this port of the server. `active`: from the server to this port of the client. */
  readonly mode: DataMode;
  /** The client's address. */
  readonly client: string;
  readonly port: number;
  /** Milliseconds after which it must be closed, also when nobody closes it any more. */
  readonly openMs: number;
}

/** A firewall that lets in, or out, what it is told to. */
export interface Pinholes {
  /** Resolves once it is open, with what closes it. Rejects, in bounded time, when it could not be opened. */
  open(hole: Pinhole): Promise<() => void>;
}

/** The pinhole of one data connection: open, or on its way, until it is shut. */
export class HeldPinhole {
  readonly #pinholes: Pinholes | undefined;
  readonly #hole: Pinhole;
  #close: Promise<() => void> | undefined;

  constructor(pinholes: Pinholes | undefined, hole: Pinhole) {
    this.#pinholes = pinholes;
    this.#hole = hole;
  }

  /** Rejects with ConnectionFault `PINHOLE`. */
  async open(): Promise<void> {
    this.#close = this.#pinholes?.open(this.#hole);
    try {
      await this.#close;
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new ConnectionFault('PINHOLE', message, { cause });
    }
  }

  shut(): void {
    void this.#close?.then(
      (close) => close(),
      () => {}, // it was never open, and whoever asked for it knows
    );
    this.#close = undefined;
  }
}
