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
