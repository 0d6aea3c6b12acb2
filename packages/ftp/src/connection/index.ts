export * from './connection-fault.js';
export * from './control-connection.js';
export * from './data-connection.js';
export * from './data-stream.js';
export * from './dial.js';
export * from './endpoint-of.js';
export * from './errno.js';
export * from './events.js';
export * from './http-connect-dial.js';
export type { Listening } from './listener.js';
export * from './passive-ports.js';
export type { Pinhole, Pinholes } from './pinholes.js';
export * from './port-range.js';
export * from './proxy-dial.js';
export type { Receiving } from './receive-ring.js';
export * from './secure.js';
export * from './tls-sessions.js';
export type {
  DirectAttributes,
  DirectEntries,
  DirectListener,
  DirectPeer,
  DirectoryCalls,
  FileMove,
  Move,
  MoveEnd,
  MoveWatch,
  ZeroCopy,
} from './zero-copy.js';
export * from './session-tickets.js';
export * from './socks-dial.js';
export * from './zlib-transform.js';
