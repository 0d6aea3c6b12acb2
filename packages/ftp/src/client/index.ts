export * from './contract.js';
export * from './errors.js';
export * from './events.js';
export * from './limits.js';
export * from './options.js';
export * from './url.js';
export { parsePortRange, type PortRange } from '../connection/index.js';
