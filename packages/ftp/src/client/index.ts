export * from './contract.js';
export * from './errors.js';
export * from './events.js';
export * from './limits.js';
export * from './no-proxy.js';
export * from './options.js';
export * from './proxy-environment.js';
export * from './proxy.js';
export * from './sync/index.js';
export * from './url.js';
export { connect, createPool } from './connect.js';
export { type ProxyServer, dialDirectly, httpConnectDial, socksDial } from '../connection/index.js';
export { parsePortRange, type PortRange } from '../connection/index.js';
export type {
  ConnectionEvent,
  ControlEvent,
  DataEvent,
  DataMode,
  LineEvent,
  TlsFacts,
  Dial,
  DialTarget,
  DialOptions,
} from '../connection/index.js';
export type { Endpoint, EntryType, ListedEntry, ListedTime, ListingFormat, Reply } from '../protocol/index.js';
