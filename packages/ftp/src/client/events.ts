import type { ConnectionEvent } from '../connection/index.js';
import type { DataPath } from './contract.js';

/** A step of a transfer. `octets` counts the file's, from its beginning: a resumed one does not begin at 0. */
export interface ClientTransferEvent {
  readonly at: number;
  readonly state: 'started' | 'progress' | 'done' | 'failed';
  readonly direction: 'download' | 'upload';
  readonly path: string;
  readonly octets: number;
  /** The whole file's, where known. */
  readonly total?: number;
  readonly dataPath?: DataPath;
  readonly reason?: string;
}

/** Something that went otherwise than it should, and was coped with. */
export interface ClientWarningEvent {
  readonly at: number;
  readonly connection?: number;
  readonly code:
    | 'ADDRESS_REPAIRED'
    | 'DATA_PATH_FAILED'
    | 'CONTROL_LOST'
    | 'STRAY_REPLY'
    | 'RETRY'
    | 'CONNECTION_LIMIT'
    | 'TLS_NOT_OFFERED'
    | 'TLS_NOT_RESUMED'
    | 'UNPARSED_LISTING_LINES'
    | 'UNSAFE_NAME'
    | 'TIME_NOT_KEPT'
    | 'SIZE_UNKNOWN'
    | 'HASH_UNKNOWN';
  readonly message: string;
}

/** What a client emits. `connection` carries every step of both connections, and every line, of each of its connections. */
export interface ClientEvents {
  connection: [event: ConnectionEvent & { readonly connection: number }];
  transfer: [event: ClientTransferEvent];
  warning: [event: ClientWarningEvent];
}
