export * from './accounts/contract.js';
export { NotPermitted } from './accounts/not-permitted.js';
export * from './accounts/password.js';
export * from './accounts/static.js';
export { OptionsFault } from './options-fault.js';
export * from './events.js';
export * from './limits.js';
export type { LoginMemory } from './login-throttle.js';
export * from './options.js';
export type { PublicAddress } from './public-addresses.js';
export * from './server.js';
export type { Session } from './session.js';
export * from './storage/contract.js';
export * from './storage/disk.js';
export * from './storage/memory.js';
export * from './storage/mount.js';
export { VERBS } from './verbs/index.js';
export { SITE_VERBS } from './verbs/site/index.js';
export { type Verb, permissionsNeeded } from './verb.js';
export type { Workers } from './workers.js';
export type { Endpoint } from '../protocol/index.js';
export {
  parsePortRange,
  describePortRange,
  type Pinhole,
  type Pinholes,
  type DirectAttributes,
  type DirectEntries,
  type DirectListener,
  type DirectPeer,
  type DirectoryCalls,
  type FileMove,
  type Move,
  type MoveEnd,
  type MoveWatch,
  type PortPart,
  type PortRange,
  type SourcePort,
  type ZeroCopy,
  type ConnectionEvent,
  type DataEvent,
  type ControlEvent,
  type LineEvent,
} from '../connection/index.js';
